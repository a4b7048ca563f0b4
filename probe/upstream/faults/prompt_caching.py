"""Faults of the prompt cache: well-formed answers whose usage says so."""

from dataclasses import dataclass, replace

from probe.upstream.faults.fault import AnswerFault
from probe.upstream.messages import AssistantMessage, CacheUse
from probe.upstream.params import Choice, param
from probe.upstream.request import MessagesRequest


@dataclass(frozen=True)
class NoCache(AnswerFault):
    """The prompt cache is not used, is written and never read, or nothing is said of it."""

    name = "no_cache"
    how: str = param(Choice(("unused", "write_only", "unsaid")), "unused")

    def rewrite(self, answer: AssistantMessage, request: MessagesRequest) -> AssistantMessage:
        """Return the same answer with another usage."""
        use = answer.cache or CacheUse()
        tokens = use.read + use.written
        if self.how == "write_only":
            return replace(answer, cache=CacheUse(written=tokens))
        cache = CacheUse() if self.how == "unused" else None
        return replace(answer, cache=cache, input_tokens=answer.input_tokens + tokens)
