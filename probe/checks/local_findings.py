"""Findings on this machine: the client, the token, the target's settings, the user's own environment. Pure.

Of what may be a secret only names are shown.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from probe.checks.client_settings import SettingsNames
from probe.checks.finding_rules import FindingDraft, Rule, apply_rules, first_of
from probe.checks.patience_findings import PATIENCE_VARIABLES, judge_patience
from probe.model.check_report import Area, Severity
from probe.model.run_manifest import ClientInfo
from probe.model.target import Target
from probe.sanitise import printable
from probe.texts.phrase import Phrase, Words, items, phrase
from probe.units import format_duration

_SLOW_BOOT_MS = 5000.0
_PROVIDERS = ("CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX", "CLAUDE_CODE_USE_FOUNDRY")
_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")
_DECIDES = re.compile(
    r"ANTHROPIC_\w+|CLAUDE_CODE_(?:USE|SKIP)_\w+|CLAUDE_CODE_MAX_RETRIES|API_TIMEOUT_MS|(?:https?|all|no)_proxy"
    r"|NODE_TLS_REJECT_UNAUTHORIZED|CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS",
    re.IGNORECASE,
)
"""Variables that decide where calls go, as whom, to which model, and how long they may take."""
_finding = partial(FindingDraft, area=Area.HERE)


@dataclass(frozen=True, slots=True)
class ClientState:
    """The client as it was found: `missing` says why there is none, `problem` why it did not start in a sandbox."""

    info: ClientInfo | None = None
    missing: str | None = None
    remedy: str | None = None
    prime_ms: float | None = None
    problem: Words | None = None

    @property
    def name(self) -> Phrase:
        """Version and place of the client."""
        version = self.info.version if self.info else None
        source = self.info.source if self.info else None
        unknown = phrase("check.client.unknown_version")
        return phrase("check.client.name", version=version or unknown, source=source)

    @property
    def start(self) -> Phrase:
        """The time of the client's first start, as evidence."""
        return phrase("check.client.start", name=self.name, time=_ms(self.prime_ms or 0.0))


def judge_client_state(client: ClientState | None) -> Iterator[FindingDraft]:
    """Yield what is found of the client's installation; nothing where it was not looked at."""
    return apply_rules((_CLIENT_RULE,), client) if client is not None else iter(())


def _client_missing(client: ClientState) -> FindingDraft | None:
    if client.info is not None:
        return None
    return _finding(
        severity=Severity.WRONG,
        code="client_missing",
        title=phrase("check.client_missing"),
        evidence=client.missing or "",
        remedy=client.remedy,
    )


def _client_does_not_start(client: ClientState) -> FindingDraft | None:
    if not client.problem:
        return None
    problem = printable(client.problem, 300) if isinstance(client.problem, str) else client.problem
    return _finding(
        severity=Severity.WRONG,
        code="client_does_not_start",
        title=phrase("check.client_does_not_start"),
        evidence=phrase("check.client_does_not_start.seen", name=client.name, problem=problem),
        remedy=phrase("check.client_does_not_start.do"),
    )


def _slow_boot(client: ClientState) -> FindingDraft | None:
    if client.prime_ms is None or client.prime_ms <= _SLOW_BOOT_MS:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="slow_boot",
        title=phrase("check.slow_boot"),
        evidence=client.start,
        remedy=phrase("check.slow_boot.do"),
    )


def _client_starts(client: ClientState) -> FindingDraft | None:
    if client.prime_ms is None:
        return None
    return _finding(severity=Severity.GOOD, code="client", title=phrase("check.client"), evidence=client.start)


_CLIENT_RULE = first_of(_client_missing, _client_does_not_start, _slow_boot, _client_starts)


def judge_token(token: str, source: str) -> Iterator[FindingDraft]:
    """Yield the finding of what is probably no part of a token; nothing of the token is shown."""
    if token[:1] in {'"', "'"} or token[-1:] in {'"', "'"}:
        title = phrase("check.token_spelling.quotes")
    elif token.lower().startswith("bearer "):
        title = phrase("check.token_spelling.bearer")
    else:
        return
    yield _finding(
        severity=Severity.WARNING,
        code="token_spelling",
        title=title,
        evidence=phrase("check.token_spelling.seen", source=source),
        remedy=phrase("check.token_spelling.do"),
    )


def judge_target(target: Target) -> Iterator[FindingDraft]:
    """Yield what makes no sense in a target's own settings."""
    for alias in target.odd_aliases():
        yield _finding(
            severity=Severity.WARNING,
            code="alias_kind",
            title=phrase(
                "check.alias_kind", kind=alias.kind, model=printable(repr(alias.model), 120), likely=alias.likely_kind
            ),
            remedy=phrase("check.alias_kind.do"),
        )
    for name in _switched_on(target.env):
        yield _finding(
            severity=Severity.WRONG,
            code="other_provider",
            title=phrase("check.other_provider", name=name),
            evidence=phrase("check.other_provider.seen", target=target.name),
            remedy=phrase("check.other_provider.do", name=name),
        )
    yield from judge_patience(target.env)


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """The user's own environment; `target` is None for an upstream of our own."""

    environment: Mapping[str, str]
    target: Target | None


def judge_surroundings(
    environment: Mapping[str, str], settings: Sequence[SettingsNames], target: Target | None
) -> Iterator[FindingDraft]:
    """Yield what decides over the user's own client in his environment and settings.

    `target` is None for an upstream of our own.
    """
    yield from apply_rules(_ENVIRONMENT_RULES, _Surroundings(environment, target))
    yield from _own_patience(environment, target)
    for file in settings:
        yield from apply_rules(_SETTINGS_RULES, file)


def _two_tokens(surroundings: _Surroundings) -> FindingDraft | None:
    environment = surroundings.environment
    if not (environment.get("ANTHROPIC_API_KEY") and environment.get("ANTHROPIC_AUTH_TOKEN")):
        return None
    return _finding(
        severity=Severity.WARNING,
        code="two_tokens",
        title=phrase("check.two_tokens"),
        evidence=phrase("check.two_tokens.seen"),
        remedy=phrase("check.two_tokens.do"),
    )


def _other_base_url(surroundings: _Surroundings) -> FindingDraft | None:
    base_url = surroundings.environment.get("ANTHROPIC_BASE_URL", "").rstrip("/")
    if surroundings.target is None or base_url in {"", surroundings.target.base_url}:
        return None
    return _finding(
        severity=Severity.NOTE,
        code="other_base_url",
        title=phrase("check.other_base_url"),
        evidence=phrase("check.other_base_url.seen"),
        remedy=phrase("check.other_base_url.do"),
    )


def _provider_set(surroundings: _Surroundings) -> FindingDraft | None:
    providers = _switched_on(surroundings.environment)
    if not providers:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="provider_set",
        title=phrase("check.provider_set", names=items(providers)),
        evidence=phrase("check.provider_set.seen"),
        remedy=phrase("check.provider_set.do"),
    )


def _proxy_set(surroundings: _Surroundings) -> FindingDraft | None:
    environment = surroundings.environment
    proxies = [name for name in _PROXIES if environment.get(name) or environment.get(name.lower())]
    if not set(proxies) - {"NO_PROXY"}:
        return None
    return _finding(
        severity=Severity.NOTE,
        code="proxy_set",
        title=phrase("check.proxy_set", names=items(proxies)),
        evidence=phrase("check.proxy_set.seen"),
        remedy=phrase("check.proxy_set.do"),
    )


_ENVIRONMENT_RULES: tuple[Rule[_Surroundings], ...] = (_two_tokens, _other_base_url, _provider_set, _proxy_set)


def _own_patience(environment: Mapping[str, str], target: Target | None) -> Iterator[FindingDraft]:
    """Yield the findings of the user's own variables: warnings at most, since they do not reach probe's client."""
    own = {name: environment[name] for name in PATIENCE_VARIABLES if name in environment}
    if target is not None and set(own) <= set(target.env):
        return
    evidence = phrase("check.own_patience.seen", names=items(own))
    for finding in judge_patience(own):
        severity = Severity.NOTE if finding.severity is Severity.NOTE else Severity.WARNING
        yield replace(finding, severity=severity, evidence=evidence)


def _settings_unreadable(file: SettingsNames) -> FindingDraft | None:
    if not file.problem:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="settings_unreadable",
        title=file.problem,
        remedy=phrase("check.settings_unreadable.do"),
    )


def _settings_override(file: SettingsNames) -> FindingDraft | None:
    variables = [printable(name, 60) for name in file.variables if _DECIDES.fullmatch(name)]
    names = [*variables, *file.keys]
    if not names:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="settings_override",
        title=phrase("check.settings_override", place=file.place),
        evidence=phrase("check.settings_override.seen", names=", ".join(names)),
        remedy=phrase("check.settings_override.do"),
    )


_SETTINGS_RULES: tuple[Rule[SettingsNames], ...] = (_settings_unreadable, _settings_override)


def _switched_on(environment: Mapping[str, str]) -> list[str]:
    """Return the variables that are set and send the client to another provider."""
    off = {"", "0", "false", "no", "off"}
    return [name for name in _PROVIDERS if environment.get(name, "").lower() not in off]


def _ms(value: float) -> str:
    return format_duration(value / 1000)
