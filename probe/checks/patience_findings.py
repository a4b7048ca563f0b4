"""Findings on how long the client waits and how often it tries again, by two variables of its environment. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from probe.checks.finding_rules import FindingDraft, Rule, apply_rules
from probe.model.check_report import Area, Severity
from probe.model.scenario import DEFAULT_TIMEOUT_S
from probe.texts.phrase import phrase
from probe.units import format_duration

_TIMEOUT, _RETRIES = PATIENCE_VARIABLES = "API_TIMEOUT_MS", "CLAUDE_CODE_MAX_RETRIES"
_SHORT_MS = 10_000
_MOST_RETRIES = 15
_DEFAULT_TIMEOUT_MS, _DEFAULT_RETRIES = 600_000, 10
_MOST_DIGITS = 12
_finding = partial(FindingDraft, area=Area.HERE)


@dataclass(frozen=True, slots=True)
class _PatienceSettings:
    """The two variables as they are set; None is the client's default. `text` is what is set, for evidence."""

    timeout_ms: int | None
    retries: int | None
    text: str

    @property
    def has_short_timeout(self) -> bool:
        """True where calls that only take long are given up."""
        return self.timeout_ms is not None and self.timeout_ms < _SHORT_MS

    @property
    def longest_call_s(self) -> float:
        """The time that all attempts of a call may take."""
        retries = _DEFAULT_RETRIES if self.retries is None else self.retries
        return (self.timeout_ms or _DEFAULT_TIMEOUT_MS) / 1000 * (retries + 1)


def judge_patience(environment: Mapping[str, str]) -> Iterator[FindingDraft]:
    """Yield what is found of the two variables, each by itself and together."""
    values = {name: environment[name].strip() for name in PATIENCE_VARIABLES if name in environment}
    unreadable = [name for name, value in values.items() if not (value.isascii() and value.isdigit())]
    if unreadable:
        yield from map(_setting_unreadable, unreadable)
        return
    digits = {name: value[:_MOST_DIGITS] for name, value in values.items()}
    numbers = {name: int(value) for name, value in digits.items()}
    text = ", ".join(f"{name}={value}" for name, value in digits.items())
    yield from apply_rules(_RULES, _PatienceSettings(numbers.get(_TIMEOUT), numbers.get(_RETRIES), text))


def _setting_unreadable(name: str) -> FindingDraft:
    return _finding(
        severity=Severity.WRONG,
        code="setting_unreadable",
        title=phrase("check.setting_unreadable", name=name),
        remedy=phrase("check.setting_unreadable.do", timeout=_DEFAULT_TIMEOUT_MS, retries=_DEFAULT_RETRIES),
    )


def _timeout_short(patience: _PatienceSettings) -> FindingDraft | None:
    if not patience.has_short_timeout:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="timeout_short",
        title=phrase("check.timeout_short", name=_TIMEOUT, shortest=_SHORT_MS // 1000),
        evidence=patience.text,
        remedy=phrase("check.timeout_short.do", name=_TIMEOUT, default=_DEFAULT_TIMEOUT_MS),
    )


def _no_retries(patience: _PatienceSettings) -> FindingDraft | None:
    if patience.retries != 0:
        return None
    return _finding(
        severity=Severity.WARNING if patience.has_short_timeout else Severity.NOTE,
        code="no_retries",
        title=phrase("check.no_retries"),
        evidence=patience.text,
        remedy=phrase("check.no_retries.do", name=_RETRIES, default=_DEFAULT_RETRIES),
    )


def _retries_capped(patience: _PatienceSettings) -> FindingDraft | None:
    if patience.retries is None or patience.retries <= _MOST_RETRIES:
        return None
    return _finding(
        severity=Severity.NOTE,
        code="retries_capped",
        title=phrase("check.retries_capped", most=_MOST_RETRIES),
        evidence=patience.text,
        remedy=phrase("check.retries_capped.do", name=_RETRIES, most=_MOST_RETRIES),
    )


def _outlasts_deadline(patience: _PatienceSettings) -> FindingDraft | None:
    is_set = patience.timeout_ms is not None or patience.retries
    if not is_set or patience.longest_call_s <= DEFAULT_TIMEOUT_S:
        return None
    longest, deadline = format_duration(patience.longest_call_s), format_duration(DEFAULT_TIMEOUT_S)
    return _finding(
        severity=Severity.NOTE,
        code="outlasts_deadline",
        title=phrase("check.outlasts_deadline", longest=longest),
        evidence=phrase("check.outlasts_deadline.seen", text=patience.text, deadline=deadline),
        remedy=phrase("check.outlasts_deadline.do"),
    )


_RULES: tuple[Rule[_PatienceSettings], ...] = (_timeout_short, _no_retries, _retries_capped, _outlasts_deadline)
