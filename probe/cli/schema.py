"""`probe schema`: what the files of probe look like."""

import json
from enum import StrEnum
from typing import Annotated

import typer

from probe.cli.common import put

EXAMPLES = """\b
Examples:
  probe schema > report.schema.json
  probe schema manifest"""


class Kind(StrEnum):
    """The files that have a schema."""

    REPORT = "report"
    MANIFEST = "manifest"
    EVENT = "event"
    EXCHANGE = "exchange"
    SCENARIO = "scenario"


def schema(kind: Annotated[Kind, typer.Argument(help="Of what.")] = Kind.REPORT) -> None:
    """Print the JSON Schema of a report, or of another file.

    `report` is what `probe report --format json` writes, `event` a line of a journal.
    """
    put(json.dumps(_schema(kind), indent=2))


def _schema(kind: Kind) -> dict[str, object]:
    from pydantic import TypeAdapter

    from probe.model.events import EVENT
    from probe.model.exchange import Exchange
    from probe.model.report_sections import Report
    from probe.model.run_manifest import Manifest
    from probe.model.scenario import Scenario

    adapters: dict[Kind, TypeAdapter[object]] = {
        Kind.REPORT: TypeAdapter(Report),
        Kind.MANIFEST: TypeAdapter(Manifest),
        Kind.EVENT: EVENT,  # type: ignore[dict-item]
        Kind.EXCHANGE: TypeAdapter(Exchange),
        Kind.SCENARIO: TypeAdapter(Scenario),
    }
    typed = kind is Kind.SCENARIO  # people write it, with the short names; probe writes the others, with its own
    content = adapters[kind].json_schema(by_alias=typed, mode="validation" if typed else "serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **content, "title": f"probe {kind}"}
