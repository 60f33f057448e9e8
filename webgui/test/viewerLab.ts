import { readFileSync, writeFileSync } from 'node:fs';
import * as nifti from 'nifti-reader-js';
import type { Download, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Visitor } from './browser.ts';
import { type MadeResult, madeBundle } from './bundles.ts';
import type { WebPlatform } from './platform.ts';

/** Writes a made-up bundle to the disk. */
export async function bundleFile(
  { folder }: WebPlatform,
  made: MadeResult,
): Promise<{ path: string; bytes: Uint8Array }> {
  const path = folder.at(`made-${made.slices}-${made.matrix}-${made.scale ?? 40}.zip`);
  const bytes = await madeBundle(made);
  writeFileSync(path, bytes);
  return { path, bytes };
}

/** Opens a file of this machine, as somebody without an account does. */
export async function openFile(page: Page, path: string): Promise<void> {
  await page.goto('/open');
  await page.locator('input[type=file]').setInputFiles(path);
  await page.getByTestId('cursor-value').waitFor();
}

/** Chooses the map that is shown. */
export const chooseMap = async (page: Page, name: string): Promise<void> => {
  await page.getByRole('combobox', { name: 'Map' }).click();
  await page.getByRole('option', { name, exact: true }).click();
};

/** Drags from one place of a picture to another; places are parts of its width and height. */
export async function dragOn(
  page: Page,
  picture: string,
  from: [number, number],
  to: [number, number],
): Promise<void> {
  const box = (await page.getByTestId(picture).boundingBox())!;
  const at = ([x, y]: [number, number]): [number, number] => [box.x + x * box.width, box.y + y * box.height];
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at(to), { steps: 4 });
  await page.mouse.up();
}

/** What was saved. */
export const contentOf = async (download: Download): Promise<Uint8Array> =>
  new Uint8Array(readFileSync(await download.path()));

/** What the browser saves when this button is clicked. */
export async function downloaded(page: Page, button: string): Promise<Uint8Array> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button, exact: true }).click(),
  ]);
  return contentOf(download);
}

/** Numbers of a NIfTI file, by a reader of others. */
export function voxelsOf(file: Uint8Array): { values: number[]; dims: number[] } {
  const bytes = Uint8Array.from(file).buffer;
  const plain = nifti.isCompressed(bytes) ? (nifti.decompress(bytes) as ArrayBuffer) : bytes;
  const header = nifti.readHeader(plain)!;
  const image = nifti.readImage(header, plain);
  const array = header.datatypeCode === 2 ? new Uint8Array(image) : new Float32Array(image);
  return { values: [...array], dims: header.dims };
}

/** Nothing went wrong on the pages of this visitor, who leaves. */
export async function noFaults(visitor: Visitor): Promise<void> {
  expect(visitor.faults()).toEqual([]);
  await visitor.context.close();
}
