/** What of a complex value is shown; a real map is always `real`. */
export const components = ['magnitude', 'real', 'imaginary', 'phase'] as const;
export type Component = (typeof components)[number];

export const orientations = ['axial', 'coronal', 'sagittal'] as const;
export type Orientation = (typeof orientations)[number];

/** One orientation, all of them with the volume, or the volume alone. */
export const layouts = [...orientations, 'multiplanar', 'render'] as const;
export type Layout = (typeof layouts)[number];
