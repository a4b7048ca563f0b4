"""Judge the first answer to a prompt that asks for calls of the tool `echo`. Pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from probe.checks.deep.case_ends import NotServed
from probe.checks.deep.client_reply import ECHO, ClientAnswer, ClientReply
from probe.checks.deep.deep_case import CaseFinding, cannot_tell, failed
from probe.checks.deep.mangled_text import mangled_how
from probe.checks.deep.message_content import ContentBlock
from probe.checks.deep.target_access import TargetAccess
from probe.sanitise import printable
from probe.texts.phrase import Words, phrase

_TOOL_USE = "tool_use"
_MOST_QUOTED = 160


def tool_prompt(texts: Sequence[str]) -> str:
    """Return a prompt that asks for a call of the tool for each text, and then for its answer."""
    calls = [f"Call the tool {ECHO} with {json.dumps({'text': text}, ensure_ascii=False)}" for text in texts]
    together = "Make all these calls at once, in one message, before any result. " if len(calls) > 1 else ""
    return f"{'. '.join(calls)}. {together}Then reply with the tool's answer and nothing else."


def ask_for_tools(access: TargetAccess, name: Words, texts: Sequence[str]) -> "ToolAnswers":
    """Make a call of the client with such a prompt; once more where the tool's server started too late for it.

    Raises OutOfTime and ClientUnusable.
    """
    answers = ToolAnswers(access.call_client(name, tool_prompt(texts)), texts)
    if answers.is_offered:
        return answers
    return ToolAnswers(access.call_client(name, tool_prompt(texts)), texts)


@dataclass(frozen=True, slots=True)
class ToolAnswers:
    """A reply to such a prompt: its first answer asks for tools, the second follows their results."""

    reply: ClientReply
    texts: Sequence[str]

    @property
    def is_offered(self) -> bool:
        """True where the client offered the tool, or made no request at all."""
        requests = self.reply.requests
        return not requests or any(request.offers_echo for request in requests)

    @property
    def first(self) -> ClientAnswer:
        """The answer that asks for tools, which a client may have thrown away. Raises NotServed where none came."""
        for request in self.reply.requests:
            if request.content.blocks or request.content.stop_reason:
                return request
        raise NotServed(self.reply.evidence)

    @property
    def calls(self) -> list[ContentBlock]:
        """The calls of tools in the first answer."""
        return self.first.content.tools

    def problem(self) -> CaseFinding | None:
        """Return what is wrong with the first answer; None where its calls are whole and as they were asked for."""
        if not self.first.offers_echo:
            return cannot_tell(phrase("deep.tool.not_offered"), remedy=phrase("deep.tool.not_offered.do"))
        if not self.calls:
            return self._no_call()
        broken = next((finding for finding in map(self._broken, self.calls) if finding), None)
        if broken is not None:
            return broken
        if self.first.content.stop_reason != _TOOL_USE:
            reason = self.first.content.stop_reason or "-"
            return failed(phrase("deep.tool.stop_reason", reason=reason), phrase("deep.tool.stop_reason.seen"))
        return None

    def results_problem(self) -> CaseFinding | None:
        """Return what is wrong with the way back of the results; None where the last answer repeats the mark."""
        reply, texts = self.reply, set(self.texts)
        received = {arguments.get("text") for arguments in reply.received}
        if not texts <= received:
            said = "; ".join(printable(refusal, _MOST_QUOTED) for refusal in reply.refusals)
            return failed(phrase("deep.tool.not_usable"), said or reply.evidence)
        if len(reply.requests) < 2:
            return cannot_tell(phrase("deep.tool.no_second"), reply.evidence)
        last = reply.requests[-1]
        if not last.exchange.good:
            return failed(phrase("deep.tool.result_refused"), last.evidence)
        if reply.mark not in last.content.text:
            quote = printable(last.content.text, _MOST_QUOTED)
            return cannot_tell(phrase("deep.tool.no_mark"), phrase("deep.tool.said", text=quote))
        return None

    def _no_call(self) -> CaseFinding:
        """Tell a call that got lost, or came as text, from a model that made none."""
        content = self.first.content
        quote = phrase("deep.tool.said", text=printable(content.text, _MOST_QUOTED) or "-")
        if content.stop_reason == _TOOL_USE:
            return failed(phrase("deep.tool.lost"), quote)
        if ECHO in content.text and "{" in content.text:
            return failed(phrase("deep.tool.as_text"), quote)
        return cannot_tell(phrase("deep.tool.no_call"), quote, phrase("deep.tool.no_call.do"))

    def _broken(self, call: ContentBlock) -> CaseFinding | None:
        """Return what is wrong with the arguments of a call."""
        if call.odd_pieces:
            return failed(phrase("deep.tool.odd_pieces", n=call.odd_pieces), _sent(call))
        if call.input is None:
            return failed(phrase("deep.tool.no_json"), _sent(call))
        if not call.input:
            return failed(phrase("deep.tool.empty"), _sent(call))
        text = call.input.get("text")
        if call.name != ECHO or not isinstance(text, str):
            return failed(phrase("deep.tool.other_call"), f"{call.name} {call.sent}"[:_MOST_QUOTED])
        if text in self.texts:
            return None
        return self._differs(text)

    def _differs(self, came: str) -> CaseFinding:
        """Return the finding of a text that is not the one asked for: mangled in a known way, or by whom is open."""
        ways = (mangled_how(text, came) for text in self.texts)
        how = next((way for way in ways if way), None)
        place = first_difference(max(self.texts, key=lambda text: _common(text, came)), came)
        if how is None:
            return cannot_tell(phrase("deep.tool.differs"), place)
        return failed(phrase("deep.tool.mangled", how=phrase(f"deep.tool.mangled.{how}")), place)


def first_difference(sent: str, came: str) -> Words:
    """Show both texts from shortly before the first place where they differ."""
    begin = max(_common(sent, came) - 10, 0)
    parts = (printable(text[begin : begin + 50]) for text in (sent, came))
    return phrase("deep.tool.difference", sent=next(parts), came=next(parts))


def _common(sent: str, came: str) -> int:
    """Return how many characters both texts begin with."""
    pairs = enumerate(zip(sent, came, strict=False))
    return next((place for place, (left, right) in pairs if left != right), min(len(sent), len(came)))


def _sent(call: ContentBlock) -> Words:
    return phrase("deep.tool.sent", text=printable(call.sent, _MOST_QUOTED) or "-")
