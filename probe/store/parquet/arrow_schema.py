"""The types of the history's columns in a file. Apart, since Arrow takes 60 MB, and a query needs none of it."""

import pyarrow as pa

from probe.store.parquet.history_schema import COLUMNS, ColumnKind

ARROW_TYPES: dict[ColumnKind, pa.DataType] = {
    ColumnKind.WORD: pa.string(),
    ColumnKind.COUNT: pa.int64(),
    ColumnKind.TRUTH: pa.bool_(),
    ColumnKind.MONEY: pa.float64(),
    ColumnKind.MS: pa.decimal64(18, 3),
    ColumnKind.MOMENT: pa.timestamp("ms"),
}
SCHEMA = pa.schema([(name, ARROW_TYPES[column.kind]) for name, column in COLUMNS.items()])
