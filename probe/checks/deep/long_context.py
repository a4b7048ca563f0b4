"""Case `long_context`: a word far up in a long prompt is found."""

from probe.checks.deep.deep_case import CaseFinding, DeepCase, failed, passed
from probe.checks.deep.plain_requests import REFUSED, require_usual_service, user_message
from probe.checks.deep.target_access import PlainReply, TargetAccess
from probe.model.check_report import Severity
from probe.model.spending import tokens_of
from probe.sanitise import printable
from probe.texts.phrase import phrase

_SIZES = (32_000, 100_000, 190_000)
"""Tokens; the last leaves room for an answer in a context of 200,000."""
_CHARS_A_TOKEN = 3.0
"""Of the filling, with many numbers, until the first answer says how many they are."""
_DEPTH = 0.1


def _examine(access: TargetAccess) -> CaseFinding:
    """Ask for a word that stands near the beginning of longer and longer prompts."""
    chars_a_token = _CHARS_A_TOKEN
    for size in _SIZES:
        prompt = _prompt(access.nonce, round(size * chars_a_token))
        body = {"messages": [user_message(prompt)], "stream": True}
        reply = access.post(phrase("deep.long_context.request", size=f"{size:,}"), body)
        if reply.status in REFUSED:
            require_usual_service(access)
        finding = judge_step(reply, size, access.nonce)
        if finding is not None:
            return finding
        tokens = tokens_of(reply.usage)
        chars_a_token = len(prompt) / tokens if tokens else chars_a_token
    return passed(phrase("deep.long_context.pass", size=f"{_SIZES[-1]:,}"))


def judge_step(reply: PlainReply, size: int, code_word: str) -> CaseFinding | None:
    """Judge the answer to a prompt of this size; None where the word was found. Raises NotServed."""
    if reply.status in REFUSED:
        return failed(phrase("deep.long_context.refused", size=f"{size:,}", evidence=reply.evidence))
    text = reply.required().content.text
    if code_word in text:
        return None
    tokens = tokens_of(reply.usage)
    said = "-" if tokens is None else f"{tokens:,}"
    evidence = phrase("deep.long_context.seen", text=printable(text, 60), tokens=said)
    return failed(phrase("deep.long_context.lost", size=f"{size:,}"), evidence)


def _prompt(code_word: str, chars: int) -> str:
    """Return a text of about this length, with the code word near its beginning, and the question at its end."""
    lines: list[str] = []
    length = 0
    while length < chars:
        lines.append(f"Record {len(lines)}: item {len(lines) * 7919 % 10007} is in place.")
        length += len(lines[-1]) + 1
    lines.insert(round(len(lines) * _DEPTH), f"Remember: the code word is {code_word}.")
    return "\n".join([*lines, "What is the code word? Reply with the code word alone."])


LONG_CONTEXT = DeepCase(
    name="long_context",
    tokens=sum(_SIZES),
    severity=Severity.WARNING,
    examine=_examine,
    opt_in=True,
)
