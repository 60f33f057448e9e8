"""Times the NumPy and SciPy counterparts of the kernels, one thread.

Reads names of cases from standard input, one a line, and answers each with the median of nine
calls in milliseconds. Started by bench/src/peers.ts, which sets the thread counts to one.
"""

import sys
import time

import numpy as np
import scipy.fft

COILS, SIZE = 32, 256
rng = np.random.default_rng(1)


def complex_array(*shape):
    return (rng.standard_normal(shape) + 1j * rng.standard_normal(shape)).astype(np.complex64)


def ifft2():
    images = complex_array(COILS, SIZE, SIZE)
    return lambda: scipy.fft.ifft2(images, norm="ortho", workers=1)


def ifft2_in_place():
    images = complex_array(COILS, SIZE, SIZE)
    return lambda: scipy.fft.ifft2(images, norm="ortho", workers=1, overwrite_x=True)


def whiten():
    matrix = np.tril(complex_array(COILS, COILS))
    pixels = complex_array(COILS, SIZE * SIZE)
    return lambda: matrix @ pixels


def sense(acceleration):
    """Unmixing and g-factor of every folded pixel, batched; 16 coils, from and to (coil, y, x)."""
    coils = 16
    maps = complex_array(coils, SIZE, SIZE)
    rows = SIZE // acceleration

    def run():
        folded = maps.reshape(coils, acceleration, rows, SIZE).transpose(2, 3, 1, 0)
        adjoint = np.ascontiguousarray(folded.conj())
        gram = np.einsum("yxic,yxjc->yxij", adjoint, folded, optimize=True)
        inverse = np.linalg.inv(gram)
        unmix = inverse @ adjoint
        diagonals = [np.diagonal(m, axis1=2, axis2=3).real for m in (inverse, gram)]
        g = np.sqrt(diagonals[0] * diagonals[1])
        return np.ascontiguousarray(unmix.transpose(3, 2, 0, 1)), np.ascontiguousarray(g.transpose(2, 0, 1))

    return run


def normals():
    generator = np.random.default_rng(2)
    return lambda: generator.standard_normal(2 * COILS * SIZE * SIZE, dtype=np.float32)


CASES = {
    "ifft2": ifft2,
    "ifft2 in place": ifft2_in_place,
    "whiten": whiten,
    "sense 2": lambda: sense(2),
    "sense 4": lambda: sense(4),
    "normals": normals,
}


def median_ms(call, runs=9):
    call()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return sorted(times)[runs // 2] * 1e3


print("ready", flush=True)
for line in sys.stdin:
    print(median_ms(CASES[line.strip()]()), flush=True)
