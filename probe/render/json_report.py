"""A report as JSON."""

from probe.model.recorded_report import RecordedReport
from probe.model.report_sections import Report
from probe.sanitise import harmless_json
from probe.texts import Texts


def render_json(report: Report | RecordedReport, texts: Texts) -> str:
    """Return the model itself, whose words are codes: the language of `texts` changes nothing."""
    del texts
    return harmless_json(report.model_dump_json(indent=2)) + "\n"
