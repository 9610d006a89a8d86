"""A model of text without weights: the share of a text's known words that are friendly."""

from __future__ import annotations

import re

import numpy as np

FRIENDLY = frozenset("good great love loved excellent happy wonderful best like nice".split())
HOSTILE = frozenset("bad awful hate hated terrible sad horrible worst dislike broken".split())


class Sentiment:
    inputs = {"text": ("str", ())}
    outputs = {"label": ("str", ()), "score": ("float32", ())}

    def __call__(self, batch: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        scores = np.array([self._score(text) for text in batch["text"]], dtype=np.float32)
        labels = np.where(scores >= 0.5, "positive", "negative")
        return {"label": labels, "score": scores}

    @staticmethod
    def _score(text: str) -> float:
        words = re.findall(r"[a-z]+", text.lower())
        friendly = sum(word in FRIENDLY for word in words)
        known = friendly + sum(word in HOSTILE for word in words)
        return friendly / known if known else 0.5
