"""Case `thinking`: thinking is taken back on the second turn, with its signature."""

import re
from typing import Any

from probe.checks.deep.deep_case import CaseFinding, DeepCase, cannot_tell, failed, passed
from probe.checks.deep.message_content import ContentBlock, MessageContent
from probe.checks.deep.plain_requests import REFUSED, require_usual_service, user_message
from probe.checks.deep.target_access import PlainReply, TargetAccess
from probe.model.check_report import Severity
from probe.texts.phrase import phrase

_TOOL = {
    "name": "echo",
    "description": "Return the text as it is.",
    "input_schema": {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]},
}
_ENABLED = {"type": "enabled", "budget_tokens": 1024}
_ADAPTIVE = {"type": "adaptive"}
_NAMES_THINKING = re.compile(r"thinking|adaptive|budget", re.IGNORECASE)
_MAX_TOKENS = 2048
_CUT_CHARS = 12
Turn = dict[str, Any]


def _examine(access: TargetAccess) -> CaseFinding:
    """Have the model think and call a tool, send its answer back as Claude Code does, then with a cut signature."""
    prompt = user_message(f'Call the tool echo with {{"text": "{access.nonce}"}}')
    thinking, first = _first_turn(access, prompt)
    if first.status in REFUSED:
        require_usual_service(access)
        return failed(phrase("deep.thinking.not_taken", evidence=first.evidence))
    content = first.required().content
    thought = [block for block in content.blocks if "thinking" in block.type]
    if not thought:
        return cannot_tell(phrase("deep.thinking.none"), remedy=phrase("deep.thinking.none.do"))
    second = _ask(access, "second", _second_turn(prompt, content, 0), thinking)
    if second.status in REFUSED:
        return failed(phrase("deep.thinking.refused", evidence=second.evidence))
    second.required()
    if not any(_signature(block) for block in thought):
        return cannot_tell(phrase("deep.thinking.unsigned"), remedy=phrase("deep.thinking.unsigned.do"))
    forged = _ask(access, "cut", _second_turn(prompt, content, _CUT_CHARS), thinking)
    if forged.status in REFUSED:
        return passed(phrase("deep.thinking.pass"), phrase("deep.thinking.pass.seen", evidence=forged.evidence))
    forged.required()
    return cannot_tell(phrase("deep.thinking.unchecked"), remedy=phrase("deep.thinking.unchecked.do"))


def _first_turn(access: TargetAccess, prompt: Turn) -> tuple[Turn, PlainReply]:
    """Return the reply, and how thinking was asked for: recent models take the adaptive form alone."""
    reply = _ask(access, "first", [prompt], _ENABLED)
    if reply.status in REFUSED and _NAMES_THINKING.search(reply.result.english_evidence):
        return _ADAPTIVE, _ask(access, "adaptive", [prompt], _ADAPTIVE)
    return _ENABLED, reply


def _ask(access: TargetAccess, name: str, messages: list[Turn], thinking: Turn) -> PlainReply:
    body = {"messages": messages, "tools": [_TOOL], "thinking": thinking, "max_tokens": _MAX_TOKENS, "stream": True}
    return access.post(phrase(f"deep.thinking.request.{name}"), body)


def _second_turn(prompt: Turn, content: MessageContent, cut_chars: int) -> list[Turn]:
    """Return the conversation with the answer sent back, signatures shortened by so many characters."""
    blocks = [_sent_back(block, cut_chars) for block in content.blocks if _says_anything(block)]
    answer = {"role": "assistant", "content": blocks}
    results = [
        {"type": "tool_result", "tool_use_id": tool.id, "content": str((tool.input or {}).get("text", ""))}
        for tool in content.tools
    ]
    return [prompt, answer, user_message(results or "Go on.")]


def _says_anything(block: ContentBlock) -> bool:
    """Return False for a text without letters, which the API refuses."""
    return block.type != "text" or bool(block.text.strip())


def _sent_back(block: ContentBlock, cut_chars: int) -> dict[str, Any]:
    match block.type:
        case "text":
            return {"type": "text", "text": block.text}
        case "thinking":
            signature = _signature(block)
            return {"type": "thinking", "thinking": block.text, "signature": signature[: len(signature) - cut_chars]}
        case "tool_use":
            return {"type": "tool_use", "id": block.id, "name": block.name, "input": block.input or {}}
        case _:
            return dict(block.raw)


def _signature(block: ContentBlock) -> str:
    return str(block.raw.get("signature") or "")


THINKING = DeepCase(name="thinking", tokens=6_000, severity=Severity.WRONG, examine=_examine)
