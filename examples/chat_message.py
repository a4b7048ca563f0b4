"""Write stored runs as a short message for a chat: `python examples/chat_message.py [RUN]`.

`report` is the typed model that all formats of `probe report` are made from, so a format of one's own is a function.
"""

import sys

import probe
from probe.model.report_sections import Report, Section

MARKS = {"OK": ":white_check_mark:", "UNKNOWN": ":grey_question:", "DOWN": ":red_circle:"}


def render_message(report: Report) -> str:
    """Return a line for each target of a report: health, failures, whose they are."""
    return "\n".join(map(_line, report.sections))


def _line(section: Section) -> str:
    health = section.health
    mark = MARKS.get(str(health.word), ":large_orange_circle:")
    parties = ", ".join(f"{fault.party} {fault.n}" for fault in health.faults if fault.n)
    failures = f"{health.failed} of {health.n} calls failed" + (f" ({parties})" if parties else "")
    return f"{mark} *{section.name}* {health.word}: {failures}"


if __name__ == "__main__":
    print(render_message(probe.load(sys.argv[1] if len(sys.argv) > 1 else "reports/runs").report))
