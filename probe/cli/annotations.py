"""The choice of --annotations. Imports nothing heavy; what is told is in `github_actions.py`."""

import sys
from enum import StrEnum

from probe.cli.streams import StandardStream


class AnnotationsFor(StrEnum):
    """The CI that annotations are for."""

    GITHUB = "github"


class _PresentChoice:
    """The choice of the present command."""

    annotations: AnnotationsFor | None = None


def choose_annotations(chosen: AnnotationsFor | None) -> AnnotationsFor | None:
    """Remember what --annotations says; with it, text of strangers is kept from being taken for commands."""
    _PresentChoice.annotations = chosen
    if chosen:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, StandardStream):
                stream.guard()
    return chosen


def annotates() -> bool:
    """Return whether the present command annotates."""
    return _PresentChoice.annotations is not None
