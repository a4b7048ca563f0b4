"""The targets of a run that are asked before its first round, and what was found wrong with them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from probe.errors import ExitCode, ProbeError
from probe.model.check_report import CheckFinding
from probe.model.choices import Role
from probe.model.fault_party import FaultParty, party_of
from probe.model.outcome import Outcome
from probe.model.preflight import Preflight
from probe.session.prepare import PreparedArm, PreparedRun

LONGEST_S = 8.0
"""The time for the connection and all requests to a target; the client's own call has as much again."""
_NOT_REACHED = frozenset({"proxy", "dns", "connection_refused", "tls_not_spoken", "tls_old", "http2_only"})
_BAD_CERTIFICATE = frozenset(
    {"tls_expired", "tls_not_yet_valid", "tls_wrong_host", "tls_unknown_authority", "tls_self_signed"}
)
_WRONG_ADDRESS = frozenset({"base_url", "needs_tls", "redirected", "chat_only", "chat_at_messages", "auth_header"})
_USED_UP = frozenset({"billing", "usage_limit"})
REFUSED = frozenset({"auth", "forbidden", "guarded", "model_unknown", "model_denied", "model_not_found", "no_messages"})
"""Refusals that plain HTTP may meet where Claude Code is served, so one call of the client has to confirm them."""
_SURE = _NOT_REACHED | _BAD_CERTIFICATE | _WRONG_ADDRESS | _USED_UP | REFUSED
_PARTIES = {
    **dict.fromkeys({"proxy", "model_unknown", "no_messages"} | _WRONG_ADDRESS, FaultParty.SETUP),
    **dict.fromkeys(("usage_limit", "model_denied"), FaultParty.ACCOUNT),
    **dict.fromkeys(("guarded", "tls_expired"), FaultParty.RELAY),
}
"""The party that has to act on a finding whose code is no outcome, by code."""


@dataclass(frozen=True, slots=True)
class AskedTarget:
    """A target that was asked, with what is wrong, causes first; `asked_s` as in `PreparedArm`."""

    name: str
    record: Preflight
    findings: tuple[CheckFinding, ...]
    asked_s: float | None

    @property
    def sure(self) -> tuple[CheckFinding, ...]:
        """The findings that would fail every call of a run."""
        return tuple(finding for finding in self.findings if finding.code.removeprefix("client_") in _SURE)


def party_of_finding(finding: CheckFinding) -> FaultParty:
    """Return the party that has to act on a finding that would fail every call, as the fault line would name it."""
    code = finding.code.removeprefix("client_")
    if code in _PARTIES:
        return _PARTIES[code]
    outcome = next((outcome for outcome in Outcome if outcome.value == code), None)
    return party_of(outcome, None, passes=False) if outcome else FaultParty.UNCLEAR


class PreflightFailed(ProbeError):  # noqa: N818 - it is a finding about the target
    """Raised where every call of a run would fail. `targets` are those that cannot be measured."""

    exit_code = ExitCode.FAILED

    def __init__(self, targets: Sequence[AskedTarget]) -> None:
        self.targets = tuple(targets)
        first = self.targets[0]
        super().__init__(f"{first.name}: {first.sure[0].title}", remedy=first.sure[0].remedy)


def arms_to_ask(run: PreparedRun) -> tuple[PreparedArm, ...]:
    """Return the arms whose targets are asked: real ones, and embedded ones where --preflight asks for it."""
    wanted = run.spec.options.preflight
    if wanted is False:
        return ()
    return tuple(arm for arm in run.arms if arm.role is Role.TARGET and (wanted or not arm.spec.embedded))


def names_to_ask(run: PreparedRun) -> list[str]:
    """Return the names of the targets that are asked; of several arms of a target that of the first."""
    return [arms[0].name for arms in by_target(arms_to_ask(run))]


def by_target(arms: Sequence[PreparedArm]) -> list[list[PreparedArm]]:
    """Group arms that ask the same upstream with the same token, as those of several drivers do."""
    groups: dict[tuple[str, ...], list[PreparedArm]] = {}
    for arm in arms:
        target = arm.target
        key = (target.base_url, target.model, target.auth.value, arm.context.token_value or "")
        groups.setdefault(key, []).append(arm)
    return list(groups.values())


def refuse_failed(run: PreparedRun, asked: Iterable[AskedTarget]) -> None:
    """Raise PreflightFailed for targets of which every call would fail, unless the run is to keep going."""
    failed = [target for target in asked if target.sure]
    if failed and not run.spec.options.keep_going:
        raise PreflightFailed(failed)


def with_record(arm: PreparedArm, asked: AskedTarget | None) -> PreparedArm:
    """Return the arm with what was found of its target; as it is, where that was not asked."""
    if asked is None:
        return arm
    return replace(arm, manifest=arm.manifest.model_copy(update={"preflight": asked.record}), asked_s=asked.asked_s)
