"""A class for chaos: its answers tell whether they belong to their rows."""

from __future__ import annotations

import time

import numpy as np


class Echo:
    """Answers each row with itself, after a while."""

    def __init__(self, width: int, seconds: float, seconds_per_row: float) -> None:
        self.inputs = {"x": ("float32", (width,))}
        self.outputs = {"y": ("float32", (width,))}
        self.seconds = seconds
        self.seconds_per_row = seconds_per_row

    def __call__(self, batch: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        rows = batch["x"]
        time.sleep(self.seconds + self.seconds_per_row * len(rows))
        return {"y": rows.copy()}
