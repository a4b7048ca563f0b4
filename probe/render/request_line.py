"""A request of a call in one line, by which its relay's operator finds it: when it began, what it came to, its ids."""

from datetime import datetime
from itertools import islice

from probe.model.base_models import utc_text
from probe.model.report_sections import SentRequest
from probe.render.numbers import NOTHING
from probe.render.phrases import ending_text
from probe.texts import Texts


def request_line(request: SentRequest, texts: Texts, most_ids: int | None = None) -> str:
    """Return the line with its time as ISO 8601, as logs have it, and so many ids; the time is left out if unknown."""
    time = [utc_text(request.at)] if request.at else []
    return _joined(request, time, texts, most_ids)


def short_request_line(request: SentRequest, texts: Texts) -> str:
    """Return the line with the time of day alone, where the day stands beside it."""
    time = [time_of_day(request.at)] if request.at else []
    return _joined(request, time, texts)


def time_of_day(at: datetime) -> str:
    """Return the UTC time of day, to the millisecond: `07:39:00.417`."""
    return utc_text(at)[len("2026-11-21T") : -len("Z")]


def _joined(request: SentRequest, time: list[str], texts: Texts, most_ids: int | None = None) -> str:
    ids = (f"{name}: {value}" for name, value in request.ids.items())
    ending = ending_text(request.ending, texts) if request.ending else NOTHING
    return " · ".join([*time, ending, *islice(ids, most_ids)])
