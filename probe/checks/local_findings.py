"""What this machine and the target's own settings say: pure judgement, on names; values only of what is no secret."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from probe.checks.client_settings import SettingsNames
from probe.model.check import Area, CheckFinding, Severity
from probe.model.run import ClientInfo
from probe.model.target import Target
from probe.sanitise import printable
from probe.units import format_duration

_TIMEOUT, _RETRIES = "API_TIMEOUT_MS", "CLAUDE_CODE_MAX_RETRIES"
_SHORT_MS = 10_000
_MOST_RETRIES = 15
_DEFAULT_TIMEOUT_MS, _DEFAULT_RETRIES = 600_000, 10
_CALL_DEADLINE_S = 180.0
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


def judge_client_state(client: ClientState | None) -> Iterator[CheckFinding]:
    """Whether the client is there and starts; None: it was not asked for."""
    if client is None:
        return
    if client.info is None:
        yield _finding(
            severity=Severity.WRONG,
            code="client_missing",
            title="there is no Claude Code to run",
            evidence=client.missing or "",
            remedy=client.remedy,
        )
        return
    name = f"Claude Code {client.info.version or '(version unknown)'}, from {client.info.source}"
    if client.problem:
        yield _finding(
            severity=Severity.WRONG,
            code="client_does_not_start",
            title="Claude Code does not work in a sandbox, even with an upstream of our own",
            evidence=f"{name}; {printable(client.problem, 300)}",
            remedy="Try `claude --print hello` by hand; install it again, or name another one with --client.",
        )
    elif client.prime_ms is not None:
        slow = client.prime_ms > _SLOW_BOOT_MS
        yield _finding(
            severity=Severity.WARNING if slow else Severity.GOOD,
            code="slow_boot" if slow else "client",
            title="Claude Code starts slowly on this machine" if slow else "Claude Code starts in a sandbox",
            evidence=f"{name}; its first call, to an upstream of our own, took {_ms(client.prime_ms)}",
            remedy="Do not book this on the upstream: free memory and CPU, or use a faster disk." if slow else None,
        )


def judge_token(token: str, source: str) -> Iterator[CheckFinding]:
    """What is probably no part of a token; nothing of it is shown."""
    odd = "begins with the word Bearer" if token.lower().startswith("bearer ") else ""
    if token[:1] in {'"', "'"} or token[-1:] in {'"', "'"}:
        odd = "stands in quotes"
    if odd:
        yield _finding(
            severity=Severity.WARNING,
            code="token_spelling",
            title=f"the token {odd}",
            evidence=f"in {source}",
            remedy="Leave that out: what is sent is the value as it stands, after `Bearer ` of its own.",
        )


def judge_target(target: Target) -> Iterator[CheckFinding]:
    """What in a target's own settings makes no sense."""
    for warning in target.warnings():
        yield _finding(
            severity=Severity.WARNING,
            code="alias_kind",
            title=printable(warning.partition(": ")[2] or warning, 200),
            remedy="Set the alias to a model of its kind, or take it out: it then is the target's model.",
        )
    for name in _PROVIDERS:
        if _on(target.env.get(name)):
            yield _finding(
                severity=Severity.WRONG,
                code="other_provider",
                title=f"{name} makes the client ignore base_url",
                evidence=f"env of target {target.name}",
                remedy=f"Take {name} out of env.",
            )
    yield from _patience(target.env)


def judge_surroundings(
    environment: Mapping[str, str], settings: Sequence[SettingsNames], target: Target | None
) -> Iterator[CheckFinding]:
    """What in the user's own environment and settings decides over his own client's calls. No value is shown.

    `target` is None for an upstream of our own.
    """
    if environment.get("ANTHROPIC_API_KEY") and environment.get("ANTHROPIC_AUTH_TOKEN"):
        yield _finding(
            severity=Severity.WARNING,
            code="two_tokens",
            title="ANTHROPIC_API_KEY and ANTHROPIC_AUTH_TOKEN are both set",
            evidence="your own client sends both; probe sends the target's only",
            remedy="Unset the one that the upstream does not take.",
        )
    base_url = environment.get("ANTHROPIC_BASE_URL", "").rstrip("/")
    if target is not None and base_url and base_url != target.base_url:
        yield _finding(
            severity=Severity.NOTE,
            code="other_base_url",
            title="ANTHROPIC_BASE_URL is another address than this target's",
            evidence="your own client goes there, probe goes to the target",
            remedy="Make sure that you check the upstream that you use.",
        )
    providers = [name for name in _PROVIDERS if _on(environment.get(name))]
    if providers:
        yield _finding(
            severity=Severity.WARNING,
            code="provider_set",
            title=f"{', '.join(providers)} makes your own client ignore ANTHROPIC_BASE_URL",
            evidence="in the environment; probe does not hand it on",
            remedy="Unset it to use the upstream that is checked here.",
        )
    proxies = [name for name in _PROXIES if environment.get(name) or environment.get(name.lower())]
    if [name for name in proxies if name != "NO_PROXY"]:
        yield _finding(
            severity=Severity.NOTE,
            code="proxy_set",
            title=f"{', '.join(proxies)} set",
            evidence="the finding `way` says whether this upstream is reached by it; loopback never is",
            remedy="If that is not meant, unset it or add the host to NO_PROXY.",
        )
    shared = {name: environment[name] for name in (_TIMEOUT, _RETRIES) if name in environment}
    for found in _patience(shared) if target is None or not set(shared) <= set(target.env) else ():
        yield found.model_copy(
            update={
                "severity": Severity.NOTE if found.severity is Severity.NOTE else Severity.WARNING,
                "evidence": f"{' and '.join(shared)} in the environment; probe does not hand them on",
            }
        )
    for file in settings:
        yield from _settings(file)


def _settings(file: SettingsNames) -> Iterator[CheckFinding]:
    if file.problem:
        yield _finding(
            severity=Severity.WARNING,
            code="settings_unreadable",
            title=f"{file.place} {file.problem}",
            remedy="Your own client may ignore it, or refuse to start: correct it.",
        )
    names = [printable(name, 60) for name in file.variables if _DECIDES.fullmatch(name)] + list(file.keys)
    if names:
        yield _finding(
            severity=Severity.WARNING,
            code="settings_override",
            title=f"{file.place} overrides what is set in the environment",
            evidence=f"names only: {', '.join(names)}",
            remedy="Your own client takes these from there, and probe does not: take them out, or know that they win.",
        )


def _patience(env: Mapping[str, str]) -> Iterator[CheckFinding]:
    """What a timeout and a number of retries say, alone and together."""
    unreadable = [name for name in (_TIMEOUT, _RETRIES) if name in env and not env[name].strip().isascii()]
    unreadable += [name for name in (_TIMEOUT, _RETRIES) if name in env and not env[name].strip().isdigit()]
    for name in dict.fromkeys(unreadable):
        yield _finding(
            severity=Severity.WRONG,
            code="setting_unreadable",
            title=f"{name} is no whole number",
            remedy=f"Write digits only; the defaults are {_DEFAULT_TIMEOUT_MS} and {_DEFAULT_RETRIES}.",
        )
    if unreadable:
        return
    timeout_ms, retries = (int(env[name].strip()[:12]) if name in env else None for name in (_TIMEOUT, _RETRIES))
    said = ", ".join(f"{name}={env[name].strip()[:12]}" for name in (_TIMEOUT, _RETRIES) if name in env)
    if timeout_ms is not None and timeout_ms < _SHORT_MS:
        yield _finding(
            severity=Severity.WARNING,
            code="timeout_short",
            title=f"{_TIMEOUT} is shorter than {_SHORT_MS // 1000} s: calls that only take long are given up",
            evidence=said,
            remedy=f"Raise {_TIMEOUT} to 60000 at least, or take it out (the default is {_DEFAULT_TIMEOUT_MS}).",
        )
    if retries == 0:
        yield _finding(
            severity=Severity.WARNING if timeout_ms is not None and timeout_ms < _SHORT_MS else Severity.NOTE,
            code="no_retries",
            title="the client may not try again: one overloaded answer or reset ends a call",
            evidence=said,
            remedy=f"Take {_RETRIES} out (the default is {_DEFAULT_RETRIES}), or set 2 at least.",
        )
    if retries is not None and retries > _MOST_RETRIES:
        yield _finding(
            severity=Severity.NOTE,
            code="retries_capped",
            title=f"the client tries again {_MOST_RETRIES} times at most",
            evidence=said,
            remedy=f"Set {_RETRIES} to {_MOST_RETRIES} or less.",
        )
    longest_s = (timeout_ms or _DEFAULT_TIMEOUT_MS) / 1000 * ((_DEFAULT_RETRIES if retries is None else retries) + 1)
    if (timeout_ms is not None or retries) and longest_s > _CALL_DEADLINE_S:
        yield _finding(
            severity=Severity.NOTE,
            code="outlasts_deadline",
            title=f"a call's attempts may take {format_duration(longest_s)}, longer than calls of `probe run` may last",
            evidence=f"{said}; the deadline of calls is {format_duration(_CALL_DEADLINE_S)}",
            remedy="Such calls count as timed out, with the cause that the recorder saw. To see the client give up, "
            "lower them or raise --timeout.",
        )


def _on(value: str | None) -> bool:
    return bool(value) and str(value).lower() not in {"0", "false", "no", "off"}


def _ms(value: float) -> str:
    return format_duration(value / 1000)
