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
    PLAN = "plan"
    DEEP_CHECK = "deep-check"
    RECORDED_REPORT = "recorded-report"


def schema(kind: Annotated[Kind, typer.Argument(help="Of what.")] = Kind.REPORT) -> None:
    """Print the JSON Schema of a report, or of another file.

    `report` is what `probe report --format json` writes, of a recording `recorded-report`; `event` is a line of a
    journal, `deep-check` what `probe check --deep --json` prints.
    """
    from probe.reporting.json_schemas import json_schema

    put(json.dumps(json_schema(kind), indent=2))
