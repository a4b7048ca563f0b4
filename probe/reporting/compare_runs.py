"""Compare the targets of two stored runs."""

from pathlib import Path

from probe.errors import UsageError
from probe.model.comparison import Comparison
from probe.model.report_sections import Section
from probe.reporting.build_report import report_of
from probe.reporting.find_runs import find_run, group_of
from probe.stats.compare_targets import SectionPair, compare_pairs


def compare_runs(base: str, candidate: str, out: Path) -> Comparison:
    """Compare two runs, each named by its directory or its id below `out`. Raises UsageError."""
    places = [find_run(name, out) for name in (base, candidate)]
    before, after = map(_section_of_target, places)
    if before.runs == after.runs:
        raise UsageError("is the run to compare with", key=f"CANDIDATE {candidate}", remedy="Name two runs.")
    first_group, second_group = map(group_of, places)
    pair = SectionPair(before, after, interleaved=first_group is not None and first_group == second_group)
    return next(compare_pairs([pair]))


def _section_of_target(path: Path) -> Section:
    """Return the section of the one target that was measured there. Raises UsageError for none and for several."""
    sections = report_of([path], ()).targets
    if not sections:
        raise UsageError("holds no calls to a target", path=path)
    if len(sections) > 1:
        names = ", ".join(section.name for section in sections)
        raise UsageError(
            f"holds more than one target ({names})",
            path=path,
            remedy=f"Name one of them: {path / sections[0].name}",
        )
    return sections[0]
