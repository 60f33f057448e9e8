/** A position on a slice in pixels; whole numbers are centres of pixels. */
export type Point = readonly [u: number, v: number];

/** Receives pixels of a slice. */
type Put = (u: number, v: number) => void;

/** Extents of a slice; nothing beyond is drawn. */
export interface Extent {
  readonly width: number;
  readonly height: number;
}

/** Pixels of a slice that a shape covers, as places u + width · v, ascending. */
function collected({ width, height }: Extent, draw: (put: Put) => void): Uint32Array {
  const covered = new Uint8Array(width * height);
  draw((u, v) => {
    if (u >= 0 && v >= 0 && u < width && v < height) covered[u + width * v] = 1;
  });
  return Uint32Array.from(places(covered));
}

function* places(covered: Uint8Array): Generator<number> {
  for (let i = 0; i < covered.length; i++) if (covered[i] === 1) yield i;
}

/** All pixels between two corners, both included. */
export function rectangle(extent: Extent, a: Point, b: Point): Uint32Array {
  const [left, right] = [Math.round(Math.min(a[0], b[0])), Math.round(Math.max(a[0], b[0]))];
  const [top, bottom] = [Math.round(Math.min(a[1], b[1])), Math.round(Math.max(a[1], b[1]))];
  return collected(extent, (put) => {
    for (let v = Math.max(0, top); v <= Math.min(bottom, extent.height - 1); v++) {
      for (let u = Math.max(0, left); u <= Math.min(right, extent.width - 1); u++) put(u, v);
    }
  });
}

/** Pixels whose centre lies in the ellipse that fills the rectangle between two corners. */
export function ellipse(extent: Extent, a: Point, b: Point): Uint32Array {
  const corners = [a, b].map(([u, v]) => [Math.round(u), Math.round(v)] as const);
  const [cu, cv] = [(corners[0]![0] + corners[1]![0]) / 2, (corners[0]![1] + corners[1]![1]) / 2];
  const ru = Math.abs(corners[0]![0] - corners[1]![0]) / 2 + 0.5;
  const rv = Math.abs(corners[0]![1] - corners[1]![1]) / 2 + 0.5;
  return collected(extent, (put) => {
    for (let v = Math.ceil(cv - rv); v <= cv + rv; v++) {
      for (let u = Math.ceil(cu - ru); u <= cu + ru; u++) {
        if (((u - cu) / ru) ** 2 + ((v - cv) / rv) ** 2 <= 1) put(u, v);
      }
    }
  });
}

/** Pixels whose centre lies inside of a polygon (even-odd rule) or on its border, and those of its corners. */
export function polygon(extent: Extent, corners: readonly Point[]): Uint32Array {
  return collected(extent, (put) => {
    const row = (v: number, from: number, to: number): void => {
      const end = Math.min(to, extent.width - 1);
      for (let u = Math.max(0, Math.ceil(from)); u <= end; u++) put(u, v);
    };
    for (let v = 0; v < extent.height; v++) {
      const crossings = crossingsAt(corners, v);
      for (let i = 0; i + 1 < crossings.length; i += 2) row(v, crossings[i]!, crossings[i + 1]!);
    }
    corners.forEach(([u0, v0], i) => {
      const [u1, v1] = corners[(i + 1) % corners.length]!;
      put(Math.round(u0), Math.round(v0));
      // A level edge has no crossing of its own.
      if (v0 === v1) row(v0, Math.min(u0, u1), Math.max(u0, u1));
    });
  });
}

function crossingsAt(corners: readonly Point[], v: number): number[] {
  const found: number[] = [];
  corners.forEach(([u0, v0], i) => {
    const [u1, v1] = corners[(i + 1) % corners.length]!;
    // Half open: a corner on the line counts once.
    if (v0 <= v !== v1 <= v) found.push(u0 + ((v - v0) / (v1 - v0)) * (u1 - u0));
  });
  return found.sort((a, b) => a - b);
}

/** Positions along a line, at most half a pixel apart, both ends included. */
export function alongLine([u0, v0]: Point, [u1, v1]: Point, visit: Put): void {
  const steps = Math.max(1, Math.ceil(2 * Math.max(Math.abs(u1 - u0), Math.abs(v1 - v0))));
  for (let i = 0; i <= steps; i++) visit(u0 + ((u1 - u0) * i) / steps, v0 + ((v1 - v0) * i) / steps);
}

/** Pixels under a round brush that is moved along a line; a diameter of 1 is a single pixel. */
export function brush(extent: Extent, a: Point, b: Point, diameter: number): Uint32Array {
  const radius = diameter / 2;
  return collected(extent, (put) => {
    alongLine(a, b, (cu, cv) => {
      put(Math.round(cu), Math.round(cv));
      for (let v = Math.ceil(cv - radius); v <= cv + radius; v++) {
        for (let u = Math.ceil(cu - radius); u <= cu + radius; u++) {
          if ((u - cu) ** 2 + (v - cv) ** 2 < radius * radius) put(u, v);
        }
      }
    });
  });
}

/**
 * Pixels that are connected with a first one, over edges of pixels that `same` accepts: the fill of a drawing.
 */
export function flood(extent: Extent, from: Point, same: (u: number, v: number) => boolean): Uint32Array {
  const [u0, v0] = [Math.round(from[0]), Math.round(from[1])];
  return collected(extent, (put) => {
    const seen = new Uint8Array(extent.width * extent.height);
    const open: number[] = [];
    const visit = (u: number, v: number): void => {
      if (u < 0 || v < 0 || u >= extent.width || v >= extent.height) return;
      const at = u + extent.width * v;
      if (seen[at] === 1 || !same(u, v)) return;
      seen[at] = 1;
      open.push(at);
    };
    visit(u0, v0);
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const [u, v] = [at % extent.width, Math.floor(at / extent.width)];
      put(u, v);
      visit(u - 1, v);
      visit(u + 1, v);
      visit(u, v - 1);
      visit(u, v + 1);
    }
  });
}
