"""Apply the limits that a request sets on its answer: `stop_sequences` and `max_tokens`."""

from dataclasses import replace

from probe.upstream.input_tokens import CHARS_A_TOKEN
from probe.upstream.messages import AssistantMessage, Block, TextBlock, ToolUseBlock
from probe.upstream.request import MessagesRequest


def limited(answer: AssistantMessage, request: MessagesRequest) -> AssistantMessage:
    """Return the answer up to the first stop sequence, or to the limit on tokens."""
    return _within_tokens(_before_stop(answer, request.stop_sequences), request.max_tokens)


def _before_stop(answer: AssistantMessage, stops: tuple[str, ...]) -> AssistantMessage:
    for place, block in enumerate(answer.blocks):
        found = _first_stop(block.text, stops) if isinstance(block, TextBlock) else None
        if isinstance(block, TextBlock) and found is not None:
            last = TextBlock(block.text.partition(found)[0])
            blocks = (*answer.blocks[:place], last)
            return replace(answer, blocks=blocks, stop_reason="stop_sequence", stop_sequence=found)
    return answer


def _first_stop(text: str, stops: tuple[str, ...]) -> str | None:
    """Return the stop sequence that comes first in a text."""
    return min((stop for stop in stops if stop in text), key=text.index, default=None)


def _within_tokens(answer: AssistantMessage, most: int | None) -> AssistantMessage:
    if most is None or answer.output_tokens <= most:
        return answer
    left = most * CHARS_A_TOKEN - 1
    kept: list[Block] = []
    for block in answer.blocks:
        if isinstance(block, ToolUseBlock) or not left:
            break
        kept.append(replace(block, text=block.text[:left]))
        left = max(0, left - len(block.text))
    return replace(answer, blocks=tuple(kept), stop_reason="max_tokens", stop_sequence=None)
