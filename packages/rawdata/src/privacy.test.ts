import { Buffer } from 'node:buffer';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeNpy } from '@mroptimum/arrays';
import { bytesInMemory } from '@mroptimum/contract';
import { afterAll, describe, expect, it } from 'vitest';
import { sharedFile } from '../../contract/test/sharedData.ts';
import { IsmrmrdTable } from './ismrmrd/table.ts';
import { localFile } from './localFile.ts';
import { openFile } from './openFile.ts';
import { blank, scanPrivacy, scrub } from './privacy.ts';

const folder = mkdtempSync(join(tmpdir(), 'mro-privacy-'));
afterAll(() => rmSync(folder, { recursive: true }));

const scan = async (path: string) => {
  const source = await localFile(path);
  return scanPrivacy(source).finally(() => source.close());
};

describe('blank', () => {
  it('keeps length and kind, and leaves its own results alone', () => {
    for (const value of [
      'Müller^Eva',
      '1972-03-04',
      '12:30:05.25',
      '70.5',
      'F',
      '1.3.12.2.1107.5',
      'E12 x',
      '-3e+5',
    ]) {
      expect(blank(value)).toHaveLength(value.length);
      expect(blank(value)).not.toBe(value);
      expect(blank(blank(value))).toBe(blank(value));
    }
    expect(blank('1972-03-04')).toBe('1900-01-01');
    expect(Number(blank('70.5'))).toBe(0);
  });
});

const secret = 'Doe^Jane Secret';
const header = `<?xml version="1.0"?><ismrmrdHeader><version>8</version>
  <subjectInformation><patientName>${secret}</patientName><patientWeight_kg>71.5</patientWeight_kg>
  <patientID> ID-4711 </patientID><patientBirthdate>1972-03-04</patientBirthdate><patientGender>F</patientGender>
  </subjectInformation>
  <studyInformation><studyDate>2024-05-06</studyDate><studyTime>10:11:12</studyTime><studyID>S77</studyID></studyInformation>
  <measurementInformation><measurementID>m_0815_1</measurementID><patientPosition>HFS</patientPosition>
  <protocolName>gre for ${secret}</protocolName></measurementInformation>
  <acquisitionSystemInformation><systemVendor>ACME</systemVendor><institutionName>Clinic</institutionName>
  </acquisitionSystemInformation>
  <userParameters><userParameterString><name>RefPhysicianName</name><value>Dr Who</value></userParameterString>
  <userParameterString><name>Trajectory</name><value>keep me</value></userParameterString></userParameters>
  </ismrmrdHeader>`;

async function identified(name: string): Promise<string> {
  const path = join(folder, name);
  const table = await IsmrmrdTable.create(path, header);
  const vectors = { position: [0, 0, 0], read: [1, 0, 0], phase: [0, 1, 0], normal: [0, 0, 1] };
  const counters = { flags: 0, scan: 0, partition: 0, average: 0, slice: 0, repetition: 0 };
  for (let line = 0; line < 4; line++) {
    const data = Float32Array.from({ length: 16 }, (_, i) => line + i);
    table.add({ ...vectors, ...counters, line, channels: 2, samples: 4, centre: 2, sampleTime: 5, data });
  }
  table.close();
  return path;
}

describe('ISMRMRD', () => {
  it('lists identifying fields without saying them', async () => {
    const path = await identified('scan.h5');
    const findings = await scan(path);
    const names = findings.map(({ field }) => field.split('.').at(-1));
    for (const name of [
      'patientName',
      'patientID',
      'studyDate',
      'measurementID',
      'institutionName',
      'RefPhysicianName',
    ]) {
      expect(names).toContain(name);
    }
    expect(names).not.toContain('patientPosition');
    expect(names).not.toContain('systemVendor');
    expect(JSON.stringify(findings)).not.toMatch(/Doe|Jane|4711|1972|Clinic|Who/);
    const file = readFileSync(path);
    const { offset, length } = findings.find(({ field }) => field.endsWith('patientName'))!;
    expect(file.subarray(offset, offset + length).toString('latin1')).toBe(secret);
  });

  it('overwrites them, copies included, and nothing else', async () => {
    const path = await identified('scrub.h5');
    const before = readFileSync(path);
    const raw = await openFile(path);
    const slice = await raw.readSlice(0);
    await raw.close();
    const done = await scrub(path);
    expect(done.length).toBeGreaterThan(9);
    expect(await scan(path)).toEqual([]);
    const after = readFileSync(path);
    expect(after.length).toBe(before.length);
    for (const word of ['Doe', 'Jane', '4711', '1972-03-04', '2024-05-06', 'Clinic', 'Dr Who', 'm_0815']) {
      expect(after.includes(Buffer.from(word))).toBe(false);
    }
    expect(after.includes(Buffer.from('keep me'))).toBe(true);
    const changed = [...after.keys()].filter((i) => after[i] !== before[i]);
    const inside = (i: number) => done.some(({ offset, length }) => offset <= i && i < offset + length);
    expect(changed.every(inside)).toBe(true);
    const again = await openFile(path);
    expect(await again.readSlice(0)).toEqual(slice);
    await again.close();
    expect(await scrub(path)).toEqual([]);
  });
});

const twix = sharedFile('twix', 'gre.dat');

describe.runIf(twix)('twix', () => {
  it('after scrubbing nothing is found and the data and geometry are the same', async () => {
    const path = join(folder, 'gre.dat');
    copyFileSync(twix!, path);
    expect((await scan(path)).length).toBeGreaterThan(10);
    const before = await openFile(twix!);
    await scrub(path);
    expect(await scan(path)).toEqual([]);
    const after = await openFile(path);
    expect(after.header).toEqual(before.header);
    expect(await after.readSlice(0)).toEqual(await before.readSlice(0));
    await Promise.all([before.close(), after.close()]);
    expect(readFileSync(path).length).toBe(readFileSync(twix!).length);
  });
});

describe('others', () => {
  it('arrays hold no identity, unknown files are refused', async () => {
    const npy = encodeNpy({ shape: [2], order: 'C', dtype: 'float32', data: Float32Array.of(1, 2) });
    expect(await scanPrivacy(bytesInMemory('a.npy', npy))).toEqual([]);
    await expect(scanPrivacy(bytesInMemory('x', new Uint8Array(50)))).rejects.toMatchObject({
      code: 'MRO_RAW_UNKNOWN',
    });
  });
});
