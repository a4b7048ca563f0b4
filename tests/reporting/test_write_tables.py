"""Tables that are written as they are read: bounded memory, and the same cells."""

import csv
import io
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.journal import write_multiplied
from probe.reporting import write_tables
from probe.reporting.write_tables import TABLE_WRITERS, FlatTable, csv_parts, jsonl_parts, read_call_table
from probe.stats.call_table import COLUMNS
from probe.store import RunWriter
from tests.builders import call, manifest, round_events, words


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run of one round."""
    path = tmp_path_factory.mktemp("tables") / "run"
    with RunWriter.create(path, manifest(rounds=1)) as writer:
        for event in round_events(call(1, 1, client=words()), call(1, 2, client=words())):
            writer.on_event(event)
    return path


def peak_bytes(run: Path) -> int:
    tracemalloc.start()
    try:
        table = read_call_table([run])
        for _ in csv_parts(table):
            pass
        assert table.count > 0
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_longer_table_takes_no_more_memory(run: Path, tmp_path: Path) -> None:
    for name, rounds in (("short", 600), ("long", 2400)):  # whose rows would take 10 MB more
        write_multiplied(run, tmp_path / name, rounds)
    peak_bytes(tmp_path / "short")  # modules are imported, and stay
    assert peak_bytes(tmp_path / "long") < peak_bytes(tmp_path / "short") + 1_500_000


def test_all_formats_have_the_same_cells_in_the_order_of_the_rounds(run: Path, tmp_path: Path) -> None:
    write_multiplied(run, tmp_path / "run", 1200)
    comma = list(csv.DictReader(io.StringIO(b"".join(csv_parts(read_call_table([tmp_path / "run"]))).decode())))
    objects = [
        json.loads(line) for part in jsonl_parts(read_call_table([tmp_path / "run"])) for line in part.splitlines()
    ]
    assert len(comma) == len(objects) == 2400
    assert [int(row["round"]) for row in comma] == [number for number in range(1, 1201) for _ in range(2)]
    for row, values in zip(comma, objects, strict=True):
        cells = {name: "" if value is None else str(value) for name, value in values.items()}
        assert row == {name: cell.lower() if cell in {"True", "False"} else cell for name, cell in cells.items()}


def test_parquet_has_groups_of_many_rows_and_the_types_of_its_columns(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr(write_tables, "_ROWS_IN_FRAME", 50)
    write_multiplied(run, tmp_path / "run", 150)
    path = tmp_path / "calls.parquet"
    path.write_bytes(b"".join(TABLE_WRITERS["parquet"](read_call_table([tmp_path / "run"]))))
    file = parquet.ParquetFile(path)
    assert (file.metadata.num_rows, file.metadata.num_row_groups) == (300, 2)
    frame = file.read().to_pandas()
    assert list(frame) == list(COLUMNS)
    assert {str(frame[name].dtype) for name, kind in COLUMNS.items() if kind is int} == {"Int64"}
    assert frame["round"].is_monotonic_increasing


@pytest.mark.parametrize("form", sorted(TABLE_WRITERS))
def test_a_table_without_rows_has_its_columns(form: str) -> None:
    def none() -> Iterator[dict[str, str]]:
        yield from ()

    written = b"".join(TABLE_WRITERS[form](FlatTable({"a": str, "b": int}, none())))  # type: ignore[arg-type]
    if form == "parquet":
        parquet = pytest.importorskip("pyarrow.parquet")
        assert parquet.read_table(io.BytesIO(written)).column_names == ["a", "b"]
    else:
        assert written == {"csv": b"a,b\n", "jsonl": b""}[form]
