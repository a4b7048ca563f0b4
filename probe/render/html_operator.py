"""The part of a section for the relay's operator: each call that failed or recovered, to be found, copied, repeated."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from probe.model.base_models import utc_text
from probe.model.report_sections import Incident, Section
from probe.render.call_anchors import CallKey
from probe.render.call_words import shown_outcome, took_text
from probe.render.curl_command import curl_lines
from probe.render.numbers import count_text
from probe.render.phrases import cause_beside_name, flag_words
from probe.render.request_line import request_line
from probe.render.templates import template
from probe.texts import Texts
from probe.texts.stored_phrase import evidence_text

_MOST_WITHOUT_FILTER = 8


@dataclass(frozen=True)
class CallToSend:
    """A call. `anchor` is the id of its waterfall."""

    began: str
    label: str
    name: str
    anchor: str
    took: str
    wall_ms: float
    outcome: str
    tone: str
    reasons: tuple[str, ...]
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Curl:
    """The command that repeats a step."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class OperatorView:
    """All calls to send. `left_out` says how many more there are."""

    id: str
    target: str
    calls: tuple[CallToSend, ...]
    curls: tuple[Curl, ...]
    left_out: str

    @property
    def filtered(self) -> bool:
        return len(self.calls) > _MOST_WITHOUT_FILTER


def drawn_operator(section: Section, name: str, anchors: Mapping[CallKey, str], texts: Texts) -> Markup:
    """Return the part as HTML; nothing where no call failed or recovered."""
    if not section.incidents:
        return Markup()
    left = section.incidents_total - len(section.incidents)
    view = OperatorView(
        id=name,
        target=_target(section, texts),
        calls=tuple(_calls(section, anchors, texts)),
        curls=tuple(_curls(section)),
        left_out=texts("operator.more", n=count_text(left)).replace("`", "") if left else "",
    )
    return Markup(template("operator.html").render(o=view, texts=texts))  # noqa: S704  # escaped there


def _target(section: Section, texts: Texts) -> str:
    """Name the target, its model and the token by its ends; nothing without a manifest."""
    if section.manifest is None:
        return ""
    target = section.manifest.target
    token = target.token_masked or texts("fact.none")
    return texts("html.target", target=target.base_url, model=target.model, token=token)


def _curls(section: Section) -> Iterator[Curl]:
    for label in dict.fromkeys(incident.label for incident in section.incidents):
        lines = curl_lines(section.manifest, label) if section.manifest else ()
        if lines:
            yield Curl(label, lines)


def _calls(section: Section, anchors: Mapping[CallKey, str], texts: Texts) -> Iterator[CallToSend]:
    several = len(section.runs) > 1
    for incident in section.incidents:
        run = [f"{texts('column.run')}: {incident.run_id}"] if several else []
        yield CallToSend(
            began=utc_text(incident.started_at),
            label=incident.label,
            name=texts("html.call", round=incident.round, label=incident.label),
            anchor=anchors.get((incident.run_id, incident.round, incident.label), ""),
            took=took_text(incident),
            wall_ms=incident.wall_ms,
            outcome=shown_outcome(incident.outcome, incident.cause),
            tone="bad" if incident.failed else "mild",
            reasons=tuple(_reasons(incident, texts)),
            ids=(*_ids(incident, texts), *run),
        )


def _reasons(incident: Incident, texts: Texts) -> Iterator[str]:
    if words := cause_beside_name(incident.cause, texts):
        yield words
    yield from (flag_words(flag, texts) for flag in incident.flags)
    if incident.evidence:
        yield evidence_text(incident, texts)


def _ids(incident: Incident, texts: Texts) -> Iterator[str]:
    """Yield each main request, and the session's id."""
    for number, request in enumerate(incident.requests, start=1):
        yield f"{number}: {request_line(request, texts)}"
    if incident.session_id:
        yield f"{texts('column.session')}: {incident.session_id}"
