"""All findings of a check, worst first: pure judgement of what was seen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from probe.checks.api_client import EndpointResult
from probe.checks.client_findings import PlainHttpResult, judge_client_calls
from probe.checks.client_settings import SettingsNames
from probe.checks.endpoint_findings import judge_endpoints
from probe.checks.endpoints import Endpoints
from probe.checks.local_findings import ClientState, judge_client_state, judge_surroundings, judge_target, judge_token
from probe.checks.model_findings import judge_models, main_model
from probe.checks.outcome_findings import CheckContext
from probe.checks.rank_findings import rank_findings
from probe.checks.stream_findings import CHAT, MESSAGES, judge_stream, patience_of, stream_facts
from probe.checks.way_findings import judge_way, unusable_proxy
from probe.model.check import Area, CheckFinding, ClientCall, ModelAnswer, Severity, StreamFacts, Way
from probe.model.outcome import Outcome
from probe.model.target import Target


@dataclass(slots=True)
class Observations:
    """What a check has seen so far; None is what was not looked at.

    `token` is where the token comes from, `secret` the token itself; `unusable_proxy` why no proxy can be gone through.
    """

    target: Target
    embedded: bool
    token: str
    environment: Mapping[str, str] = field(repr=False)
    secret: str = field(repr=False, default="")
    unusable_proxy: str | None = None
    settings: Sequence[SettingsNames] = ()
    client: ClientState | None = None
    way: Way | None = None
    endpoints: Endpoints | None = None
    models: list[tuple[ModelAnswer, EndpointResult]] = field(default_factory=list)
    client_calls: list[ClientCall] = field(default_factory=list)
    unasked: list[str] = field(default_factory=list)
    bursts: list[EndpointResult] = field(default_factory=list)

    @property
    def streams(self) -> list[tuple[StreamFacts, EndpointResult]]:
        """How the streams came, of the Messages API and of the first chat completions there are."""
        if self.endpoints is None:
            return []
        found = [(MESSAGES, self.endpoints.stream)]
        chats = [each for each in (self.endpoints.chat_v1, self.endpoints.chat) if each is not None]
        found += [(CHAT, next((each for each in chats if each.ok or each.probe.status == 200), None))]
        return [(stream_facts(name, tried.sent), tried) for name, tried in found if tried and tried.probe.status == 200]


def judge(seen: Observations, now: datetime) -> tuple[CheckFinding, ...]:
    """The findings, worst first, causes before their consequences."""
    return rank_findings([*_here(seen), *_there(seen, now)])


def _here(seen: Observations) -> Iterator[CheckFinding]:
    yield from judge_client_state(seen.client)
    yield from judge_token(seen.secret, seen.token)
    yield from judge_target(seen.target)
    yield from judge_surroundings(seen.environment, seen.settings, None if seen.embedded else seen.target)


def _there(seen: Observations, now: datetime) -> Iterator[CheckFinding]:
    if seen.unusable_proxy:
        yield unusable_proxy(seen.unusable_proxy)
    if seen.way is not None:
        yield from judge_way(seen.way, seen.target.base_url, now)
    served = [call for call in seen.client_calls if call.outcome is Outcome.OK]
    asked = CheckContext(
        seen.target.base_url,
        main_model(seen.target),
        seen.target.auth,
        seen.token,
        client_served=bool(served),
        client_endings=tuple(ending for call in seen.client_calls for ending in call.endings),
    )
    endpoints, beside = seen.endpoints, PlainHttpResult(seen.token)
    if endpoints is not None:
        found = list(judge_endpoints(endpoints, asked))
        yield from found
        wrong = frozenset(each.code for each in found if each.severity is Severity.WRONG)
        beside = _beside(seen, endpoints, wrong)
        later = endpoints.whole.probe.wait_ms if endpoints.whole and endpoints.whole.ok else None
        for facts, tried in seen.streams:
            yield from judge_stream(facts, tried.sent, patience_of(seen.target.env), later)
        yield from judge_models(seen.models, endpoints.listed, asked)
    yield from judge_client_calls(seen.client_calls, beside)
    if seen.bursts:
        yield _burst(seen.bursts)
    if seen.unasked:
        yield CheckFinding(
            area=Area.ENDPOINTS,
            severity=Severity.WARNING,
            code="out_of_time",
            title=f"this check's own time was up: open is what comes of {', '.join(dict.fromkeys(seen.unasked))}",
            remedy="Put right what is slow, or give a longer --timeout: all together may take three times that.",
        )


def _beside(seen: Observations, endpoints: Endpoints, wrong: frozenset[str]) -> PlainHttpResult:
    """What plain HTTP came to, for the judgement of the client's calls."""
    good = [each.sent.exchange for each in endpoints.messages if each.ok]
    passed = [exchange.request_bytes for exchange in good if exchange is not None]
    passed += [attempt.request_bytes for call in seen.client_calls for attempt in call.tries if attempt.good]
    return PlainHttpResult(
        seen.token,
        served=endpoints.served and not wrong,
        codes=wrong,
        challenged=any(each.sent.challenged for each in endpoints.messages),
        passed_bytes=max(passed, default=None),
    )


def _burst(bursts: Sequence[EndpointResult]) -> CheckFinding:
    """Requests that were refused as too many, and served after a pause: that was the check itself."""
    return CheckFinding(
        area=Area.ENDPOINTS,
        severity=Severity.NOTE,
        code="burst",
        title="requests of this check followed each other too fast for a rate limit, and were served after a pause",
        evidence="; ".join(dict.fromkeys(f"{each.probe.name}: {each.sent.evidence}" for each in bursts)),
        remedy="No fault, as long as it is known: Claude Code too sends requests in the background beside the main "
        "one. `probe run --concurrency 1` measures with calls one after the other.",
    )
