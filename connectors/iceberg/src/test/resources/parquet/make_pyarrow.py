"""Writes pyarrow.parquet, which RowFileReaderTest reads: run it here with a Python that has pyarrow."""

import datetime

import pyarrow as pa
import pyarrow.parquet as pq

ROWS = 25
UTC = datetime.timezone.utc

rows = range(ROWS)
table = pa.table(
    {
        "text": pa.array([None if i == 3 else f"text {i} ü" for i in rows], pa.string()),
        "large": pa.array(["x" * i for i in rows], pa.large_string()),
        "kind": pa.array([f"kind {i % 3}" for i in rows]).dictionary_encode(),
        "small": pa.array([i - 5 for i in rows], pa.int8()),
        "unsigned": pa.array([2**32 - 1 - i for i in rows], pa.uint32()),
        "id": pa.array([i * 10**10 for i in rows], pa.int64()),
        "score": pa.array([i / 2 for i in rows], pa.float32()),
        "exact": pa.array([i / 3 for i in rows], pa.float64()),
        "good": pa.array([i % 2 == 0 for i in rows], pa.bool_()),
        "raw": pa.array([bytes([i, 255]) for i in rows], pa.binary()),
        "hash": pa.array([bytes([i] * 4) for i in rows], pa.binary(4)),
        "at": pa.array(
            [datetime.datetime(2026, 1, 1, tzinfo=UTC) + datetime.timedelta(hours=i) for i in rows],
            pa.timestamp("us", "UTC"),
        ),
        "embedding": pa.array([[i + 0.5, -i] for i in rows], pa.list_(pa.float32(), 2)),
        "tokens": pa.array([None if i == 2 else list(range(i)) for i in rows], pa.list_(pa.int64())),
        "tags": pa.array([["a", None, str(i)] for i in rows], pa.list_(pa.string())),
        "nested": pa.array([{"a": i} for i in rows]),
    }
)
pq.write_table(table, "pyarrow.parquet", row_group_size=10, write_page_checksum=True)
