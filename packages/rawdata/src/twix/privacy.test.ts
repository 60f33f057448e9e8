import { describe, expect, it } from 'vitest';
import { openTwix, twixPrivacyFields } from './index.ts';
import { sourceOf, writeToMemory } from './test/testing.ts';

const acquisition = { coils: 2, readout: 8, phase: 8, noise: { lines: 2, samples: 16 }, patient: 'DOE^JANE' };

describe.each(['VB17', 'VE11C', 'XA61'] as const)('identity fields of a %s file', (variant) => {
  const noise = variant === 'VB17' ? { ...acquisition.noise, place: 'lines' as const } : acquisition.noise;

  it('are found in every measurement, and overwriting them leaves nothing of the name and all of the data', async () => {
    const bytes = await writeToMemory({ ...acquisition, variant, noise });
    const before = await openTwix(sourceOf(bytes));
    const fields = await twixPrivacyFields(sourceOf(bytes));
    const measurements = variant === 'VB17' ? 1 : 2;
    const count = (name: string) => fields.filter((field) => field.name.endsWith(name)).length;
    expect(count('.PatientName')).toBe(measurements);
    expect(count('.tPatientName')).toBe(measurements);
    expect(count('.PatientID')).toBe(measurements);
    expect(count('.PatientBirthDay')).toBe(measurements);
    expect(count('.PatientSex')).toBe(measurements);
    expect(count('.flPatientAge')).toBe(measurements);
    expect(count('].patient')).toBe(variant === 'VB17' ? 0 : 2);
    expect(count('].protocol')).toBe(variant === 'VB17' ? 0 : 2);
    for (const { offset, length, value } of fields) {
      expect(Buffer.from(bytes.subarray(offset, offset + length)).toString('latin1')).toBe(value);
      bytes.fill(/^[\d.]+$/.test(value) ? 0x30 : 0x78, offset, offset + length);
    }
    expect(Buffer.from(bytes).includes('DOE^JANE')).toBe(false);
    expect(Buffer.from(bytes).includes('19000101')).toBe(false);
    const after = await openTwix(sourceOf(bytes));
    expect(after.header).toEqual(before.header);
    expect((await after.readSlice(0)).kspace).toEqual((await before.readSlice(0)).kspace);
  });

  it('never reach the header or the notes', async () => {
    const raw = await openTwix(sourceOf(await writeToMemory({ ...acquisition, variant, noise })));
    expect(JSON.stringify([raw.header, raw.notes])).not.toMatch(/DOE|JANE|SYNTHETIC|19000101/);
  });
});

it('copies of the name inside other values are found, parameter names are left alone', async () => {
  const bytes = await writeToMemory({ ...acquisition, patient: 'Simulated', protocol: 'head of Simulated' });
  const fields = await twixPrivacyFields(sourceOf(bytes));
  // The scanner model and the protocol repeat the word.
  expect(fields.filter(({ name }) => name === 'Dicom (copy)').map(({ value }) => value)).toContain(
    'Simulated',
  );
  expect(fields.filter(({ name }) => name === 'MeasYaps (copy)').map(({ value }) => value)).toContain(
    'Simulated',
  );
});
