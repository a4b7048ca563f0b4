"""The headline of a run: made from its report, kept in its directory, and made anew where the run has grown."""

import contextlib
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import ValidationError

from probe import __version__
from probe.errors import StoreError, UsageError
from probe.model.choices import EndReason
from probe.model.listed_run import Headline, TargetHeadline
from probe.model.report_sections import Report, Section
from probe.store import JOURNAL, is_recording, read_group, recorded_files, write_atomically

HEADLINE = "headline.json"


def arm_directories(path: Path) -> list[Path]:
    """Return the directories of a run's arms; the run's own where it is no group. Raises StoreError."""
    group = read_group(path)
    return [path / arm.directory for arm in group.arms] if group else [path]


def keep_headline(path: Path, report: Report) -> Headline:
    """Write the headline of a run that has ended into its directory, if that can be written, and return it."""
    return _keep(path, tuple(_target(section) for section in report.targets))


def _keep(path: Path, targets: tuple[TargetHeadline, ...]) -> Headline:
    headline = Headline(probe_version=__version__, journal_bytes=_journal_bytes(path), targets=targets)
    with contextlib.suppress(StoreError):  # a store that is read-only can be listed too
        write_atomically(path / HEADLINE, (headline.model_dump_json(indent=2) + "\n").encode())
    return headline


def headline_of(path: Path) -> Headline | None:
    """Return the headline of a run: the kept one, or one made now. None for a run that cannot be read."""
    with contextlib.suppress(OSError, ValidationError):
        kept = Headline.model_validate_json((path / HEADLINE).read_bytes())
        if (kept.probe_version, kept.journal_bytes) == (__version__, _journal_bytes(path)):
            return kept
    try:
        return _keep(path, _recorded_target(path)) if is_recording(path) else keep_headline(path, _report(path))
    except (UsageError, StoreError):
        return None


def _report(path: Path) -> Report:
    from probe.reporting.build_report import report_of  # imports the statistics, which take most of a second

    return report_of([path])


def _recorded_target(path: Path) -> tuple[TargetHeadline]:
    """Return what was recorded as the only target of a recording."""
    from probe.reporting.report_recording import report_of_recording

    report = report_of_recording(path)
    health, manifest = report.health, report.manifest
    return (
        TargetHeadline(
            name=manifest.target or urlsplit(manifest.base_url).netloc or manifest.base_url,
            health=health.word,
            calls=health.n,
            failed=health.failed,
            recovered=health.recovered,
            rounds_finished=0,
            end=None if report.was_killed or report.is_running else EndReason.COMPLETED,
        ),
    )


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
        vantage=section.manifest.vantage if section.manifest else None,
    )


def _journal_bytes(path: Path) -> int:
    """Return the size of a run's journals. Raises StoreError for a group that cannot be read."""
    journals = [folder / JOURNAL for folder in arm_directories(path)] + recorded_files(path)
    return sum(journal.stat().st_size for journal in journals if journal.exists())
