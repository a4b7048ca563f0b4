"""A message to the operator of a relay, ready to send: what was measured, what failed, how to find and repeat it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from probe.model.base_models import utc_text
from probe.model.choices import UpstreamKind
from probe.model.health import HealthWord
from probe.model.outcome import RECOVERY_FLAGS
from probe.model.report_sections import Incident, Section, SentRequest
from probe.render.call_words import shown_outcome, took_words
from probe.render.curl_command import curl_lines
from probe.render.health_sentences import health_line
from probe.render.numbers import count_text
from probe.render.phrases import cause_beside_name, counted, failed_words, flag_words, outcome_words
from probe.render.request_line import request_line
from probe.sanitise import printable
from probe.texts import Texts
from probe.texts.stored_phrase import evidence_text

MOST_CALLS = 3
_MOST_IDS = 4
_MOST_LETTERS = 300
_MOST_REQUESTS = 12
"""Of a call; Claude Code sends eleven before it gives up."""


def operator_message(section: Section, file: str, texts: Texts) -> str:
    """Return the message; `file` is the name of what is sent with it."""
    calls = telling_calls(section.incidents)
    sent_sessions = section.manifest is not None and section.manifest.runs_client
    parts = [
        [texts("send.subject", subject=_subject(section, texts))],
        [texts("send.hello"), texts("send.about", version=_version(section))],
        [texts("send.measured"), *_indented(_measured(section, texts))],
        [texts("send.result"), *_indented(_result(section, texts))],
        [texts("send.calls"), *_indented(line for call in calls for line in _call(call, texts, session=sent_sessions))]
        if calls
        else [],
        _repeat(section, calls, texts),
        [texts("send.ask"), *_indented(f"- {line}" for line in _asks(section, texts))],
        [texts("send.attached", file=file)],
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def telling_calls(incidents: Sequence[Incident], most: int = MOST_CALLS) -> list[Incident]:
    """Return the calls that say most: of each distinct failure one in turn, failed ones before recovered ones.

    Of alike calls those come first that have ids by which the operator can find them.
    """
    kinds: dict[tuple[object, ...], list[Incident]] = defaultdict(list)
    for call in sorted(incidents, key=lambda call: not any(call.request_ids)):
        kinds[not call.failed, call.outcome, call.cause].append(call)
    in_turn = sorted(kinds.values(), key=lambda calls: (not calls[0].failed, -len(calls)))
    chosen = [calls[place] for place in range(most) for calls in in_turn if place < len(calls)]
    return sorted(chosen[:most], key=lambda call: call.started_at)


def _indented(lines: Iterator[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)


def _version(section: Section) -> str:
    return section.manifest.probe_version if section.manifest else ""


def _subject(section: Section, texts: Texts) -> str:
    target = section.manifest.target if section.manifest else None
    where = texts("send.where", model=target.model, base_url=target.base_url) if target else section.name
    health = section.health
    if health.failed:
        return texts("send.subject.failed", where=where, failed=count_text(health.failed), n=count_text(health.n))
    key = "recovered" if health.recovered else "calls"
    return texts(f"send.subject.{key}", where=where, recovered=count_text(health.recovered), n=count_text(health.n))


def _measured(section: Section, texts: Texts) -> Iterator[str]:
    manifest = section.manifest
    if manifest is None:
        return
    if manifest.target.kind is UpstreamKind.EMBEDDED:
        yield texts("verdict.embedded")
    yield texts("send.endpoint", base_url=manifest.target.base_url)
    yield texts("send.model", model=manifest.target.model)
    if manifest.runs_client:
        yield texts("send.client", program=manifest.client.program, version=manifest.client.version)
    else:
        yield texts("send.plain", driver=manifest.driver)
    yield texts("send.begun", time=utc_text(manifest.created_at))
    values = {"n": count_text(section.health.n), "scenario": manifest.scenario.name}
    yield texts("send.size", **values, rounds=counted("rounds", section.rounds_finished, texts))


def _result(section: Section, texts: Texts) -> Iterator[str]:
    yield health_line(section.health, texts)
    faults = [fault for fault in section.health.faults if fault.n]
    if faults:
        parties = [texts("faults.party", party=texts(f"send.party.{fault.party}"), n=fault.n) for fault in faults]
        yield texts("send.faults", parties=texts("faults.join").join(parties))
    for failure in section.health.failures:
        what = failed_words(failure.outcome, failure.cause, failure.n, texts)
        yield counted("send.failure", failure.n, texts, what=what)


def _call(call: Incident, texts: Texts, *, session: bool) -> Iterator[str]:
    """Yield what finds a call in a log; with its `session` where requests bore that."""
    took = took_words(call, texts)
    yield texts("send.call", time=utc_text(call.started_at), round=call.round, label=call.label, took=took)
    yield f"  {_came_to(call, texts)}"
    yield from (f"  {line}" for line in _requests(call.requests, texts))
    if session and call.session_id:
        yield "  " + texts("send.session", session=printable(call.session_id))
    if call.evidence:
        yield "  " + texts("send.evidence", evidence=printable(evidence_text(call, texts)))


def _came_to(call: Incident, texts: Texts) -> str:
    """Say what a call came to: why it failed, or what was amiss with its success."""
    if not call.failed:
        key = "send.remarked" if RECOVERY_FLAGS.isdisjoint(call.flags) else "send.recovered"
        return texts(key, what=texts("join.parts").join(flag_words(flag, texts) for flag in call.flags))
    words = filter(None, (outcome_words(call.outcome, texts), cause_beside_name(call.cause, texts)))
    return texts("send.failed", name=shown_outcome(call.outcome, call.cause), what=texts("join.parts").join(words))


def _requests(requests: Sequence[SentRequest], texts: Texts) -> Iterator[str]:
    """Yield the first requests of a call, a line each."""
    lines = [printable(request_line(request, texts, _MOST_IDS), _MOST_LETTERS) for request in requests[:_MOST_REQUESTS]]
    if lines:
        yield texts("send.requests")
    yield from (f"  {line}" for line in lines)
    if len(requests) > len(lines):
        yield "  " + texts("send.requests.more", n=len(requests) - len(lines), file="exchanges/")


def _repeat(section: Section, calls: Sequence[Incident], texts: Texts) -> list[str]:
    """Return how to repeat the step of the first of these calls, or the first step."""
    manifest = section.manifest
    if manifest is None:
        return []
    label = calls[0].label if calls else manifest.scenario.steps[0].label
    lines = curl_lines(manifest, label)
    return [texts("send.repeat"), *(f"  {line}" for line in lines)] if lines else []


def _asks(section: Section, texts: Texts) -> Iterator[str]:
    health = section.health
    parties = [fault.party for fault in health.faults if fault.n]
    yield from (texts(f"send.ask.{party.value}") for party in parties)
    if health.recovered:
        yield texts("send.ask.recovered")
    if health.word in {HealthWord.COLD, HealthWord.SLOW}:
        yield texts(f"send.ask.{health.word.value}")
    if not parties and not health.recovered and health.word not in {HealthWord.COLD, HealthWord.SLOW}:
        yield texts("send.ask.nothing")
