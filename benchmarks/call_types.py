"""Time and memory of reading calls by each type: `python -m benchmarks.call_types row|struct|call`.

`row` is the struct that statistics read, `call` the pydantic model that is written, and `struct` a msgspec struct with
all fields of that model and without its bounds: the least that one type for both could cost.
"""

import json
import sys
import time
import types
import typing
from pathlib import Path
from typing import Any

import msgspec
from pydantic import BaseModel

from probe.model.call import Call
from probe.model.row import Row

N = 100_000
JOURNAL = Path(__file__).parents[1] / "tests" / "golden" / "runs" / "faults" / "journal.jsonl"


def main(kind: str) -> None:
    """Decode N calls by the type of this kind, and print seconds and resident memory."""
    decode = {"row": decoder_of(Row), "struct": decoder_of(struct_of(Call)), "call": Call.model_validate_json}[kind]
    records = [json.loads(line) for line in JOURNAL.read_bytes().splitlines()]
    stored = [json.dumps(record["call"]).encode() for record in records if record["event"] == "call_finished"]
    before_mb = resident_mb()
    started = time.perf_counter()
    calls = [decode(stored[number % len(stored)]) for number in range(N)]
    took_s = time.perf_counter() - started
    print(f"{kind}: {len(calls):,} calls, {took_s:.2f} s, {resident_mb() - before_mb:.0f} MB")


def decoder_of(struct: Any) -> Any:
    """Return the function that decodes JSON as this type."""
    return msgspec.json.Decoder(struct).decode


def struct_of(model: type[BaseModel]) -> Any:
    """Build a struct with the fields of a pydantic model, and of those within it."""
    fields: list[tuple[str, Any, Any]] = []
    for name, field in model.model_fields.items():
        absent = msgspec.field() if field.is_required() else msgspec.field(default_factory=field.get_default)
        fields.append((name, type_of(field.annotation), absent))
    return msgspec.defstruct(model.__name__, fields, frozen=True, gc=False, kw_only=True)


def type_of(annotation: Any) -> Any:
    """Return an annotation with structs in the place of models, and without pydantic's constraints."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return struct_of(annotation)
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return type_of(parts[0])
    if origin in {typing.Union, types.UnionType}:
        return typing.Union[tuple(type_of(part) for part in parts)]  # noqa: UP007 - of a tuple
    if origin in {tuple, dict, list}:
        return origin[tuple(part if part is ... else type_of(part) for part in parts)]
    return annotation


def resident_mb() -> float:
    """Return the resident memory of this process in MB; on Linux only."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


if __name__ == "__main__":
    main(sys.argv[1])
