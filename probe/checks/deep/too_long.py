"""Case `too_long`: a prompt beyond the context is refused in the words that make Claude Code compact."""

from probe.checks.deep.deep_case import CaseFinding, DeepCase, cannot_tell, failed, passed
from probe.checks.deep.plain_requests import REFUSED, require_usual_service, user_message
from probe.checks.deep.target_access import PlainReply, TargetAccess
from probe.model.check_report import Severity
from probe.model.spending import tokens_of
from probe.texts.phrase import phrase

_TOKENS = 230_000
_OWN_WORDS = ("prompt is too long", "input is too long for requested model")
"""The words that all versions of Claude Code take for a prompt that is too long."""
_OTHER_WORDS = (
    "maximum context length",
    "context_length_exceeded",
    "exceeds the context window",
    "contextwindowexceedederror",
    "longer than the maximum model length",
    "longer than the model's context length",
    "exceeds the available context size",
    "exceeds the maximum number of tokens allowed",
    "exceeded model token limit",
    "input token length too long",
    "input tokens exceed the configured limit",
    "maximum context limit",
    "maximum prompt length",
    "prompt exceeds max length",
    "tokens in request more than max tokens allowed",
    "range of input length should be",
    "context window exceeds limit",
    "but model only supports up to",
    "reduce the length of the messages",
)
"""The words that 2.1.329 takes for the same, and 2.1.197 does not."""


def _examine(access: TargetAccess) -> CaseFinding:
    """Send a prompt of 230,000 tokens, which most models refuse."""
    messages = [user_message("word " * _TOKENS + "\nReply with exactly: OK")]
    reply = access.post(phrase("deep.too_long.request"), {"messages": messages, "max_tokens": 16, "stream": True})
    if reply.served:
        return _judge_served(reply)
    require_usual_service(access)
    return judge_refusal(reply)


def _judge_served(reply: PlainReply) -> CaseFinding:
    tokens = tokens_of(reply.usage)
    if tokens and tokens < _TOKENS / 2:
        return failed(phrase("deep.too_long.cut", tokens=f"{tokens:,}", sent=f"{_TOKENS:,}"))
    return cannot_tell(phrase("deep.too_long.served", sent=f"{_TOKENS:,}"), remedy=phrase("deep.too_long.served.do"))


def judge_refusal(reply: PlainReply) -> CaseFinding:
    """Judge a refusal by its words, as Claude Code does."""
    words = reply.result.body.decode("utf-8", "replace").lower()
    evidence = phrase("deep.errors.seen", evidence=reply.evidence)
    if reply.status not in REFUSED:
        return failed(phrase("deep.too_long.status", code=reply.code), evidence)
    if any(known in words for known in _OWN_WORDS):
        return passed(phrase("deep.too_long.pass"), evidence)
    if any(known in words for known in _OTHER_WORDS):
        return passed(phrase("deep.too_long.pass_recent"), evidence)
    return failed(phrase("deep.too_long.words"), evidence)


TOO_LONG = DeepCase(name="too_long", tokens=_TOKENS, severity=Severity.WRONG, examine=_examine, opt_in=True)
