"""Case `limits`: an answer ends at `max_tokens` and at `stop_sequences`, and says so."""

from probe.checks.deep.deep_case import CaseFinding, DeepCase, cannot_tell, failed, passed
from probe.checks.deep.message_content import MessageContent
from probe.checks.deep.plain_requests import exactly
from probe.checks.deep.target_access import TargetAccess
from probe.model.check_report import Severity
from probe.sanitise import printable
from probe.texts.phrase import Phrase, phrase, remarks

_WORDS = "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa quebec"
_STOP = "delta"
_FEW_TOKENS = 16
"""The least that the models of OpenAI take."""


def _examine(access: TargetAccess) -> CaseFinding:
    """Ask for a text that is longer than `max_tokens`, and for one with a stop sequence within it."""
    name = phrase("deep.limits.request.max_tokens")
    short = access.post(name, {"messages": exactly(_WORDS), "stream": True, "max_tokens": _FEW_TOKENS}).required()
    name = phrase("deep.limits.request.stop")
    stopped = access.post(name, {"messages": exactly(_WORDS), "stream": True, "stop_sequences": [_STOP]}).required()
    return judge_limits(short.content, stopped.content)


def judge_limits(short: MessageContent, stopped: MessageContent) -> CaseFinding:
    """Judge the answer to a request with few tokens, and to one with a stop sequence."""
    evidence = remarks([_ending("max_tokens", short), _ending("stop_sequences", stopped)])
    problems = [problem for problem in (_limit_problem(short), _stop_problem(stopped)) if problem]
    if problems:
        return failed(remarks(problems), evidence)
    if short.stop_reason != "max_tokens" or stopped.stop_reason != "stop_sequence":
        return cannot_tell(phrase("deep.not_followed"), evidence, phrase("deep.not_followed.do"))
    return passed(phrase("deep.limits.pass"), evidence)


def _limit_problem(short: MessageContent) -> Phrase | None:
    if short.stop_reason == "max_tokens" or "alpha" not in short.text:
        return None
    is_whole = "quebec" in short.text
    return phrase("deep.limits.too_long" if is_whole else "deep.limits.reason", reason=_reason(short))


def _stop_problem(stopped: MessageContent) -> Phrase | None:
    if _STOP in stopped.text:
        return phrase("deep.limits.not_stopped")
    was_stopped = "charlie" in stopped.text and stopped.stop_reason != "stop_sequence"
    return phrase("deep.limits.stop_reason", reason=_reason(stopped)) if was_stopped else None


def _ending(limit: str, content: MessageContent) -> Phrase:
    text = printable(content.text, 60)
    return phrase("deep.limits.seen", limit=limit, text=text, reason=_reason(content))


def _reason(content: MessageContent) -> str:
    return content.stop_reason or "-"


LIMITS = DeepCase(name="limits", tokens=500, severity=Severity.NOTE, examine=_examine)
