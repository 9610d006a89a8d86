"""The digits model in numpy alone: the example of a Python class as a model.

``./flink-gpu demo --model digits.py:Digits`` runs it instead of the TensorFlow model,
with the same weights, which ``./flink-gpu digits export`` has written to digits.npz.
"""

from __future__ import annotations

import os

import numpy as np

VARIANCE_FLOOR = 1e-3


class Digits:
    """Classifies images of digits."""

    inputs = {"image": ("float32", (32, 32, 1))}
    outputs = {"probabilities": ("float32", (10,)), "label": ("int64", ())}

    def __init__(self, weights: str = "digits.npz") -> None:
        directory = os.path.dirname(os.path.abspath(__file__))
        with np.load(os.path.join(directory, weights)) as arrays:
            self.weights = dict(arrays)

    def __call__(self, batch: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        features = standardised(batch["image"])
        for layer in ("conv1", "conv2", "conv3"):
            features = pooled(np.maximum(self.convolution(layer, features), 0))
        features = features.reshape(len(features), -1)
        hidden = np.maximum(self.dense("dense1", features), 0)
        probabilities = softmax(self.dense("dense2", hidden))
        return {"probabilities": probabilities, "label": probabilities.argmax(axis=1)}

    def convolution(self, layer: str, images: np.ndarray) -> np.ndarray:
        """3 x 3, with a border of zeros; images are [batch, height, width, channel]."""
        padded = np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)))
        patches = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
        kernel = self.weights[layer + "_kernel"]  # [height, width, in, out]
        columns = patches.transpose(0, 1, 2, 4, 5, 3).reshape(-1, kernel[..., 0].size)
        result = columns @ kernel.reshape(-1, kernel.shape[-1])
        result += self.weights[layer + "_bias"]
        return result.reshape(*images.shape[:3], -1)

    def dense(self, layer: str, features: np.ndarray) -> np.ndarray:
        return (
            features @ self.weights[layer + "_kernel"] + self.weights[layer + "_bias"]
        )


def standardised(images: np.ndarray) -> np.ndarray:
    centred = images - images.mean(axis=(1, 2), keepdims=True)
    variance = np.square(centred).mean(axis=(1, 2), keepdims=True)
    return centred / np.sqrt(variance + np.float32(VARIANCE_FLOOR))


def pooled(images: np.ndarray) -> np.ndarray:
    """The largest of each 2 x 2 pixels."""
    batch, height, width, channels = images.shape
    squares = images.reshape(batch, height // 2, 2, width // 2, 2, channels)
    return squares.max(axis=(2, 4))


def softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
