"""The ids by which calls are linked to: `#r12-call1`."""

import re

from probe.model.report_sections import Section

CallKey = tuple[str, int, str]
"""A run, the number of a round in it, and the label of a step."""

_UNFIT = re.compile(r"[^\w.-]+")


def call_anchors(section: Section, prefix: str) -> dict[CallKey, str]:
    """Return the id of each call that can be opened; `prefix` tells sections of a page apart.

    Of several runs all but the first add their number: `run2-r12-call1`.
    """
    numbers = {run.run_id: number for number, run in enumerate(section.runs, 1)}
    found: dict[CallKey, str] = {}
    for call in section.waterfalls:
        number = numbers.get(call.run_id, 1)
        run = "" if number == 1 else f"run{number}-"
        found[call.run_id, call.round, call.label] = f"{prefix}{run}r{call.round}-{_UNFIT.sub('-', call.label)}"
    return found
