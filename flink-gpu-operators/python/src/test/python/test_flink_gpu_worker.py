"""Tests of the worker itself, without a host: python3 -m unittest in this directory."""

from __future__ import annotations

import contextlib
import os
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import unittest
from typing import Any, Iterator, Optional

import numpy as np

WORKER = (
    pathlib.Path(__file__).parents[2]
    / "main/resources/io/flinkgpu/inference/python/flink_gpu_worker.py"
)
sys.path.insert(0, str(WORKER.parent))

import flink_gpu_worker as worker  # noqa: E402

worker.np = np


def settings(code: str = "code.py", attribute: str = "call", **more: str) -> Any:
    values = {
        key.replace("__", ".").replace("_", "-"): text for key, text in more.items()
    }
    return worker.Settings({"code": code, "attribute": attribute, **values})


@contextlib.contextmanager
def code_file(text: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory, "code_of_a_test.py")
        path.write_text(textwrap.dedent(text))
        try:
            yield str(path)
        finally:
            sys.path[:] = [each for each in sys.path if each != directory]
            sys.modules.pop("code_of_a_test", None)


class RequirementsTest(unittest.TestCase):
    def test_a_comparison_belongs_to_the_requirement_before_it(self) -> None:
        self.assertEqual(
            worker.split_requirements("numpy>=1.24,<3, torch , "),
            ["numpy>=1.24,<3", "torch"],
        )

    def test_compares_releases(self) -> None:
        for version, condition, expected in [
            ("1.24.2", ">=1.24", True),
            ("1.24", ">=1.24.0", True),
            ("1.9.0", ">=1.24", False),
            ("2.1.0+cu121", "==2.1", True),
            ("2.1.0rc1", "<2.2", True),
            ("2.1.5", "~=2.1.0", True),
            ("2.2.0", "~=2.1.0", False),
            ("2.0", "!=2.0", False),
            ("3", ">3", False),
            ("3.1", "> 3", True),
            ("3.1", "=> 3", False),
        ]:
            with self.subTest(version=version, condition=condition):
                self.assertEqual(worker.satisfies(version, condition), expected)

    def test_names_all_that_is_missing(self) -> None:
        self.assertEqual(worker.missing_requirements("numpy>=1.0"), [])
        self.assertEqual(
            worker.missing_requirements("no-such-thing>=1, numpy>=1000, ???"),
            [
                "no-such-thing is not installed",
                f"numpy is {np.__version__} and must be >=1000",
                "'???' is not a requirement such as numpy>=1.24",
            ],
        )


class TensorTest(unittest.TestCase):
    def roundtrip(self, array: Any, as_text: bool = False) -> Any:
        datatype, shape, block = worker.block_of("x", array)
        memory = np.zeros(64 + block.nbytes, dtype=np.uint8)
        memory[64:] = block.reshape(-1).view(np.uint8)
        tensor = worker.Tensor("x", datatype, shape, 64, block.nbytes)
        return worker.array_of(tensor, memory, as_text)

    def test_every_dtype_comes_back(self) -> None:
        for dtype in worker.DTYPES.values():
            for shape in [(2, 3), (0,), (2, 0, 3), ()]:
                with self.subTest(dtype=dtype, shape=shape):
                    array = np.ones(shape, dtype=dtype)
                    result = self.roundtrip(array)
                    self.assertEqual(result.dtype, array.dtype)
                    self.assertEqual(result.shape, shape)
                    np.testing.assert_array_equal(result, array)

    def test_what_is_not_dense_is_made_so(self) -> None:
        array = np.arange(24, dtype=np.int32).reshape(4, 6)
        for view in [array[::2, ::-1], array.T, array.astype(">i4")]:
            np.testing.assert_array_equal(self.roundtrip(view), view)

    def test_lists_are_arrays(self) -> None:
        self.assertEqual(self.roundtrip([1.5, 2.5]).tolist(), [1.5, 2.5])
        self.assertEqual(self.roundtrip(["ä", "b"], True).tolist(), ["ä", "b"])

    def test_strings_are_bytes_or_text(self) -> None:
        strings = np.array([["ä", ""], ["b", "cd"]], dtype=object)
        self.assertEqual(self.roundtrip(strings, True).tolist(), strings.tolist())
        self.assertEqual(
            self.roundtrip(strings).tolist(), [["ä".encode(), b""], [b"b", b"cd"]]
        )
        self.assertEqual(self.roundtrip(np.array(["x", "yz"])).tolist(), [b"x", b"yz"])

    def test_refuses_what_is_no_tensor(self) -> None:
        for value in [np.array([1j]), [object()], np.array(["2020"], dtype="M8[Y]")]:
            with self.assertRaises(worker.BadAnswer):
                worker.block_of("x", value)

    def test_bfloat16_has_the_values_of_float32(self) -> None:
        bits = np.array([0x3F80, 0xC120], dtype="<u2")
        tensor = worker.Tensor("x", worker.BFLOAT16, (2,), 0, 4)
        array = worker.array_of(tensor, bits.view(np.uint8), False)
        self.assertEqual(array.astype(np.float32).tolist(), [1.0, -10.0])

    def test_float32_becomes_the_nearest_bfloat16_where_one_is_declared(self) -> None:
        for value, bits in [
            (1.0, 0x3F80),
            (-10.0, 0xC120),
            (1.0 + 2.0**-8, 0x3F80),  # a tie, to even
            (1.0 + 3 * 2.0**-8, 0x3F82),  # a tie, to even
            (1.0 + 2.0**-8 + 2.0**-20, 0x3F81),
            (3.4e38, 0x7F80),
            (float("-inf"), 0xFF80),
        ]:
            with self.subTest(value=value):
                array = np.array([value], dtype=np.float32)
                datatype, shape, block = worker.block_of("x", array, True)
                self.assertEqual((datatype, shape), (worker.BFLOAT16, (1,)))
                self.assertEqual(block.tolist(), [bits])
        nan = np.array([np.nan], dtype=np.float32)
        _, _, block = worker.block_of("x", nan, True)
        self.assertEqual(block.tolist(), [0x7FC0])
        self.assertEqual(worker.block_of("x", np.zeros(1), True)[0], "FP64")


class CodeTest(unittest.TestCase):
    def load(self, code: str, attribute: str = "call", **more: str) -> Any:
        with code_file(code) as path:
            return worker.load(
                settings(path, attribute, **more), lambda step: None, None
            )

    def test_constructs_a_class_with_its_arguments(self) -> None:
        model = self.load(
            """
            class Call:
                def __init__(self, **arguments):
                    self.arguments = arguments

                def __call__(self, batch):
                    return self.arguments
            """,
            "Call",
            argument__size="3",
            argument__name="plain text",
            argument__tags='["a", null]',
        )
        self.assertEqual(
            model.target({}), {"size": 3, "name": "plain text", "tags": ["a", None]}
        )
        self.assertFalse(model.is_async)

    def test_gives_a_function_its_further_arguments(self) -> None:
        model = self.load("def call(batch, scale): return scale", argument__scale="7")
        self.assertEqual(model.target({}), 7)

    def test_knows_async_code(self) -> None:
        self.assertTrue(self.load("async def call(batch): return batch").is_async)
        self.assertTrue(
            self.load(
                "class C:\n async def __call__(self, batch): return batch", "C"
            ).is_async
        )

    def test_refuses_code_that_cannot_answer(self) -> None:
        for text in [
            "def call(batch): yield batch",
            "async def call(batch): yield batch",
            "call = 3",
            "class call: pass",
            "def other(batch): return batch",
        ]:
            with self.subTest(text=text), self.assertRaises(worker.Refusal):
                self.load(text)

    def test_warms_up(self) -> None:
        model = self.load(
            """
            class Call:
                def warm_up(self):
                    self.warm = True

                def __call__(self, batch):
                    return self.warm
            """,
            "Call",
        )
        self.assertTrue(model.target({}))

    def test_reads_declarations(self) -> None:
        model = self.load(
            """
            import numpy

            class Call:
                inputs = {"a": ("float32", (3, None)), "b": str, "c": numpy.int64}

                def __call__(self, batch):
                    return batch
            """,
            "Call",
            text="d",
        )
        self.assertEqual(
            model.inputs,
            {"a": ("float32", (3, None)), "b": ("str", None), "c": ("int64", None)},
        )
        self.assertIsNone(model.outputs)
        self.assertTrue(model.is_text("b"))
        self.assertTrue(model.is_text("d"))
        self.assertFalse(model.is_text("a"))

    def test_reads_declarations_that_the_constructor_makes(self) -> None:
        model = self.load(
            """
            class Call:
                outputs = {"y": "int64"}

                def __init__(self, width):
                    self.inputs = {"x": ("float32", (width,))}

                def __call__(self, batch):
                    return batch
            """,
            "Call",
            argument__width="4",
        )
        self.assertEqual(model.inputs, {"x": ("float32", (4,))})
        self.assertEqual(model.outputs, {"y": ("int64", None)})

    def test_refuses_a_declared_type_that_is_none(self) -> None:
        with self.assertRaisesRegex(worker.Refusal, "inputs declares 'a' as complex64"):
            self.load("def call(batch): return batch\ncall.inputs = {'a': 'complex64'}")

    def test_a_batch_tells_what_it_has(self) -> None:
        with self.assertRaisesRegex(
            worker.MissingInput, r"the batch has no 'x', but \['y'\]"
        ):
            worker.Batch(y=1)["x"]

    def test_a_torch_model_gets_its_share_when_torch_is_imported(self) -> None:
        torch = """
            limits = []

            class cuda:
                is_available = staticmethod(lambda: True)
                set_per_process_memory_fraction = staticmethod(limits.append)
            """
        with tempfile.TemporaryDirectory() as directory:
            pathlib.Path(directory, "torch.py").write_text(textwrap.dedent(torch))
            real = sys.modules.pop("torch", None)
            sys.path.insert(0, directory)
            sys.meta_path.insert(0, worker.TorchMemoryLimit(0.25))
            try:
                import torch as imported

                self.assertEqual(imported.limits, [0.25])
            finally:
                sys.path.remove(directory)
                sys.modules.pop("torch")
                if real is not None:
                    sys.modules["torch"] = real


class FormatTest(unittest.TestCase):
    def test_torch(self) -> None:
        try:
            import torch
        except ImportError:
            self.skipTest("torch is not installed")
        arrays = {"x": np.ones((2, 3), dtype=np.float32)}
        batch = worker.formatted(arrays, "torch")
        self.assertIsInstance(batch["x"], torch.Tensor)
        datatype, shape, block = worker.block_of("y", batch["x"].to(torch.bfloat16))
        self.assertEqual((datatype, tuple(shape), block.nbytes), ("BF16", (2, 3), 12))

    def test_pyarrow(self) -> None:
        try:
            import pyarrow
        except ImportError:
            self.skipTest("pyarrow is not installed")
        arrays = {
            "x": np.arange(6, dtype=np.float32).reshape(2, 3),
            "s": np.array(["a", "b"], dtype=object),
        }
        table = worker.formatted(arrays, "pyarrow")
        self.assertIsInstance(table, pyarrow.Table)
        outputs = worker.outputs_of(table, "call")
        np.testing.assert_array_equal(outputs["x"], arrays["x"])
        self.assertEqual(outputs["s"].tolist(), ["a", "b"])


class Host:
    """The other end of a worker's socket."""

    def __init__(self, directory: str, code: str, attribute: str = "call") -> None:
        path = os.path.join(directory, "s")
        server = socket.socket(socket.AF_UNIX)
        server.bind(path)
        server.listen(1)
        copy = pathlib.Path(directory, "worker", "flink_gpu_worker.py")
        copy.parent.mkdir()
        copy.write_bytes(WORKER.read_bytes())
        self.process = subprocess.Popen(
            [sys.executable, str(copy), path, str(os.getpid())],
            stdin=subprocess.PIPE,
            start_new_session=False,
        )
        channel, _ = server.accept()
        server.close()
        self.channel = channel
        self.connection = worker.Connection(channel)
        start = worker.Writer(worker.START).u32(2)
        self.connection.send(
            start.text("code").text(code).text("attribute").text(attribute)
        )

    def receive(self) -> Optional[Any]:
        frame = self.connection.receive()
        while frame is not None and frame.kind == worker.PROGRESS:
            frame = self.connection.receive()
        return frame

    def send(self, number: int, values: list[float]) -> None:
        block = np.array(values, dtype=np.float32)
        frame = worker.Writer(worker.RUN).i64(number).u32(0).text("").i64(0).i64(0)
        tensor = worker.Tensor("x", "FP32", block.shape, 0, block.nbytes)
        frame.u32(0).block(worker.block_of_tensors((tensor,)))
        self.connection.send(frame, (block,))

    def close(self) -> None:
        self.channel.close()
        self.process.stdin.close()
        self.process.wait(20)


class ProcessTest(unittest.TestCase):
    @contextlib.contextmanager
    def host(self, text: str) -> Iterator[Host]:
        with tempfile.TemporaryDirectory() as directory, code_file(text) as path:
            host = Host(directory, path)
            try:
                yield host
            finally:
                host.close()

    def test_answers_and_ends_with_the_socket(self) -> None:
        with self.host("def call(batch): return {'y': batch['x'] * 2}") as host:
            ready = host.receive()
            self.assertEqual(ready.kind, worker.READY)
            host.send(7, [1.0, 2.0])
            answer = host.receive()
            self.assertEqual(answer.kind, worker.ANSWER)
            self.assertEqual(answer.i64(), 7)
            self.assertEqual((answer.u8(), answer.u8()), (0, 0))
            (tensor,) = worker.tensors_of(answer.block())
            values = np.frombuffer(answer.rest(), dtype=np.uint8)
            np.testing.assert_array_equal(
                worker.array_of(tensor, values, False), np.float32([2.0, 4.0])
            )
            host.channel.shutdown(socket.SHUT_RDWR)
            self.assertEqual(host.process.wait(20), 0)

    def test_an_exception_has_its_types_and_the_users_frames(self) -> None:
        with self.host("def call(batch):\n    return {}['missing']") as host:
            self.assertEqual(host.receive().kind, worker.READY)
            host.send(1, [0.0])
            error = host.receive()
            self.assertEqual((error.kind, error.i64()), (worker.ERROR, 1))
            types = [error.text() for _ in range(error.u32())]
            self.assertEqual(types[:3], ["KeyError", "LookupError", "Exception"])
            self.assertEqual(error.text(), "'missing' (code_of_a_test.py:2, in call)")
            traceback = error.text()
            self.assertIn("return {}['missing']", traceback)
            self.assertNotIn("flink_gpu_worker", traceback)

    def test_several_async_batches_are_answered_as_they_are_done(self) -> None:
        code = """
            import asyncio
            import numpy

            async def call(batch):
                await asyncio.sleep(float(batch["x"][0]))
                return {"y": batch["x"]}
            """
        with self.host(code) as host:
            self.assertEqual(host.receive().kind, worker.READY)
            host.send(1, [0.5])
            host.send(2, [0.0])
            self.assertEqual([host.receive().i64(), host.receive().i64()], [2, 1])

    def test_the_watcher_ends_the_group_when_the_input_is_closed(self) -> None:
        code = """
            import subprocess
            import time
            import numpy

            child = subprocess.Popen(["sleep", "3600"])

            def call(batch):
                if batch["x"][0]:
                    time.sleep(3600)
                return {"child": numpy.array([child.pid])}
            """
        with self.host(code) as host:
            self.assertEqual(host.receive().kind, worker.READY)
            host.send(1, [0.0])
            answer = host.receive()
            answer.i64(), answer.u8(), answer.u8(), answer.block()
            (child,) = struct.unpack("<q", answer.rest())
            host.send(2, [1.0])
            host.process.stdin.close()
            self.assertEqual(host.process.wait(20), -signal.SIGKILL)
            deadline = time.monotonic() + 20
            while is_running(child) and time.monotonic() < deadline:
                threading.Event().wait(0.01)
            self.assertFalse(is_running(child))


def is_running(pid: int) -> bool:
    try:
        status = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rsplit(")", 1)[1].split()[0] != "Z"


if __name__ == "__main__":
    unittest.main()
