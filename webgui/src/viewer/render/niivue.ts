import { geometryOf, writeNifti } from '@mroptimum/bundle';
import { MroError } from '@mroptimum/contract';
import { Niivue, NVImage, SLICE_TYPE } from '@niivue/niivue';
import { type ColourMapName, colourTable, tableSteps } from '../model/colours.ts';
import type { ValueWindow } from '../model/render.ts';
import type { Shown } from '../state/shown.ts';

/** A volume in space. */
export interface RenderScene {
  style(style: { colour: ColourMapName; gamma: number; window: ValueWindow }): void;
  /** Draws at once, not with the next frame. */
  draw(): void;
  close(): void;
}

/**
 * Shows what is on the screen of a map (one component, real numbers) as a volume.
 * @throws MRO_INTERNAL where the browser has no WebGL2
 */
export async function openScene(canvas: HTMLCanvasElement, shown: Shown): Promise<RenderScene> {
  if (!document.createElement('canvas').getContext('webgl2')) {
    throw new MroError('MRO_INTERNAL', 'This browser has no WebGL2.');
  }
  const niivue = new Niivue({
    backColor: [0, 0, 0, 1],
    isColorbar: false,
    isOrientCube: true,
    dragAndDropEnabled: false,
    logLevel: 'silent',
    show3Dcrosshair: false,
    loadingText: '',
  });
  await niivue.attachToCanvas(canvas);
  const { map, values } = shown;
  const [nx, ny, nz] = map.size;
  const geometry = map.affine && geometryOf(map.affine);
  const finite = values.map((value) => (Number.isFinite(value) ? value : 0));
  const file = writeNifti({
    shape: [nz, ny, nx],
    data: finite,
    complex: false,
    ...(geometry && { geometry }),
  });
  const image = await NVImage.loadFromUrl({
    url: 'map.nii.gz',
    name: 'map.nii.gz',
    buffer: file.buffer as ArrayBuffer,
  });
  niivue.addVolume(image);
  niivue.setSliceType(SLICE_TYPE.RENDER);
  return {
    style({ colour, gamma, window: [low, high] }) {
      niivue.addColormap('mroptimum', nodesOf(colour, gamma));
      image.cal_min = low;
      image.cal_max = high;
      image.colormap = 'mroptimum';
      niivue.updateGLVolume();
    },
    draw: () => niivue.drawScene(),
    close: () => niivue.cleanup(),
  };
}

/** Our colours as NiiVue takes them, transparent towards the low end so that the inside is seen. */
function nodesOf(colour: ColourMapName, gamma: number) {
  const table = colourTable(colour, gamma);
  const nodes = Array.from({ length: 33 }, (_, i) => i);
  const channel = (shift: number) =>
    nodes.map((i) => (table[Math.round((i / 32) * (tableSteps - 1))]! >>> shift) & 255);
  return {
    R: channel(0),
    G: channel(8),
    B: channel(16),
    A: nodes.map((i) => Math.round(128 * Math.min(1, i / 16))),
    I: nodes.map((i) => Math.round((i / 32) * 255)),
  };
}
