/** ".nii.gz" of "map.nii.gz"; empty where there is none. */
export const extensionOf = (name: string): string =>
  /[^.](\.(?:[^.\s]+\.gz|[^.\s]+))$/i.exec(name)?.[1]?.toLowerCase() ?? '';
