"""Collect the findings of a whole check from all that it observed. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from probe.checks.api_result import EndpointResult
from probe.checks.check_context import CheckContext
from probe.checks.client_findings import PlainHttpResult, judge_client_calls
from probe.checks.client_settings import SettingsNames
from probe.checks.endpoint_findings import judge_endpoints
from probe.checks.endpoints import Endpoints
from probe.checks.finding_rules import FindingDraft, apply_rules
from probe.checks.local_findings import ClientState, judge_client_state, judge_surroundings, judge_target, judge_token
from probe.checks.model_findings import judge_models
from probe.checks.rank_findings import rank_findings
from probe.checks.stream_facts import CHAT, MESSAGES, stream_facts
from probe.checks.stream_findings import judge_stream, patience_of
from probe.checks.target_models import main_model
from probe.checks.way_findings import judge_way, unusable_proxy
from probe.model.check_report import Area, CheckFinding, ClientCall, ModelAnswer, Severity, StreamFacts, Way
from probe.model.outcome import Outcome
from probe.model.target import Target
from probe.texts import Texts
from probe.texts.phrase import Words, items, phrase, remarks

_finding = partial(FindingDraft, area=Area.ENDPOINTS)


@dataclass(slots=True)
class Observations:
    """Observations of a check so far; None or empty for what it has not observed.

    `token` is where the token comes from, `secret` the token itself; `unusable_proxy` says why no proxy can be used.
    """

    target: Target
    embedded: bool
    token: str
    environment: Mapping[str, str] = field(repr=False)
    secret: str = field(repr=False, default="")
    unusable_proxy: Words | None = None
    settings: Sequence[SettingsNames] = ()
    client: ClientState | None = None
    way: Way | None = None
    endpoints: Endpoints | None = None
    models: list[tuple[ModelAnswer, EndpointResult]] = field(default_factory=list)
    client_calls: list[ClientCall] = field(default_factory=list)
    unasked: list[Words] = field(default_factory=list)
    bursts: list[EndpointResult] = field(default_factory=list)

    @property
    def streams(self) -> list[tuple[StreamFacts, EndpointResult]]:
        """The streams of the Messages API and of the first chat completions there are."""
        if self.endpoints is None:
            return []
        chats = [result for result in self.endpoints.chats if result.ok or result.probe.status == 200]
        asked = [(MESSAGES, self.endpoints.stream), (CHAT, next(iter(chats), None))]
        return [
            (stream_facts(endpoint, result.answer), result)
            for endpoint, result in asked
            if result is not None and result.probe.status == 200
        ]

    @property
    def context(self) -> CheckContext:
        """The target as it was asked, and whether the real client was served."""
        return CheckContext(
            self.target.base_url,
            main_model(self.target),
            self.target.auth,
            self.token,
            client_served=any(call.outcome is Outcome.OK for call in self.client_calls),
            client_endings=tuple(ending for call in self.client_calls for ending in call.endings),
        )


def judge(observations: Observations, now: datetime, texts: Texts) -> tuple[CheckFinding, ...]:
    """Return all findings, worst first, causes before their consequences, in the language of the texts."""
    drafts = (*_local_findings(observations), *_remote_findings(observations, now))
    return rank_findings(draft.in_words(texts) for draft in drafts)


def _local_findings(observations: Observations) -> Iterator[FindingDraft]:
    target = observations.target
    yield from judge_client_state(observations.client)
    yield from judge_token(observations.secret, observations.token)
    yield from judge_target(target)
    yield from judge_surroundings(
        observations.environment, observations.settings, None if observations.embedded else target
    )


def _remote_findings(observations: Observations, now: datetime) -> Iterator[FindingDraft]:
    if observations.unusable_proxy:
        yield unusable_proxy(observations.unusable_proxy)
    if observations.way is not None:
        yield from judge_way(observations.way, observations.target.base_url, now)
    plain = PlainHttpResult(observations.token)
    if observations.endpoints is not None:
        found = list(_api_findings(observations, observations.endpoints))
        yield from found
        plain = _plain_http_result(observations, observations.endpoints, found)
    yield from judge_client_calls(observations.client_calls, plain)
    yield from apply_rules((_burst, _out_of_time), observations)


def _api_findings(observations: Observations, endpoints: Endpoints) -> Iterator[FindingDraft]:
    context = observations.context
    yield from judge_endpoints(endpoints, context)
    whole = endpoints.whole
    later_ms = whole.probe.wait_ms if whole and whole.ok else None
    for facts, result in observations.streams:
        yield from judge_stream(facts, result.answer, patience_of(observations.target.env), later_ms)
    yield from judge_models(observations.models, endpoints.listed, context)


def _plain_http_result(
    observations: Observations, endpoints: Endpoints, findings: Sequence[FindingDraft]
) -> PlainHttpResult:
    """Return what plain HTTP came to, for the findings of the client's calls."""
    wrong = frozenset(
        finding.code for finding in findings if finding.severity is Severity.WRONG and finding.area is Area.ENDPOINTS
    )
    return PlainHttpResult(
        observations.token,
        served=endpoints.served and not wrong,
        codes=wrong,
        challenged=any(result.answer.challenged for result in endpoints.messages),
        passed_bytes=max(_served_sizes(observations, endpoints), default=None),
    )


def _served_sizes(observations: Observations, endpoints: Endpoints) -> Iterator[int]:
    """Yield the sizes in bytes of the requests that were served."""
    for result in endpoints.messages:
        if result.ok and result.answer.exchange is not None:
            yield result.answer.exchange.request_bytes
    for call in observations.client_calls:
        yield from (attempt.request_bytes for attempt in call.tries if attempt.good)


def _burst(observations: Observations) -> FindingDraft | None:
    """Return a note of requests that were refused as too many, and served after a pause: the check's own doing."""
    if not observations.bursts:
        return None
    refusals = {
        (result.probe.name, result.answer.english_evidence): phrase(
            "check.burst.seen", name=result.probe.name, evidence=result.answer.evidence
        )
        for result in observations.bursts
    }
    return _finding(
        severity=Severity.NOTE,
        code="burst",
        title=phrase("check.burst"),
        evidence=remarks(refusals.values()),
        remedy=phrase("check.burst.do"),
    )


def _out_of_time(observations: Observations) -> FindingDraft | None:
    if not observations.unasked:
        return None
    names = {repr(name): name for name in observations.unasked}
    return _finding(
        severity=Severity.WARNING,
        code="out_of_time",
        title=phrase("check.out_of_time", names=items(names.values())),
        remedy=phrase("check.out_of_time.do"),
    )
