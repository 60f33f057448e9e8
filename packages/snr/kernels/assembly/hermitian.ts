// Hermitian matrices of order n in double precision: n² real parts, then n² imaginary parts. The same
// algorithms and tolerances as `oracle/hermitian.ts`.

const PIVOT_TOLERANCE: f64 = 1e-6;
const EIGENVALUE_TOLERANCE: f64 = 1e-6;
const SWEEPS: i32 = 30;

// @ts-ignore: decorator
@inline
export function get(matrix: usize, at: i32): f64 {
  return load<f64>(matrix + (<usize>at << 3));
}

// @ts-ignore: decorator
@inline
export function set(matrix: usize, at: i32, value: f64): void {
  store<f64>(matrix + (<usize>at << 3), value);
}

/** Gauss–Jordan elimination; false where a pivot falls below the tolerance of its diagonal element. */
export function invert(inverse: usize, gram: usize, n: i32): bool {
  const imaginary = inverse + (<usize>(n * n) << 3);
  memory.copy(inverse, gram, <usize>(n * n) << 4);
  for (let k = 0; k < n; k++) {
    const pivot = get(inverse, k * n + k);
    if (!(pivot >= PIVOT_TOLERANCE * get(gram, k * n + k))) return false;
    set(inverse, k * n + k, 1);
    set(imaginary, k * n + k, 0);
    for (let j = 0; j < n; j++) {
      set(inverse, k * n + j, get(inverse, k * n + j) / pivot);
      set(imaginary, k * n + j, get(imaginary, k * n + j) / pivot);
    }
    for (let i = 0; i < n; i++) {
      if (i == k) continue;
      const x = get(inverse, i * n + k);
      const y = get(imaginary, i * n + k);
      set(inverse, i * n + k, 0);
      set(imaginary, i * n + k, 0);
      for (let j = 0; j < n; j++) {
        const p = get(inverse, k * n + j);
        const q = get(imaginary, k * n + j);
        set(inverse, i * n + j, get(inverse, i * n + j) - (x * p - y * q));
        set(imaginary, i * n + j, get(imaginary, i * n + j) - (x * q + y * p));
      }
    }
  }
  return true;
}

/**
 * Σ v vᴴ/λ over the eigenvalues kept; per row the weight Σ |v|² of those dropped. `vectors` and `spectrum`
 * are work space of the matrix's size.
 */
export function pseudoInverse(
  inverse: usize,
  nullWeight: usize,
  vectors: usize,
  spectrum: usize,
  gram: usize,
  n: i32,
): void {
  const size = n * n;
  memory.copy(spectrum, gram, <usize>size << 4);
  memory.fill(inverse, 0, <usize>size << 4);
  diagonalise(spectrum, vectors, n);
  let largest: f64 = 0;
  for (let k = 0; k < n; k++) largest = max<f64>(largest, get(spectrum, k * n + k));
  for (let k = 0; k < n; k++) {
    const value = get(spectrum, k * n + k);
    for (let i = 0; i < n; i++) {
      const a = get(vectors, i * n + k);
      const b = get(vectors, size + i * n + k);
      if (value <= EIGENVALUE_TOLERANCE * largest) {
        set(nullWeight, i, get(nullWeight, i) + a * a + b * b);
        continue;
      }
      for (let j = 0; j < n; j++) {
        const c = get(vectors, j * n + k);
        const d = get(vectors, size + j * n + k);
        const at = i * n + j;
        set(inverse, at, get(inverse, at) + (a * c + b * d) / value);
        set(inverse, size + at, get(inverse, size + at) + (b * c - a * d) / value);
      }
    }
  }
}

/** Cyclic complex Jacobi rotations: eigenvalues on the diagonal, eigenvectors as columns of `vectors`. */
function diagonalise(matrix: usize, vectors: usize, n: i32): void {
  const size = n * n;
  memory.fill(vectors, 0, <usize>size << 4);
  let trace: f64 = 0;
  for (let i = 0; i < n; i++) {
    set(vectors, i * n + i, 1);
    trace += abs<f64>(get(matrix, i * n + i));
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let largest: f64 = 0;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const re = get(matrix, p * n + q);
        const im = get(matrix, size + p * n + q);
        const magnitude = sqrt<f64>(re * re + im * im);
        largest = max<f64>(largest, magnitude);
        if (magnitude > 1e-17 * trace) rotate(matrix, vectors, n, p, q, re / magnitude, im / magnitude, magnitude);
      }
    }
    if (largest <= 1e-16 * trace) break;
  }
}

/** Makes element (p, q), magnitude·e^{iφ}, zero: A ← JᴴAJ, V ← VJ, J = [[c, s e^{iφ}], [−s e^{−iφ}, c]]. */
function rotate(matrix: usize, vectors: usize, n: i32, p: i32, q: i32, cosPhi: f64, sinPhi: f64, magnitude: f64): void {
  const theta = (get(matrix, q * n + q) - get(matrix, p * n + p)) / (2 * magnitude);
  const t: f64 = (theta < 0 ? -1 : 1) / (abs<f64>(theta) + sqrt<f64>(theta * theta + 1));
  const c = 1 / sqrt<f64>(t * t + 1);
  const re = t * c * cosPhi;
  const im = t * c * sinPhi;
  for (let i = 0; i < n; i++) {
    turn(matrix, n * n, i * n + p, i * n + q, c, re, im);
    turn(vectors, n * n, i * n + p, i * n + q, c, re, im);
  }
  for (let j = 0; j < n; j++) turn(matrix, n * n, p * n + j, q * n + j, c, re, -im);
}

/** (a, b) ← (c a − conj(s) b, s a + c b) */
// @ts-ignore: decorator
@inline
function turn(matrix: usize, size: i32, a: i32, b: i32, c: f64, re: f64, im: f64): void {
  const aRe = get(matrix, a);
  const aIm = get(matrix, size + a);
  const bRe = get(matrix, b);
  const bIm = get(matrix, size + b);
  set(matrix, a, c * aRe - (re * bRe + im * bIm));
  set(matrix, size + a, c * aIm - (re * bIm - im * bRe));
  set(matrix, b, re * aRe - im * aIm + c * bRe);
  set(matrix, size + b, re * aIm + im * aRe + c * bIm);
}
