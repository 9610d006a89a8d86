"""The classes of the Python benchmarks, and the loops that they are compared with.

``bench_models.py loop|pickled DTYPE BATCH LENGTH...`` reads lines with a number of
seconds, and answers each with the rows a second of a loop that long.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from multiprocessing.connection import Connection

import numpy as np

DISTINCT_BATCHES = 4


class Features:
    """What code does in front of a model: scales images, and projects small rows."""

    def __init__(self) -> None:
        self.projection = np.random.default_rng(1).random((128, 128), dtype=np.float32)

    def __call__(self, batch: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        rows = batch["data"]
        if rows.dtype == np.uint8:
            scaled = rows.astype(np.float32) / np.float32(255)
            return {"features": scaled.mean(axis=(1, 2))}
        hidden = np.maximum(rows @ self.projection, 0)
        return {"features": hidden @ self.projection}


class Stuck:
    """Does not end where a row begins with a value between 0 and a half."""

    inputs = {"x": ("float32", (128,))}

    def __call__(self, batch: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        first = batch["x"][:, 0]
        if np.any((first > 0) & (first < 0.5)):
            time.sleep(3600)
        return {"y": batch["x"].max(axis=1)}


def batches(dtype: str, size: int, shape: list[int]) -> list[np.ndarray]:
    random = np.random.default_rng(1)
    values = random.integers(0, 255, (DISTINCT_BATCHES, size, *shape), dtype=np.uint8)
    return list(values.astype(dtype))


def loop(rows: list[np.ndarray], seconds: float) -> float:
    """The class alone, again and again with batches that lie there."""
    model = Features()
    count = 0
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        batch = rows[count % len(rows)]
        model({"data": batch})
        count += 1
    return count * len(rows[0]) / (time.perf_counter() - start)


def answer_pickled(pipe: Connection) -> None:
    model = Features()
    while True:
        row = pipe.recv()
        if row is None:
            return
        pipe.send(model({"data": row[None]})["features"][0])


def pickled(rows: list[np.ndarray], seconds: float) -> float:
    """The class in another process, which gets one row at a time over a pipe."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=answer_pickled, args=(theirs,))
    process.start()
    flat = [row for batch in rows for row in batch]
    count = 0
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        ours.send(flat[count % len(flat)])
        ours.recv()
        count += 1
    rate = count / (time.perf_counter() - start)
    ours.send(None)
    process.join()
    return rate


if __name__ == "__main__":
    measured = {"loop": loop, "pickled": pickled}[sys.argv[1]]
    shape = [int(length) for length in sys.argv[4:]]
    data = batches(sys.argv[2], int(sys.argv[3]), shape)
    print("ready", flush=True)
    for line in sys.stdin:
        print(measured(data, float(line)), flush=True)
