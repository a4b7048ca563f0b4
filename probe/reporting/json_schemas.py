"""The JSON Schemas of the files that `probe` reads and writes."""

from pydantic import TypeAdapter

from probe.model.deep_report import DeepReport
from probe.model.events import EVENT
from probe.model.exchange import Exchange
from probe.model.recorded_report import RecordedReport
from probe.model.report_sections import Report
from probe.model.round_plan import RoundPlan
from probe.model.run_manifest import Manifest
from probe.model.scenario import Scenario

_WRITTEN: dict[str, TypeAdapter[object]] = {
    "report": TypeAdapter(Report),
    "manifest": TypeAdapter(Manifest),
    "event": EVENT,  # type: ignore[dict-item]
    "exchange": TypeAdapter(Exchange),
    "plan": TypeAdapter(RoundPlan),
    "deep-check": TypeAdapter(DeepReport),
    "recorded-report": TypeAdapter(RecordedReport),
}
"""The files that probe writes, which have its own long names as keys."""


def json_schema(kind: str) -> dict[str, object]:
    """Return the schema of one of the files in `probe schema`: of _WRITTEN, or of a scenario, which people write."""
    if kind == "scenario":
        content = TypeAdapter(Scenario).json_schema(by_alias=True, mode="validation")
    else:
        content = _WRITTEN[kind].json_schema(by_alias=False, mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **content, "title": f"probe {kind}"}
