"""Code for the tests of the Java side: each class or function does one thing."""

import asyncio
import ctypes
import os
import subprocess
import sys
import time

import numpy as np


def echo(batch):
    return dict(batch)


class Scale:
    """Has arguments of each type."""

    inputs = {"x": ("float32", (2,))}
    outputs = {"y": ("float32", (2,)), "note": "str"}

    def __init__(self, factor, note="none", tags=(), enabled=False):
        self.factor = factor if enabled else 0
        self.note = f"{note} {tags!r}"
        self.warm = False

    def warm_up(self):
        self.warm = True

    def __call__(self, batch):
        assert self.warm
        rows = len(batch["x"])
        return {"y": batch["x"] * np.float32(self.factor), "note": [self.note] * rows}


def environment(batch):
    names = ("CUDA_VISIBLE_DEVICES", "FLINK_GPU_MEMORY_BYTES")
    names += ("FLINK_GPU_MEMORY_FRACTION", "GREETING", "OMP_NUM_THREADS")
    text = ";".join(os.environ.get(name, "-") for name in names)
    return {"text": [f"{text};{os.getcwd()}"] * len(batch["data"])}


def pid(batch):
    return {"pid": np.full(len(batch["data"]), os.getpid())}


def kinds(batch):
    """What each input is for Python."""
    rows = len(next(iter(batch.values())))
    kinds = {
        name: f"{array.dtype} {type(array.flat[0]).__name__}"
        for name, array in batch.items()
    }
    return {"kinds": [repr(kinds)] * rows}


class Faulty:
    """Does what a row says: the largest of the batch decides."""

    ACTIONS = {
        1: lambda: (_ for _ in ()).throw(ValueError("a bad row")),
        2: lambda: (_ for _ in ()).throw(MemoryError("too much")),
        3: lambda: (_ for _ in ()).throw(RuntimeError("who knows")),
        4: lambda: os._exit(7),
        5: lambda: ctypes.string_at(0),
        6: lambda: os.kill(os.getpid(), 9),
        7: lambda: time.sleep(3600),
        8: lambda: sys.exit(3),
    }

    def __call__(self, batch):
        rows = batch["data"]
        action = int(rows.max(initial=0))
        if action:
            print(f"about to do {action}", file=sys.stderr)
            self.ACTIONS[action]()
        return {"pid": np.full(len(rows), os.getpid())}


class WithChild:
    """Starts a process of its own and tells its number."""

    def __init__(self):
        self.child = subprocess.Popen(["sleep", "3600"])

    def __call__(self, batch):
        rows = len(batch["data"])
        if batch["data"].max(initial=0) == 7:
            time.sleep(3600)
        return {
            "child": np.full(rows, self.child.pid),
            "pid": np.full(rows, os.getpid()),
        }


class Hoarder:
    """Keeps the arrays of all its batches."""

    def __init__(self):
        self.kept = []

    def __call__(self, batch):
        self.kept.append(batch["data"])
        rows = len(batch["data"])
        return {"sum": np.full(rows, sum(int(each.sum()) for each in self.kept))}


class Rendezvous:
    """Answers a batch when another one has come."""

    def __init__(self):
        self.waiting = None

    async def __call__(self, batch):
        if self.waiting is None:
            self.waiting = asyncio.get_running_loop().create_future(), batch["data"]
            other = await self.waiting[0]
        else:
            future, other = self.waiting
            future.set_result(batch["data"])
        return {"sum": batch["data"] + other}


def yields(batch):
    yield batch


def returns_list(batch):
    return [1, 2, 3]


def returns_complex(batch):
    return {"y": batch["data"] * 1j}


def drops_a_row(batch):
    return {"y": batch["data"][1:]}


class Fickle:
    """Changes its mind about its output."""

    def __init__(self):
        self.runs = 0

    def __call__(self, batch):
        self.runs += 1
        return {"y" if self.runs == 1 else "z": batch["data"]}


def asks_for_image(batch):
    return {"y": batch["image"]}


class Unconstructible:
    def __init__(self, path):
        raise FileNotFoundError(f"no weights at {path}")

    def __call__(self, batch):
        return batch


class StartsOnce:
    """Its second worker finds the mark of the first one, and does not start."""

    def __init__(self, mark):
        if os.path.exists(mark):
            raise RuntimeError("the second start fails")
        open(mark, "w").close()

    def __call__(self, batch):
        if batch["data"].max(initial=0):
            os._exit(1)
        return dict(batch)


class SlowToStart:
    def __init__(self):
        time.sleep(3600)

    def __call__(self, batch):
        return batch


class Quits:
    def __init__(self):
        print("quitting", file=sys.stderr)
        os._exit(9)

    def __call__(self, batch):
        return batch


not_code = 3
