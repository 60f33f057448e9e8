/** Closing with a 3×3 element, then every hole filled: background that the map's edge cannot reach. */
export function closeAndFill(mask: Uint8Array, ny: number, nx: number): Uint8Array {
  return fillHoles(close(fillHoles(mask, ny, nx), ny, nx), ny, nx);
}

/** Dilation, then erosion, on a map one pixel larger all around, so that its edge neither adds nor takes. */
function close(mask: Uint8Array, ny: number, nx: number): Uint8Array {
  const [my, mx] = [ny + 2, nx + 2];
  const framed = new Uint8Array(my * mx);
  for (let y = 0; y < ny; y++) framed.set(mask.subarray(y * nx, (y + 1) * nx), (y + 1) * mx + 1);
  const closed = erode(dilate(framed, my, mx), my, mx);
  const out = new Uint8Array(mask.length);
  for (let y = 0; y < ny; y++) out.set(closed.subarray((y + 1) * mx + 1, (y + 1) * mx + 1 + nx), y * nx);
  return out;
}

/** 1 where the mask or any of the 8 neighbours is 1. */
function dilate(mask: Uint8Array, ny: number, nx: number): Uint8Array {
  return neighbourhood(mask, ny, nx, (count) => count > 0);
}

/** 1 where the mask and all neighbours inside the map are 1: the edge of the map erodes nothing. */
function erode(mask: Uint8Array, ny: number, nx: number): Uint8Array {
  return neighbourhood(mask, ny, nx, (count, within) => count === within);
}

function neighbourhood(
  mask: Uint8Array,
  ny: number,
  nx: number,
  keep: (count: number, within: number) => boolean,
): Uint8Array {
  const out = new Uint8Array(mask.length);
  for (let y = 0; y < ny; y++) {
    for (let x = 0; x < nx; x++) {
      let count = 0;
      let within = 0;
      for (let v = Math.max(0, y - 1); v <= Math.min(ny - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(nx - 1, x + 1); u++) {
          count += mask[v * nx + u]!;
          within++;
        }
      }
      out[y * nx + x] = keep(count, within) ? 1 : 0;
    }
  }
  return out;
}

/** Fills background regions (4-connected) that do not touch the edge of the map. */
function fillHoles(mask: Uint8Array, ny: number, nx: number): Uint8Array {
  const outside = new Uint8Array(mask.length);
  const stack: number[] = [];
  const visit = (p: number): void => {
    if (mask[p] === 0 && outside[p] === 0) {
      outside[p] = 1;
      stack.push(p);
    }
  };
  for (let x = 0; x < nx; x++) {
    visit(x);
    visit((ny - 1) * nx + x);
  }
  for (let y = 0; y < ny; y++) {
    visit(y * nx);
    visit(y * nx + nx - 1);
  }
  for (let p = stack.pop(); p !== undefined; p = stack.pop()) {
    const x = p % nx;
    if (x > 0) visit(p - 1);
    if (x < nx - 1) visit(p + 1);
    if (p >= nx) visit(p - nx);
    if (p < (ny - 1) * nx) visit(p + nx);
  }
  return outside.map((v) => 1 - v);
}
