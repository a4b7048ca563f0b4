"""Case `cache`: the part of a prompt that does not change is read from the prompt cache."""

from probe.checks.deep.deep_case import CaseFinding, DeepCase, cannot_tell, failed, passed
from probe.checks.deep.target_access import PlainReply, TargetAccess
from probe.model.check_report import Severity
from probe.model.client import ModelUsage
from probe.texts.phrase import phrase

_LINES = 500
"""Lines of the prefix, of some 12 tokens each: above the least length that any model caches, 4096 tokens."""


def _examine(access: TargetAccess) -> CaseFinding:
    """Send a long prefix twice, then once more with another end: the last two have to read it from the cache."""
    prefix = _prefix(access.nonce)
    first = _ask(access, "first", prefix, "Reply with exactly: ONE")
    again = _ask(access, "again", prefix, "Reply with exactly: ONE")
    other = _ask(access, "other_end", prefix, "Reply with exactly: TWO")
    usages = [reply.usage for reply in (first, again, other)]
    evidence = phrase("deep.cache.seen", first=_words(usages[0]), again=_words(usages[1]), other=_words(usages[2]))
    if all(usage.cache_read_tokens is None and usage.cache_creation_tokens is None for usage in usages):
        return cannot_tell(phrase("deep.cache.not_said"), evidence, phrase("deep.cache.not_said.do"))
    if not any(usage.cache_read_tokens for usage in usages[1:]):
        written = any(usage.cache_creation_tokens for usage in usages)
        return failed(phrase("deep.cache.never_read" if written else "deep.cache.never_written"), evidence)
    if not usages[2].cache_read_tokens:
        return failed(phrase("deep.cache.only_alike"), evidence)
    return passed(phrase("deep.cache.pass"), evidence)


def _prefix(nonce: str) -> str:
    """Return a text that nobody has sent before, so that the first request cannot find it in a cache."""
    lines = (f"Rule {number} of {nonce}: item {number * 7919 % 10007} is kept." for number in range(_LINES))
    return "\n".join(lines)


def _ask(access: TargetAccess, name: str, prefix: str, prompt: str) -> PlainReply:
    system = [{"type": "text", "text": prefix, "cache_control": {"type": "ephemeral"}}]
    body = {"stream": True, "system": system, "messages": [{"role": "user", "content": prompt}]}
    return access.post(phrase(f"deep.cache.request.{name}"), body).required()


def _words(usage: ModelUsage) -> str:
    """Return the tokens of a request: read from the cache, written into it, and neither."""
    counts = (usage.cache_read_tokens, usage.cache_creation_tokens, usage.input_tokens)
    return " / ".join("?" if count is None else f"{count:,}" for count in counts)


PROMPT_CACHE = DeepCase(name="cache", tokens=24_000, severity=Severity.WARNING, examine=_examine)
