"""Models of ``flink-gpu gpu-check``: each class shows one thing on a device.

A batch has one input, ``image``: ``[batch, height, width, channel]`` of ``uint8``.
"""

from __future__ import annotations

import os

import numpy as np
import torch

Batch = dict[str, np.ndarray]


def device() -> torch.device:
    """The leased GPU, or the processor where none is visible."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


class Cnn:
    """A convolutional network of ten classes with seeded random weights."""

    def __init__(self, seed: int = 1) -> None:
        torch.manual_seed(seed)
        self.device = device()
        widths = (3, 64, 128, 256, 512)
        layers: list[torch.nn.Module] = []
        for before, after in zip(widths, widths[1:]):
            layers += [
                torch.nn.Conv2d(before, after, 3, stride=2, padding=1),
                torch.nn.ReLU(),
            ]
        layers += [
            torch.nn.AdaptiveAvgPool2d(1),
            torch.nn.Flatten(),
            torch.nn.Linear(widths[-1], 10),
        ]
        self.network = torch.nn.Sequential(*layers).eval().to(self.device)

    @torch.no_grad()
    def __call__(self, batch: Batch) -> Batch:
        images = torch.from_numpy(batch["image"]).to(self.device)
        images = images.permute(0, 3, 1, 2).float() / 255
        return {"class": self.network(images).argmax(dim=1).cpu().numpy()}


class Share:
    """Answers which percentage of the device's memory the worker may take."""

    def __init__(self) -> None:
        fraction = float(os.environ.get("FLINK_GPU_MEMORY_FRACTION", "1"))
        self.percent = round(100 * fraction)

    def __call__(self, batch: Batch) -> Batch:
        return {"class": np.full(len(batch["image"]), self.percent, np.int64)}


class Breaking:
    """Finds the row that breaks it by its bytes, those of the image of one number."""

    def __init__(self, bad_image: str) -> None:
        self.device = device()
        self.bad_image = bytes.fromhex(bad_image)

    def has_bad_row(self, batch: Batch) -> bool:
        images = batch["image"]
        return any(row.tobytes().startswith(self.bad_image) for row in images)


class Asserting(Breaking):
    """Trips a device-side assert: an index out of range in a kernel."""

    def __call__(self, batch: Batch) -> Batch:
        rows = len(batch["image"])
        bad = self.has_bad_row(batch)
        indices = torch.full((rows,), 99 if bad else 0, device=self.device)
        values = torch.arange(10, device=self.device)[indices]
        return {"class": values.cpu().numpy()}


class Greedy(Breaking):
    """Asks for more memory than any device has."""

    def __call__(self, batch: Batch) -> Batch:
        rows = len(batch["image"])
        if self.has_bad_row(batch):
            # numpy says of the processor's memory by its type that it is short
            empty = torch.empty if self.device.type == "cuda" else np.empty
            options = {"device": self.device} if self.device.type == "cuda" else {}
            empty(1 << 50, **options)
        return {"class": np.zeros(rows, np.int64)}
