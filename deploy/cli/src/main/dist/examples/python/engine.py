"""An engine that batches by itself, as servers of language models do, behind a class.

``await engine.generate(prompt)`` answers one prompt; the engine takes up to four at a
time, from whichever batches they are. So ``__call__`` is ``async``: the worker has
several batches at once, and each is answered when its own prompts are done.
"""

from __future__ import annotations

import asyncio

import numpy as np


class StubEngine:
    """Stands for an engine: its step takes a while and answers several prompts."""

    def __init__(self, slots: int, step_seconds: float) -> None:
        self._slots = slots
        self._step_seconds = step_seconds
        self._waiting: list[tuple[str, asyncio.Future]] = []
        self._stepping = False
        self.largest_step = 0

    async def generate(self, prompt: str) -> str:
        answer = asyncio.get_running_loop().create_future()
        self._waiting.append((prompt, answer))
        if not self._stepping:
            self._stepping = True
            asyncio.get_running_loop().create_task(self._step_until_idle())
        return await answer

    async def _step_until_idle(self) -> None:
        while self._waiting:
            step = self._waiting[: self._slots]
            del self._waiting[: self._slots]
            self.largest_step = max(self.largest_step, len(step))
            await asyncio.sleep(self._step_seconds)
            for prompt, answer in step:
                answer.set_result(prompt[::-1])
        self._stepping = False


class Generator:
    """Answers prompts with an engine that it shares among its batches."""

    inputs = {"prompt": ("str", ())}
    outputs = {"answer": ("str", ()), "step": ("int32", ())}

    def __init__(self, slots: int = 4, step_seconds: float = 0.01) -> None:
        self.engine = StubEngine(slots, step_seconds)

    async def __call__(self, batch: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        answers = await asyncio.gather(
            *(self.engine.generate(prompt) for prompt in batch["prompt"])
        )
        step = np.full(len(answers), self.engine.largest_step, dtype=np.int32)
        return {"answer": np.array(answers, dtype=object), "step": step}
