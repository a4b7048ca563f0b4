"""Case `cache`: the part of a prompt that does not change is read from the prompt cache."""

from collections.abc import Sequence

from probe.checks.deep.case_ends import ClientUnusable, NotServed
from probe.checks.deep.deep_case import CaseFinding, DeepCase, cannot_tell, failed, passed
from probe.checks.deep.target_access import CLIENT, PLAIN, TargetAccess
from probe.model.check_report import Severity
from probe.model.client import ModelUsage
from probe.model.deep_report import CaseResult
from probe.texts.phrase import Words, phrase, remarks

_LINES = 500
"""Lines of the prefix, of some 12 tokens each: above the least length that any model caches, 4096 tokens."""
_ENDS = ("Reply with exactly: ONE", "Reply with exactly: ONE", "Reply with exactly: TWO")
_TELLS_MOST = (CaseResult.FAIL, CaseResult.PASS, CaseResult.CANNOT_TELL)


def _examine(access: TargetAccess) -> CaseFinding:
    """Ask by plain HTTP, then by two turns of the client; what fails decides, then what passes.

    A relay may refuse plain HTTP, or there may be no client to run: then the other tells.
    """
    findings: list[CaseFinding] = []
    reason: NotServed | ClientUnusable | None = None
    for ask in (_by_plain_http, *((_by_client,) if access.has_client else ())):
        try:
            findings.append(ask(access))
        except (NotServed, ClientUnusable) as error:
            reason = reason or error
    if not findings and reason is not None:
        raise reason
    findings.sort(key=lambda finding: _TELLS_MOST.index(finding.result))
    first = findings[0]
    return CaseFinding(first.result, first.summary, remarks(finding.evidence for finding in findings), first.remedy)


def _by_plain_http(access: TargetAccess) -> CaseFinding:
    """Send a long prefix twice, then once more with another end: the last two have to read it from the cache."""
    prefix = _prefix(f"{access.nonce}-plain")
    system = [{"type": "text", "text": prefix, "cache_control": {"type": "ephemeral"}}]
    usages = []
    for name, end in zip(("first", "again", "other_end"), _ENDS, strict=True):
        body = {"stream": True, "system": system, "messages": [{"role": "user", "content": end}]}
        usages.append(access.post(phrase(f"deep.cache.request.{name}"), body).required().usage)
    evidence = phrase("deep.cache.seen", first=_words(usages[0]), again=_words(usages[1]), other=_words(usages[2]))
    return judge_cache(usages, evidence)


def _by_client(access: TargetAccess) -> CaseFinding:
    """Make two turns of one session: the second has to read the first from the cache."""
    prefix = _prefix(f"{access.nonce}-client")
    first = access.call_client(phrase("deep.cache.request.turn1"), f"{prefix}\n{_ENDS[0]}").required()
    second = access.call_client(phrase("deep.cache.request.turn2"), _ENDS[2], earlier=first).required()
    usages = [reply.answers[-1].usage for reply in (first, second)]
    return judge_cache(usages, phrase("deep.cache.turns", first=_words(usages[0]), second=_words(usages[1])))


def judge_cache(usages: Sequence[ModelUsage], evidence: Words) -> CaseFinding:
    """Return the finding of requests of which all but the first could read their prefix from the cache."""
    if not any(map(_says_cache, usages)):
        return cannot_tell(phrase("deep.cache.not_said"), evidence, phrase("deep.cache.not_said.do"))
    before = usages[0].cache_read_tokens or 0  # of what earlier cases have sent
    later = [(usage.cache_read_tokens or 0) > before for usage in usages[1:]]
    if not any(later):
        was_written = any(usage.cache_creation_tokens for usage in usages)
        return failed(phrase("deep.cache.never_read" if was_written else "deep.cache.never_written"), evidence)
    if not later[-1]:
        return failed(phrase("deep.cache.only_alike"), evidence)
    return passed(phrase("deep.cache.pass"), evidence)


def _says_cache(usage: ModelUsage) -> bool:
    return usage.cache_read_tokens is not None or usage.cache_creation_tokens is not None


def _prefix(nonce: str) -> str:
    """Return a text that nobody has sent before, so that the first request cannot find it in a cache."""
    lines = (f"Rule {number} of {nonce}: item {number * 7919 % 10007} is kept." for number in range(_LINES))
    return "\n".join(lines)


def _words(usage: ModelUsage) -> str:
    """Return the tokens of a request: read from the cache, written into it, and neither."""
    counts = (usage.cache_read_tokens, usage.cache_creation_tokens, usage.input_tokens)
    return " / ".join("?" if count is None else f"{count:,}" for count in counts)


PROMPT_CACHE = DeepCase(
    name="cache",
    tokens=46_000,
    severity=Severity.WARNING,
    examine=_examine,
    by=(PLAIN, CLIENT),
)
