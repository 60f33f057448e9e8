import type { ComplexArray } from '../arrays.ts';

/**
 * The object at (u, v, w), fractions of the field of view from its centre: a soft-edged ellipse with three
 * inserts and a slow phase. Soft edges keep it nearly band-limited, so that it looks the same on finer grids.
 */
export function objectAt(u: number, v: number, w: number): readonly [re: number, im: number] {
  const soft = (distance: number): number => 0.5 * (1 - Math.tanh(40 * distance));
  const size = 1 - 0.3 * Math.abs(w);
  let magnitude = soft(Math.hypot(u / 0.36, v / 0.4) * 0.38 - 0.38 * size);
  magnitude *= 1 + 0.35 * soft(Math.hypot(u - 0.12, v + 0.1) - 0.08);
  magnitude *= 1 - 0.5 * soft(Math.hypot(u + 0.1, v - 0.06) - 0.07);
  magnitude *= 1 + 0.2 * soft(Math.hypot(u + 0.05, v + 0.2) - 0.05);
  const phase = 1.3 * u - 0.8 * v + 2.1 * u * v + 0.4 * w;
  return [magnitude * Math.cos(phase), magnitude * Math.sin(phase)];
}

/** Receive sensitivity of one of `coils` loops on two rings around the field of view, at (u, v, w). */
export function sensitivityAt(
  coil: number,
  coils: number,
  u: number,
  v: number,
  w: number,
): readonly [number, number] {
  const rings = coils > 16 ? 2 : 1;
  const perRing = Math.ceil(coils / rings);
  const ring = Math.floor(coil / perRing);
  const angle = (2 * Math.PI * ((coil % perRing) + 0.5 * ring)) / perRing + 0.3;
  const dx = u - 0.72 * Math.cos(angle);
  const dy = v - 0.72 * Math.sin(angle);
  const dz = w - (rings === 1 ? 0.05 : ring - 0.5);
  const radius = 0.38;
  const magnitude = (radius / Math.sqrt(radius * radius + dx * dx + dy * dy + 0.3 * dz * dz)) ** 3;
  const phase = Math.atan2(dy, dx) + 0.4 * coil;
  return [2 * magnitude * Math.cos(phase), 2 * magnitude * Math.sin(phase)];
}

/**
 * A noise covariance with neighbouring coils correlated by `correlation` (complex, falling off by powers)
 * and gains that differ by up to a factor of 2. Positive definite for 0 ≤ correlation < 1.
 */
export function covarianceOf(coils: number, correlation: number, level: number): ComplexArray {
  const data = new Float32Array(2 * coils * coils);
  const gain = (c: number): number => level * (correlation === 0 ? 1 : 1 + ((c * 7) % 5) / 5);
  for (let i = 0; i < coils; i++) {
    for (let j = 0; j < coils; j++) {
      const size = correlation ** Math.abs(i - j) * gain(i) * gain(j);
      data[2 * (i * coils + j)] = size * Math.cos(0.5 * (i - j));
      data[2 * (i * coils + j) + 1] = i === j ? 0 : size * Math.sin(0.5 * (i - j));
    }
  }
  return { data, shape: [coils, coils] };
}
