"""Findings on this machine: the client, the token, the target's settings, the user's own environment. Pure.

Of what may be a secret only names are shown.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from probe.checks.client_settings import SettingsNames
from probe.checks.finding_rules import Rule, apply_rules, first_of
from probe.checks.patience_findings import PATIENCE_VARIABLES, judge_patience
from probe.model.check_report import Area, CheckFinding, Severity
from probe.model.run_manifest import ClientInfo
from probe.model.target import Target
from probe.sanitise import printable
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
_finding = partial(CheckFinding, area=Area.HERE)


@dataclass(frozen=True, slots=True)
class ClientState:
    """The client as it was found: `missing` says why there is none, `problem` why it did not start in a sandbox."""

    info: ClientInfo | None = None
    missing: str | None = None
    remedy: str | None = None
    prime_ms: float | None = None
    problem: str | None = None

    @property
    def name(self) -> str:
        """Version and place of the client."""
        version = self.info.version if self.info else None
        source = self.info.source if self.info else None
        return f"Claude Code {version or '(version unknown)'}, from {source}"

    @property
    def start(self) -> str:
        """The time of the client's first start, as evidence."""
        return f"{self.name}; its first call, to an upstream of our own, took {_ms(self.prime_ms or 0.0)}"


def judge_client_state(client: ClientState | None) -> Iterator[CheckFinding]:
    """Yield what is found of the client's installation; nothing where it was not looked at."""
    return apply_rules((_CLIENT_RULE,), client) if client is not None else iter(())


def _client_missing(client: ClientState) -> CheckFinding | None:
    if client.info is not None:
        return None
    return _finding(
        severity=Severity.WRONG,
        code="client_missing",
        title="there is no Claude Code to run",
        evidence=client.missing or "",
        remedy=client.remedy,
    )


def _client_does_not_start(client: ClientState) -> CheckFinding | None:
    if not client.problem:
        return None
    return _finding(
        severity=Severity.WRONG,
        code="client_does_not_start",
        title="Claude Code does not work in a sandbox, even with an upstream of our own",
        evidence=f"{client.name}; {printable(client.problem, 300)}",
        remedy="Try `claude --print hello` by hand; install it again, or name another one with --client.",
    )


def _slow_boot(client: ClientState) -> CheckFinding | None:
    if client.prime_ms is None or client.prime_ms <= _SLOW_BOOT_MS:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="slow_boot",
        title="Claude Code starts slowly on this machine",
        evidence=client.start,
        remedy="Do not book this on the upstream: free memory and CPU, or use a faster disk.",
    )


def _client_starts(client: ClientState) -> CheckFinding | None:
    if client.prime_ms is None:
        return None
    return _finding(
        severity=Severity.GOOD, code="client", title="Claude Code starts in a sandbox", evidence=client.start
    )


_CLIENT_RULE = first_of(_client_missing, _client_does_not_start, _slow_boot, _client_starts)


def judge_token(token: str, source: str) -> Iterator[CheckFinding]:
    """Yield the finding of what is probably no part of a token; nothing of the token is shown."""
    if token[:1] in {'"', "'"} or token[-1:] in {'"', "'"}:
        oddity = "stands in quotes"
    elif token.lower().startswith("bearer "):
        oddity = "begins with the word Bearer"
    else:
        return
    yield _finding(
        severity=Severity.WARNING,
        code="token_spelling",
        title=f"the token {oddity}",
        evidence=f"in {source}",
        remedy="Leave that out: what is sent is the value as it stands, after `Bearer ` of its own.",
    )


def judge_target(target: Target) -> Iterator[CheckFinding]:
    """Yield what makes no sense in a target's own settings."""
    for warning in target.warnings():
        yield _finding(
            severity=Severity.WARNING,
            code="alias_kind",
            title=printable(warning.partition(": ")[2] or warning, 200),
            remedy="Set the alias to a model of its kind, or take it out: it then is the target's model.",
        )
    for name in _switched_on(target.env):
        yield _finding(
            severity=Severity.WRONG,
            code="other_provider",
            title=f"{name} makes the client ignore base_url",
            evidence=f"env of target {target.name}",
            remedy=f"Take {name} out of env.",
        )
    yield from judge_patience(target.env)


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """The user's own environment; `target` is None for an upstream of our own."""

    environment: Mapping[str, str]
    target: Target | None


def judge_surroundings(
    environment: Mapping[str, str], settings: Sequence[SettingsNames], target: Target | None
) -> Iterator[CheckFinding]:
    """Yield what decides over the user's own client in his environment and settings.

    `target` is None for an upstream of our own.
    """
    yield from apply_rules(_ENVIRONMENT_RULES, _Surroundings(environment, target))
    yield from _own_patience(environment, target)
    for file in settings:
        yield from apply_rules(_SETTINGS_RULES, file)


def _two_tokens(surroundings: _Surroundings) -> CheckFinding | None:
    environment = surroundings.environment
    if not (environment.get("ANTHROPIC_API_KEY") and environment.get("ANTHROPIC_AUTH_TOKEN")):
        return None
    return _finding(
        severity=Severity.WARNING,
        code="two_tokens",
        title="ANTHROPIC_API_KEY and ANTHROPIC_AUTH_TOKEN are both set",
        evidence="your own client sends both; probe sends the target's only",
        remedy="Unset the one that the upstream does not take.",
    )


def _other_base_url(surroundings: _Surroundings) -> CheckFinding | None:
    base_url = surroundings.environment.get("ANTHROPIC_BASE_URL", "").rstrip("/")
    if surroundings.target is None or base_url in {"", surroundings.target.base_url}:
        return None
    return _finding(
        severity=Severity.NOTE,
        code="other_base_url",
        title="ANTHROPIC_BASE_URL is another address than this target's",
        evidence="your own client goes there, probe goes to the target",
        remedy="Make sure that you check the upstream that you use.",
    )


def _provider_set(surroundings: _Surroundings) -> CheckFinding | None:
    providers = _switched_on(surroundings.environment)
    if not providers:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="provider_set",
        title=f"{', '.join(providers)} makes your own client ignore ANTHROPIC_BASE_URL",
        evidence="in the environment; probe does not hand it on",
        remedy="Unset it to use the upstream that is checked here.",
    )


def _proxy_set(surroundings: _Surroundings) -> CheckFinding | None:
    environment = surroundings.environment
    proxies = [name for name in _PROXIES if environment.get(name) or environment.get(name.lower())]
    if not set(proxies) - {"NO_PROXY"}:
        return None
    return _finding(
        severity=Severity.NOTE,
        code="proxy_set",
        title=f"{', '.join(proxies)} set",
        evidence="the finding `way` says whether this upstream is reached by it; loopback never is",
        remedy="If that is not meant, unset it or add the host to NO_PROXY.",
    )


_ENVIRONMENT_RULES: tuple[Rule[_Surroundings], ...] = (_two_tokens, _other_base_url, _provider_set, _proxy_set)


def _own_patience(environment: Mapping[str, str], target: Target | None) -> Iterator[CheckFinding]:
    """Yield the findings of the user's own variables: warnings at most, since they do not reach probe's client."""
    own = {name: environment[name] for name in PATIENCE_VARIABLES if name in environment}
    if target is not None and set(own) <= set(target.env):
        return
    evidence = f"{' and '.join(own)} in the environment; probe does not hand them on"
    for finding in judge_patience(own):
        severity = Severity.NOTE if finding.severity is Severity.NOTE else Severity.WARNING
        yield finding.model_copy(update={"severity": severity, "evidence": evidence})


def _settings_unreadable(file: SettingsNames) -> CheckFinding | None:
    if not file.problem:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="settings_unreadable",
        title=f"{file.place} {file.problem}",
        remedy="Your own client may ignore it, or refuse to start: correct it.",
    )


def _settings_override(file: SettingsNames) -> CheckFinding | None:
    variables = [printable(name, 60) for name in file.variables if _DECIDES.fullmatch(name)]
    names = [*variables, *file.keys]
    if not names:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="settings_override",
        title=f"{file.place} overrides what is set in the environment",
        evidence=f"names only: {', '.join(names)}",
        remedy="Your own client takes these from there, and probe does not: take them out, or know that they win.",
    )


_SETTINGS_RULES: tuple[Rule[SettingsNames], ...] = (_settings_unreadable, _settings_override)


def _switched_on(environment: Mapping[str, str]) -> list[str]:
    """Return the variables that are set and send the client to another provider."""
    off = {"", "0", "false", "no", "off"}
    return [name for name in _PROVIDERS if environment.get(name, "").lower() not in off]


def _ms(value: float) -> str:
    return format_duration(value / 1000)
