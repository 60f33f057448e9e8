/** Where an image volume lies in the patient: DICOM patient coordinates (LPS), millimetres. */
export interface Geometry {
  /** Centre of voxel (0, 0, 0). */
  readonly origin: readonly [number, number, number];
  /** Voxel size along readout (x), phase (y), slice (z). */
  readonly spacing: readonly [number, number, number];
  /** Unit vectors of the x, y and z axes, one after the other (columns of the direction matrix). */
  readonly direction: readonly [number, number, number, number, number, number, number, number, number];
}

/** Geometry of a volume about which nothing is known: unit voxels along the patient axes. */
export const unknownGeometry: Geometry = {
  origin: [0, 0, 0],
  spacing: [1, 1, 1],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
};
