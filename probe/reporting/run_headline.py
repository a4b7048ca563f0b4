"""The headline of a run: made from its report, kept in its directory, and made anew where the run has grown."""

import contextlib
from pathlib import Path

from pydantic import ValidationError

from probe import __version__
from probe.errors import StoreError, UsageError
from probe.model.listed_run import Headline, TargetHeadline
from probe.model.report_sections import Report, Section
from probe.store import JOURNAL, read_group, write_atomically

HEADLINE = "headline.json"


def arm_directories(path: Path) -> list[Path]:
    """Return the directories of a run's arms; the run's own where it is no group. Raises StoreError."""
    group = read_group(path)
    return [path / arm.directory for arm in group.arms] if group else [path]


def keep_headline(path: Path, report: Report) -> Headline:
    """Write the headline of a run that has ended into its directory, if that can be written, and return it."""
    headline = Headline(
        probe_version=__version__,
        journal_bytes=_journal_bytes(path),
        targets=tuple(_target(section) for section in report.targets),
    )
    with contextlib.suppress(StoreError):  # a store that is read-only can be listed too
        write_atomically(path / HEADLINE, (headline.model_dump_json(indent=2) + "\n").encode())
    return headline


def headline_of(path: Path) -> Headline | None:
    """Return the headline of a run: the kept one, or one made now. None for a run that cannot be read."""
    with contextlib.suppress(OSError, ValidationError):
        kept = Headline.model_validate_json((path / HEADLINE).read_bytes())
        if (kept.probe_version, kept.journal_bytes) == (__version__, _journal_bytes(path)):
            return kept
    from probe.reporting.build_report import report_of  # imports the statistics, which take most of a second

    try:
        return keep_headline(path, report_of([path]))
    except (UsageError, StoreError):
        return None


def _target(section: Section) -> TargetHeadline:
    health = section.health
    return TargetHeadline(
        name=section.name,
        health=health.word,
        verdict=section.verdict.answer if section.verdict else None,
        calls=health.n,
        failed=health.failed,
        recovered=health.recovered,
        rounds_finished=section.rounds_finished,
        end=section.runs[-1].end,
    )


def _journal_bytes(path: Path) -> int:
    """Return the size of a run's journals. Raises StoreError for a group that cannot be read."""
    journals = [folder / JOURNAL for folder in arm_directories(path)]
    return sum(journal.stat().st_size for journal in journals if journal.exists())
