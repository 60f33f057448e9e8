import { describe, expect, it } from 'vitest';
import { bundleInfoSchema, coilSensitivityMap, resultMaps } from './bundle.ts';

describe('result maps', () => {
  const maps = [
    ...Object.values(resultMaps),
    ...Array.from({ length: 256 }, (_, c) => coilSensitivityMap(c)),
  ];

  it('have ids, files and MATLAB variables of their own, whatever the number of coils', () => {
    for (const key of ['id', 'filename', 'variable', 'name'] as const) {
      expect(new Set(maps.map((map) => map[key])).size).toBe(maps.length);
    }
  });

  it('have names that MATLAB and every file system can use', () => {
    for (const map of maps) {
      expect(map.variable).toMatch(/^[A-Za-z]\w{0,62}$/);
      expect(map.filename).toMatch(/^data\/\w+\.nii\.gz$/);
    }
  });
});

describe('info.json', () => {
  it('keeps fields that are not known, refuses wrong ones', () => {
    const info = { headers: { options: {}, log: [] }, data: [], info: { slices: 2, more: 'x' } };
    expect(bundleInfoSchema.parse(info)).toEqual(info);
    const wrong = { ...info, info: { snrUnits: 'some' } };
    expect(bundleInfoSchema.safeParse(wrong).error?.issues[0]?.path).toEqual(['info', 'snrUnits']);
  });
});
