"""Runs a class or a function on the batches that another process sends.

The host (a JVM) starts this file with the path of a Unix domain socket. It says over
the socket what to load, and then sends batches; a batch is a dict of numpy arrays, and
so is its answer. Small things travel through the socket, arrays through files in shared
memory that both processes map. Nothing but numpy is needed, and Python 3.9 or newer.

The file is read from the top: the wire format, tensors, shared memory, the code of the
user, what is done with a batch, and the processes' life and death.
"""

from __future__ import annotations

import asyncio
import ctypes
import faulthandler
import functools
import importlib
import importlib.abc
import importlib.metadata
import importlib.util
import inspect
import json
import mmap
import os
import re
import signal
import socket
import struct
import sys
import threading
import traceback
import weakref
from typing import Any, Callable, Iterable, NamedTuple, Optional

OLDEST_PYTHON = (3, 9)

# Frames from the host.
START = 1
RUN = 2

# Frames to the host.
PROGRESS = 1
READY = 2
REFUSED = 3
ANSWER = 4
ERROR = 5

# A tensor starts at a multiple of this, which suits vector instructions.
ALIGNMENT = 64

np: Any = None  # numpy, which is imported once the host can be told that it is missing


class Refusal(Exception):
    """The code cannot be loaded, for a reason that needs no traceback."""


class BadAnswer(Exception):
    """The code answered with something that is no answer."""


class MissingInput(KeyError):
    """The code asked a batch for an array that is not in it."""

    def __str__(self) -> str:
        return str(self.args[0])


# --------------------------------------------------------------------------------------
# Wire format: a frame is its length, its kind, and fields; little-endian
# --------------------------------------------------------------------------------------


U32 = struct.Struct("<I")
I64 = struct.Struct("<q")


class Reader:
    """Takes fields one after the other."""

    def __init__(self, fields: memoryview) -> None:
        self._fields = fields
        self._at = 0

    def u8(self) -> int:
        value = self._fields[self._at]
        self._at += 1
        return value

    def u32(self) -> int:
        (value,) = U32.unpack_from(self._fields, self._at)
        self._at += U32.size
        return value

    def i64(self) -> int:
        (value,) = I64.unpack_from(self._fields, self._at)
        self._at += I64.size
        return value

    def block(self) -> bytes:
        size = self.u32()
        value = self._fields[self._at : self._at + size].tobytes()
        self._at += size
        return value

    def text(self) -> str:
        return self.block().decode("utf-8")

    def rest(self) -> memoryview:
        return self._fields[self._at :]


class Frame(Reader):
    """What the host says: a kind, and fields."""

    def __init__(self, body: memoryview) -> None:
        super().__init__(body)
        self.kind = self.u8()


class Writer:
    """Puts fields one after the other, those of a frame behind its kind."""

    def __init__(self, kind: Optional[int] = None) -> None:
        self._fields = bytearray() if kind is None else bytearray((kind,))

    def u8(self, value: int) -> Writer:
        self._fields.append(value)
        return self

    def u32(self, value: int) -> Writer:
        self._fields += U32.pack(value)
        return self

    def i64(self, value: int) -> Writer:
        self._fields += I64.pack(value)
        return self

    def block(self, value: bytes) -> Writer:
        self.u32(len(value))
        self._fields += value
        return self

    def text(self, value: str) -> Writer:
        return self.block(value.encode("utf-8", "backslashreplace"))

    def fields(self) -> bytes:
        return bytes(self._fields)

    def frame(self, payload_size: int = 0) -> bytes:
        """The frame, in front of a payload that is sent after it."""
        return U32.pack(len(self._fields) + payload_size) + self._fields


class Connection:
    """The socket to the host: any thread sends whole frames, one thread receives."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._incoming = channel.makefile("rb")
        self._sending = threading.Lock()

    def send(self, writer: Writer, payload: Iterable[Any] = ()) -> None:
        parts = [memoryview(part).cast("B") for part in payload]
        with self._sending:
            self._channel.sendall(writer.frame(sum(part.nbytes for part in parts)))
            for part in parts:
                self._channel.sendall(part)

    def receive(self) -> Optional[Frame]:
        """The next frame; None once the host is gone."""
        try:
            head = self._incoming.read(U32.size)
            if len(head) < U32.size:
                return None
            (size,) = U32.unpack(head)
            body = bytearray(size)
            if self._incoming.readinto(body) < size:
                return None
        except ConnectionError:
            return None
        return Frame(memoryview(body))


# --------------------------------------------------------------------------------------
# Tensors: a dense block of elements, row-major and little-endian
# --------------------------------------------------------------------------------------

# The Open Inference Protocol's names of element types, and numpy's.
DTYPES = {
    "BOOL": "bool",
    "UINT8": "uint8",
    "UINT16": "uint16",
    "UINT32": "uint32",
    "UINT64": "uint64",
    "INT8": "int8",
    "INT16": "int16",
    "INT32": "int32",
    "INT64": "int64",
    "FP16": "float16",
    "FP32": "float32",
    "FP64": "float64",
}
PROTOCOL_NAMES = {name: protocol for protocol, name in DTYPES.items()}
BFLOAT16 = "BF16"
BYTES = "BYTES"


class Tensor(NamedTuple):
    """Where the elements of an array lie."""

    name: str
    datatype: str
    shape: tuple[int, ...]
    offset: int
    nbytes: int

    @staticmethod
    def read(reader: Reader) -> Tensor:
        name = reader.text()
        datatype = reader.text()
        shape = tuple(reader.i64() for _ in range(reader.u8()))
        return Tensor(name, datatype, shape, reader.i64(), reader.i64())

    def write(self, writer: Writer) -> None:
        writer.text(self.name).text(self.datatype).u8(len(self.shape))
        for length in self.shape:
            writer.i64(length)
        writer.i64(self.offset).i64(self.nbytes)


@functools.lru_cache(maxsize=64)
def tensors_of(block: bytes) -> tuple[Tensor, ...]:
    """The tensors of a batch; most batches are like one before."""
    reader = Reader(memoryview(block))
    return tuple(Tensor.read(reader) for _ in range(reader.u32()))


@functools.lru_cache(maxsize=64)
def block_of_tensors(tensors: tuple[Tensor, ...]) -> bytes:
    """The opposite of ``tensors_of``."""
    writer = Writer().u32(len(tensors))
    for tensor in tensors:
        tensor.write(writer)
    return writer.fields()


def array_of(tensor: Tensor, memory: Any, as_text: bool) -> Any:
    """The array of a tensor, a view of ``memory`` (uint8) unless it holds strings."""
    block = memory[tensor.offset : tensor.offset + tensor.nbytes]
    if tensor.datatype == BYTES:
        return strings_of(block.tobytes(), tensor.shape, as_text)
    if tensor.datatype == BFLOAT16:
        return bfloat16_of(block.view("<u2")).reshape(tensor.shape)
    return block.view(DTYPES[tensor.datatype]).reshape(tensor.shape)


def strings_of(block: bytes, shape: tuple[int, ...], as_text: bool) -> Any:
    """An array of ``bytes`` or ``str`` objects; each lies behind its length."""
    values = []
    at = 0
    while at < len(block):
        (size,) = U32.unpack_from(block, at)
        value = block[at + 4 : at + 4 + size]
        values.append(value.decode("utf-8") if as_text else value)
        at += 4 + size
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array.reshape(shape)


def bfloat16_of(bits: Any) -> Any:
    """As ml_dtypes' bfloat16 where that is installed, else its values in float32."""
    try:
        import ml_dtypes
    except ImportError:
        return (bits.astype(np.uint32) << 16).view(np.float32)
    return bits.view(ml_dtypes.bfloat16)


def bits_of_bfloat16(array: Any) -> Any:
    """The nearest bfloat16 of float32 values, ties to even, as uint16."""
    bits = array.view(np.uint32)
    rounded = (bits + (0x7FFF + ((bits >> 16) & 1))) >> 16
    quiet_nan = (bits >> 16) | 0x40
    return np.where(np.isnan(array), quiet_nan, rounded).astype(np.uint16)


@functools.lru_cache(maxsize=64)
def dtype_name(dtype: Any) -> str:
    """``dtype.name``, which numpy composes anew each time."""
    return dtype.name


def block_of(
    name: str, value: Any, is_bfloat16: bool = False
) -> tuple[str, tuple[int, ...], Any]:
    """The element type, the shape and the dense bytes of an output.

    A float32 answer is rounded where the output is declared bfloat16.
    """
    if is_torch_tensor(value):
        value = value.detach().cpu()
        if str(value.dtype) == "torch.bfloat16":
            bits = value.contiguous().view(sys.modules["torch"].int16).numpy()
            return BFLOAT16, bits.shape, np.ascontiguousarray(bits)
        value = value.numpy()
    array = np.asarray(value)
    if array.dtype.kind in "OUS":
        return BYTES, array.shape, packed_strings(name, array)
    shape = array.shape
    array = np.ascontiguousarray(array)
    name_of_dtype = dtype_name(array.dtype)
    if name_of_dtype == "bfloat16":
        return BFLOAT16, shape, array.view(np.uint16)
    if is_bfloat16 and array.dtype == np.float32:
        return BFLOAT16, shape, bits_of_bfloat16(array)
    datatype = PROTOCOL_NAMES.get(name_of_dtype)
    if datatype is None:
        raise BadAnswer(
            f"output '{name}' has dtype {array.dtype}, which is none of"
            f" {', '.join([*PROTOCOL_NAMES, 'bfloat16', 'str', 'bytes'])}"
        )
    if array.dtype.byteorder == ">":
        array = array.astype(array.dtype.newbyteorder("<"))
    return datatype, shape, array


def packed_strings(name: str, array: Any) -> Any:
    parts = []
    for value in array.ravel().tolist():
        if isinstance(value, str):
            value = value.encode("utf-8")
        if not isinstance(value, (bytes, bytearray)):
            raise BadAnswer(
                f"output '{name}' holds {type(value).__name__} objects, which are"
                " neither numbers nor str nor bytes"
            )
        parts += (U32.pack(len(value)), value)
    return np.frombuffer(b"".join(parts) or bytearray(), dtype=np.uint8)


def is_torch_tensor(value: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, getattr(torch, "Tensor", ()))


def aligned(offset: int) -> int:
    return (offset + ALIGNMENT - 1) // ALIGNMENT * ALIGNMENT


# --------------------------------------------------------------------------------------
# Shared memory
# --------------------------------------------------------------------------------------


class SharedMemory:
    """The files that the host made and that both processes have mapped, by number."""

    def __init__(self) -> None:
        self._segments: dict[int, mmap.mmap] = {}

    def map(self, number: int, path: str, size: int) -> None:
        """Maps a file and deletes it: the memory lives as long as a process has it."""
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        try:
            os.unlink(path)
            self._segments[number] = mmap.mmap(descriptor, size)
        finally:
            os.close(descriptor)

    def view(self, number: int) -> Any:
        return np.frombuffer(self._segments[number], dtype=np.uint8)

    def drop(self, number: int) -> None:
        """Forgets a segment; arrays that are still used keep their memory."""
        self._segments.pop(number, None)


# --------------------------------------------------------------------------------------
# The user's code
# --------------------------------------------------------------------------------------


class Settings:
    """What the host says about the code, all as text."""

    def __init__(self, values: dict[str, str]) -> None:
        self.code = values["code"]
        self.attribute = values["attribute"]
        self.requires = values.get("requires", "")
        self.batch_format = values.get("batch-format", "numpy")
        self.text = values.get("text", "")
        self.arguments = {
            key[len("argument.") :]: argument_of(value)
            for key, value in values.items()
            if key.startswith("argument.")
        }

    def is_text(self, name: str) -> bool:
        return self.text == "*" or name in [
            each.strip() for each in self.text.split(",")
        ]


def argument_of(text: str) -> Any:
    """A JSON value; what is none is a string."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def missing_requirements(requires: str) -> list[str]:
    """What is missing of requirements such as ``numpy>=1.24,<3, torch``, for people."""
    problems = []
    for requirement in split_requirements(requires):
        match = re.match(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(.*)$", requirement)
        if match is None:
            problems.append(f"'{requirement}' is not a requirement such as numpy>=1.24")
            continue
        name, conditions = match.groups()
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            problems.append(f"{name} is not installed")
            continue
        for condition in filter(None, (each.strip() for each in conditions.split(","))):
            if not satisfies(version, condition):
                problems.append(f"{name} is {version} and must be {condition}")
    return problems


def split_requirements(requires: str) -> list[str]:
    """Parts between commas; a comparison belongs to the requirement before it."""
    requirements: list[str] = []
    for part in filter(None, (each.strip() for each in requires.split(","))):
        if part[0] in "<>=!~" and requirements:
            requirements[-1] += "," + part
        else:
            requirements.append(part)
    return requirements


def satisfies(version: str, condition: str) -> bool:
    match = re.match(r"(>=|<=|==|!=|~=|>|<)\s*([0-9][0-9A-Za-z.+-]*)$", condition)
    if match is None:
        return False
    operator, wanted_text = match.groups()
    actual, wanted = release_of(version), release_of(wanted_text)
    if operator == "~=":
        return actual >= wanted and actual[: len(wanted) - 1] == wanted[:-1]
    width = max(len(actual), len(wanted))
    actual += (0,) * (width - len(actual))
    wanted += (0,) * (width - len(wanted))
    return {
        ">=": actual >= wanted,
        "<=": actual <= wanted,
        "==": actual == wanted,
        "!=": actual != wanted,
        ">": actual > wanted,
        "<": actual < wanted,
    }[operator]


def release_of(version: str) -> tuple[int, ...]:
    """The numbers in front of a version: (2, 1, 0) of 2.1.0rc1+cu121."""
    match = re.match(r"\d+(\.\d+)*", version)
    return tuple(int(part) for part in match.group().split(".")) if match else ()


def import_code(code: str) -> Any:
    """The module of a file or of a dotted name."""
    if not code.endswith(".py"):
        sys.path.insert(0, os.getcwd())
        return importlib.import_module(code)
    path = os.path.abspath(code)
    if not os.path.isfile(path):
        raise Refusal(f"there is no file {path}")
    sys.path.insert(0, os.path.dirname(path))
    name = os.path.splitext(os.path.basename(path))[0]
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # as pickle and dataclasses want it
    spec.loader.exec_module(module)
    return module


class Model:
    """What is called with each batch."""

    def __init__(
        self, target: Callable[..., Any], declaring: Any, settings: Settings
    ) -> None:
        self.target = target
        self.settings = settings
        self.inputs = declared(getattr(declaring, "inputs", None), "inputs")
        self.outputs = declared(getattr(declaring, "outputs", None), "outputs")
        call = (
            target if inspect.isroutine(target) else getattr(type(target), "__call__")
        )
        self.is_async = inspect.iscoroutinefunction(call)
        if inspect.isgeneratorfunction(call) or inspect.isasyncgenfunction(call):
            raise Refusal(
                f"{settings.attribute} yields, and a batch has one answer: return a"
                " dict of arrays with a row for each row instead"
            )
        self._text = {
            name for name, (kind, _) in (self.inputs or {}).items() if kind == "str"
        }

    def is_text(self, name: str) -> bool:
        return name in self._text or self.settings.is_text(name)

    def is_bfloat16(self, name: str) -> bool:
        """Whether that output is declared so."""
        return (self.outputs or {}).get(name, ("", None))[0] == "bfloat16"


def declared(declaration: Any, what: str) -> Optional[dict[str, tuple[str, Any]]]:
    """Type and shape of a row by name, from ``{"x": ("float32", (32, 32, 1))}``."""
    if not isinstance(declaration, dict):
        return None  # an attribute of that name that is meant otherwise
    specs = {}
    for name, spec in declaration.items():
        kind, shape = spec if isinstance(spec, tuple) else (spec, None)
        if kind in (str, "str"):
            kind = "str"
        elif kind in (bytes, "bytes"):
            kind = "bytes"
        elif kind != "bfloat16":
            try:
                kind = np.dtype(kind).name
            except TypeError:
                kind = str(kind)
            if kind not in PROTOCOL_NAMES:
                raise Refusal(
                    f"{what} declares '{name}' as {kind}, which is no element type"
                )
        specs[name] = (kind, shape)
    return specs


def load(
    settings: Settings,
    progress: Callable[[str], None],
    loop: asyncio.AbstractEventLoop,
) -> Model:
    problems = missing_requirements(settings.requires)
    if problems:
        raise Refusal(f"{', and '.join(problems)}, in {interpreter()}")
    if settings.batch_format in ("torch", "pyarrow"):
        try:
            importlib.import_module(settings.batch_format)
        except ImportError as failure:
            raise Refusal(
                f"batch format {settings.batch_format} needs it: {failure},"
                f" in {interpreter()}"
            ) from None
    progress(f"imports {settings.code}")
    target = import_code(settings.code)
    for name in settings.attribute.split("."):
        if not hasattr(target, name):
            raise Refusal(f"{settings.code} has no {settings.attribute}")
        target = getattr(target, name)
    declaring = target
    if inspect.isclass(target):
        if "__call__" not in dir(target):
            raise Refusal(f"class {settings.attribute} has no __call__")
        progress(f"constructs {settings.attribute}")
        target = declaring = target(**settings.arguments)
    elif not callable(target):
        raise Refusal(f"{settings.attribute} is neither a class nor a function")
    elif settings.arguments:
        target = functools.partial(target, **settings.arguments)
    model = Model(unwrapped(target), declaring, settings)
    model.target = target
    if hasattr(target, "warm_up"):
        progress("warms up")
        result = target.warm_up()
        if inspect.iscoroutine(result):
            loop.run_until_complete(result)
    return model


def unwrapped(target: Any) -> Any:
    return target.func if isinstance(target, functools.partial) else target


def interpreter() -> str:
    return f"{sys.executable} (Python {'.'.join(map(str, sys.version_info[:3]))})"


# --------------------------------------------------------------------------------------
# Batches as the code wants them
# --------------------------------------------------------------------------------------


class Batch(dict):
    """A batch of numpy arrays or torch tensors by name."""

    def __missing__(self, name: Any) -> Any:
        raise MissingInput(f"the batch has no {name!r}, but {sorted(self)}")


def formatted(arrays: dict[str, Any], batch_format: str) -> Any:
    if batch_format == "torch":
        return Batch((name, torch_tensor(array)) for name, array in arrays.items())
    if batch_format == "pyarrow":
        return arrow_table(arrays)
    return Batch(arrays)


def torch_tensor(array: Any) -> Any:
    """A tensor that shares the array's memory; strings stay an array of objects."""
    torch = importlib.import_module("torch")
    if array.dtype == object:
        return array
    if array.dtype.name == "bfloat16":
        return torch.from_numpy(array.view(np.int16)).view(torch.bfloat16)
    return torch.from_numpy(array)


def arrow_table(arrays: dict[str, Any]) -> Any:
    """A table whose columns of more than one axis are fixed-shape tensors."""
    pyarrow = importlib.import_module("pyarrow")
    columns = {}
    for name, array in arrays.items():
        if array.ndim > 1 and array.dtype != object:
            columns[name] = pyarrow.FixedShapeTensorArray.from_numpy_ndarray(array)
        else:
            columns[name] = pyarrow.array(array.tolist() if array.ndim > 1 else array)
    return pyarrow.table(columns)


def outputs_of(answer: Any, attribute: str) -> dict[str, Any]:
    """The answer as a dict of what can be made arrays.

    Raises BadAnswer if it is nothing of the kind.
    """
    if type(answer).__module__.startswith("pyarrow") and hasattr(
        answer, "column_names"
    ):
        return {name: arrow_column(answer.column(name)) for name in answer.column_names}
    if inspect.isgenerator(answer):
        raise BadAnswer(f"{attribute} returned a generator, and a batch has one answer")
    if not isinstance(answer, dict):
        raise BadAnswer(
            f"{attribute} returned {type(answer).__name__}:"
            " it must return a dict of arrays"
        )
    if not answer:
        raise BadAnswer(f"{attribute} returned an empty dict: it must return an array")
    for name in answer:
        if not isinstance(name, str):
            raise BadAnswer(
                f"{attribute} returned the name {name!r}, which is not a str"
            )
    return answer


def arrow_column(column: Any) -> Any:
    if hasattr(column, "combine_chunks"):
        column = column.combine_chunks()
    if hasattr(column, "to_numpy_ndarray"):
        return column.to_numpy_ndarray()
    return column.to_numpy(zero_copy_only=False)


# --------------------------------------------------------------------------------------
# Running batches
# --------------------------------------------------------------------------------------


class Task:
    """A batch to be run, and where its answer may be put."""

    def __init__(self, frame: Frame, memory: SharedMemory) -> None:
        self.number = frame.i64()
        self.segment = frame.u32()
        path = frame.text()
        self.size = frame.i64()
        self.answer_offset = frame.i64()
        for _ in range(frame.u32()):
            memory.drop(frame.u32())
        self.tensors = tensors_of(frame.block())
        if path:
            memory.map(self.segment, path, self.size)
        if self.segment:
            self.memory = memory.view(self.segment)
        else:
            self.memory = np.frombuffer(frame.rest(), dtype=np.uint8)


class Worker:
    """Answers the batches of a connection with a model."""

    def __init__(
        self, connection: Connection, model: Model, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._connection = connection
        self._model = model
        self._loop = loop
        self._memory = SharedMemory()

    def serve(self) -> None:
        """Returns when the host is gone."""
        if self._model.is_async:
            self._loop.run_until_complete(self._serve_async())
            return
        while True:
            frame = self._connection.receive()
            if frame is None:
                return
            self._run(Task(frame, self._memory))

    async def _serve_async(self) -> None:
        """Takes a batch as soon as it comes, however many are being answered."""
        tasks: set[Any] = set()  # the loop itself holds them weakly
        while True:
            frame = await self._loop.run_in_executor(None, self._connection.receive)
            if frame is None:
                return
            task = self._loop.create_task(self._run_async(Task(frame, self._memory)))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    def _run(self, task: Task) -> None:
        try:
            batch, watched = self._batch(task)
            answer = self._model.target(batch)
            del batch
            blocks = self._blocks(answer)
            del answer
        except Exception as failure:
            self._fail(task, failure)
            return
        self._answer(task, blocks, watched)

    async def _run_async(self, task: Task) -> None:
        try:
            batch, watched = self._batch(task)
            answer = await self._model.target(batch)
            del batch
            blocks = self._blocks(answer)
            del answer
        except (Exception, asyncio.CancelledError) as failure:
            self._fail(task, failure)
            return
        self._answer(task, blocks, watched)

    def _batch(self, task: Task) -> tuple[Any, Optional[weakref.ref]]:
        """The batch, and what tells whether somebody still has an array of it.

        All arrays are views of ``task.memory``, and numpy lets a view hold the array
        that it is of: while one of them lives, that one does.
        """
        memory = task.memory
        task.memory = None
        arrays = {
            tensor.name: array_of(tensor, memory, self._model.is_text(tensor.name))
            for tensor in task.tensors
        }
        watched = weakref.ref(memory) if task.segment else None
        return formatted(arrays, self._model.settings.batch_format), watched

    def _blocks(self, answer: Any) -> list[tuple[str, str, tuple[int, ...], Any]]:
        outputs = outputs_of(answer, self._model.settings.attribute)
        return [
            (name, *block_of(name, value, self._model.is_bfloat16(name)))
            for name, value in outputs.items()
        ]

    def _answer(
        self,
        task: Task,
        blocks: list[tuple[str, str, tuple[int, ...], Any]],
        watched: Optional[weakref.ref],
    ) -> None:
        size = 0
        for _, _, _, block in blocks:
            size = aligned(size) + block.nbytes
        shared = task.segment != 0 and task.answer_offset + size <= task.size
        target = (
            self._memory.view(task.segment)
            if shared
            else np.empty(size, dtype=np.uint8)
        )
        start = task.answer_offset if shared else 0
        tensors = []
        at = 0
        for name, datatype, shape, block in blocks:
            at = aligned(at)
            flat = block.reshape(-1).view(np.uint8)
            target[start + at : start + at + block.nbytes] = flat
            tensors.append(Tensor(name, datatype, shape, start + at, block.nbytes))
            at += block.nbytes
        # What the blocks are views of may be the batch itself.
        blocks.clear()
        del block, flat
        writer = Writer(ANSWER).i64(task.number).u8(1 if shared else 0)
        writer.u8(1 if watched is not None and watched() is not None else 0)
        writer.block(block_of_tensors(tuple(tensors)))
        self._connection.send(writer, () if shared else (target,))

    def _fail(self, task: Task, failure: BaseException) -> None:
        self._connection.send(described(Writer(ERROR).i64(task.number), failure))


def described(writer: Writer, failure: BaseException) -> Writer:
    """Adds an exception: its types, the nearest first, its message and traceback."""
    types = [type_name(each) for each in type(failure).__mro__ if each is not object]
    writer.u32(len(types))
    for name in types:
        writer.text(name)
    return writer.text(summary(failure)).text(user_traceback(failure))


def type_name(kind: type) -> str:
    module = "" if kind.__module__ in ("builtins", __name__) else kind.__module__ + "."
    return module + kind.__qualname__


def summary(failure: BaseException) -> str:
    """The message and the innermost line of the user's code, in one line."""
    message = " ".join(str(failure).split())
    frames = user_frames(failure)
    if not frames:
        return message
    last = frames[-1]
    place = f"({os.path.basename(last.filename)}:{last.lineno}, in {last.name})"
    return f"{message} {place}" if message else place


def user_frames(failure: BaseException) -> list[traceback.FrameSummary]:
    """Those of the traceback that are neither of this file nor of a library."""
    libraries = ("<frozen", os.path.dirname(os.__file__))
    return [
        frame
        for frame in traceback.extract_tb(failure.__traceback__)
        if frame.filename != __file__
        and not frame.filename.startswith(libraries)
        and "-packages" not in frame.filename
    ]


def user_traceback(failure: BaseException) -> str:
    """The traceback without the frames of this file that lead to the user's."""
    trace = failure.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    return "".join(traceback.format_exception(type(failure), failure, trace))


# --------------------------------------------------------------------------------------
# Life and death
# --------------------------------------------------------------------------------------


def lead_a_process_group() -> None:
    """So that whatever the code starts ends with it."""
    try:
        os.setpgid(0, 0)
    except PermissionError:
        pass  # it leads a session, and so a group


def end_with_parent(parent: int) -> None:
    """Asks Linux to kill this process when the thread that started it is gone."""
    pr_set_pdeathsig = 1
    try:
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL, 0, 0, 0)
    except (OSError, AttributeError):
        pass  # another system: the watcher does it alone
    if os.getppid() != parent:
        os._exit(1)


def watch_parent() -> None:
    """Starts a process that kills the group when the host closes its end of the input.

    The kernel closes it, too, when the host is killed. This process itself may be stuck
    in native code at that time, and its children hear of no death but their parent's.
    """
    if os.fork() != 0:
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.close(nothing)
        return
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    while os.read(0, 1):
        pass
    try:
        os.unlink(__file__)
        os.rmdir(os.path.dirname(__file__))
    except OSError:
        pass  # the host has done it
    os.killpg(os.getpgid(0), signal.SIGKILL)
    os._exit(1)


class TorchMemoryLimit(importlib.abc.MetaPathFinder):
    """Gives torch its share of the device's memory as soon as it is imported."""

    def __init__(self, fraction: float) -> None:
        self._fraction = fraction

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        if fullname != "torch":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is None or spec.loader is None:
            return spec
        execute = spec.loader.exec_module

        def execute_and_limit(module: Any) -> None:
            execute(module)
            if module.cuda.is_available():
                module.cuda.set_per_process_memory_fraction(self._fraction)

        spec.loader.exec_module = execute_and_limit
        return spec


def device_memory() -> int:
    """What torch has reserved on the device, in bytes; 0 without it."""
    torch = sys.modules.get("torch")
    try:
        return int(torch.cuda.memory_reserved()) if torch.cuda.is_available() else 0
    except AttributeError:
        return 0


def write_declaration(
    writer: Writer, declaration: Optional[dict[str, tuple[str, Any]]]
) -> None:
    specs = declaration or {}
    writer.u32(len(specs))
    for name, (kind, shape) in specs.items():
        protocol = {"str": BYTES, "bytes": BYTES, "bfloat16": BFLOAT16}.get(kind)
        writer.text(name).text(protocol or PROTOCOL_NAMES[kind])
        if shape is None:
            writer.u8(0)
            continue
        writer.u8(1).u8(len(shape))
        for length in shape:
            writer.i64(-1 if length is None else int(length))


def import_numpy() -> None:
    global np
    try:
        np = importlib.import_module("numpy")
    except ImportError as failure:
        raise Refusal(
            f"numpy is not installed: {failure}, in {interpreter()}"
        ) from None


def start(
    connection: Connection, frame: Frame, loop: asyncio.AbstractEventLoop
) -> Model:
    settings = Settings({frame.text(): frame.text() for _ in range(frame.u32())})
    import_numpy()
    fraction = float(os.environ.get("FLINK_GPU_MEMORY_FRACTION", "1"))
    if fraction < 1:
        sys.meta_path.insert(0, TorchMemoryLimit(fraction))
    model = load(
        settings, lambda step: connection.send(Writer(PROGRESS).text(step)), loop
    )
    writer = Writer(READY).text(interpreter()).text(np.__version__)
    writer.u8(1 if model.is_async else 0).i64(device_memory())
    write_declaration(writer, model.inputs)
    write_declaration(writer, model.outputs)
    connection.send(writer)
    return model


def main(socket_path: str, parent: int) -> None:
    lead_a_process_group()
    end_with_parent(parent)
    watch_parent()
    faulthandler.enable()
    if sys.path[0] == os.path.dirname(os.path.abspath(__file__)):
        sys.path.pop(0)  # nothing of this file's directory is the code's
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    channel.connect(socket_path)
    connection = Connection(channel)
    frame = connection.receive()
    if frame is None:
        return
    try:
        if sys.version_info < OLDEST_PYTHON:
            oldest = ".".join(map(str, OLDEST_PYTHON))
            raise Refusal(f"Python {oldest} or newer is needed, not {interpreter()}")
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        model = start(connection, frame, loop)
    except Exception as failure:
        connection.send(described(Writer(REFUSED), failure))
        return
    Worker(connection, model, loop).serve()


if __name__ == "__main__":
    try:
        main(sys.argv[1], int(sys.argv[2]))
    except BrokenPipeError:
        pass  # the host is gone
    finally:
        sys.stdout.flush()
