"""Case `usage`: the tokens that answers say agree with each other, and with the prompt."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from probe.checks.deep.deep_case import CaseFinding, DeepCase, failed, passed
from probe.checks.deep.plain_requests import user_message
from probe.checks.deep.target_access import COUNT_TOKENS, TargetAccess
from probe.model.check_report import Severity
from probe.model.spending import asked_tokens
from probe.texts.phrase import Phrase, Phrases, phrase, remarks

_TOLERANCE = 0.10
_LEAST_CHARS_A_TOKEN = 2.0
_OWN_TOKENS = 200
"""English has at least so many letters a token with any tokenizer, and a request few tokens of its own."""
_PROSE = " ".join(
    f"On day {day} the ship sailed {day * 37 % 91} miles to the west, and the crew wrote down what they saw."
    for day in range(1, 15)
)
_TOOL = {
    "name": "read_file",
    "description": "Read a file from the disk, and return its lines with their numbers.",
    "input_schema": {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]},
}
_CALL = {"type": "tool_use", "id": "toolu_01UsageUsageUsageUsage00", "name": "read_file", "input": {"path": "log.txt"}}
_RESULT = {"type": "tool_result", "tool_use_id": _CALL["id"], "content": _PROSE}


@dataclass(frozen=True, slots=True)
class TokenCounts:
    """The input tokens of one prompt, 0 or None where they are not said; `chars` is its length without tools."""

    name: str
    stream: int
    whole: int
    counted: int | None
    chars: int | None = None


def _examine(access: TargetAccess) -> CaseFinding:
    """Ask for the same twice, as a stream and not, and have its tokens counted; without tools, then with them."""
    system = f"Be brief. {access.nonce}"
    question = f"{_PROSE}\nReply with exactly: OK"
    plain = {"system": system, "messages": [user_message(question)]}
    turns = [
        user_message("Read log.txt, then reply with exactly: OK"),
        {"role": "assistant", "content": [_CALL]},
        user_message([_RESULT]),
    ]
    with_tools = {"system": system, "messages": turns, "tools": [_TOOL]}
    counts = [
        _counts(access, "plain", plain, len(system) + len(question)),
        _counts(access, "tools", with_tools, None),
    ]
    return judge_counts(counts)


def _counts(access: TargetAccess, name: str, body: dict[str, Any], chars: int | None) -> TokenCounts:
    stream = access.post(phrase(f"deep.usage.request.{name}.stream"), {**body, "stream": True}).required()
    whole = access.post(phrase(f"deep.usage.request.{name}.whole"), {**body, "stream": False}).required()
    counted = access.post(phrase(f"deep.usage.request.{name}.count"), body, path=COUNT_TOKENS)
    number = counted.json.get("input_tokens")
    count = number if counted.served and isinstance(number, int) else None
    return TokenCounts(name, asked_tokens(stream.usage), asked_tokens(whole.usage), count, chars)


def judge_counts(counts: Sequence[TokenCounts]) -> CaseFinding:
    """Judge the tokens of several prompts."""
    evidence = remarks(map(_words, counts))
    problems = [problem for count in counts for problem in _problems(count)]
    if problems:
        return failed(remarks(problems), evidence)
    uncounted = all(count.counted is None for count in counts)
    return passed(phrase("deep.usage.pass_uncounted" if uncounted else "deep.usage.pass"), evidence)


def _problems(count: TokenCounts) -> Iterator[Phrase]:
    prompt = phrase(f"deep.usage.{count.name}")
    silent = [name for name, tokens in (("stream", count.stream), ("whole", count.whole)) if not tokens]
    if silent:
        yield phrase(f"deep.usage.unsaid.{'both' if len(silent) > 1 else silent[0]}", prompt=prompt)
    else:
        yield from _disagreements(count.stream, count.whole, count, prompt)


def _disagreements(stream: int, whole: int, count: TokenCounts, prompt: Phrase) -> Iterator[Phrase]:
    if not _agree(stream, whole):
        yield phrase("deep.usage.differs", prompt=prompt, stream=stream, whole=whole)
    if count.counted is not None and not _agree(stream, count.counted):
        yield phrase("deep.usage.count_differs", prompt=prompt, stream=stream, count=count.counted)
    if _exceeds(min(stream, whole), count.chars):
        yield phrase("deep.usage.hidden", tokens=min(stream, whole), chars=count.chars)


def _exceeds(tokens: int, chars: int | None) -> bool:
    """Return True for more tokens than a prompt of so many letters can have."""
    return chars is not None and tokens > chars / _LEAST_CHARS_A_TOKEN + _OWN_TOKENS


def _agree(first: int, second: int) -> bool:
    return abs(first - second) <= _TOLERANCE * max(first, second)


def _words(count: TokenCounts) -> Phrases | Phrase:
    stream, whole, counted = (figure or "-" for figure in (count.stream, count.whole, count.counted))
    prompt = phrase(f"deep.usage.{count.name}")
    return phrase("deep.usage.seen", prompt=prompt, stream=stream, whole=whole, count=counted)


def _figures(count: TokenCounts) -> list[tuple[str, int | None]]:
    return [("stream", count.stream), ("whole", count.whole), ("count", count.counted)]


USAGE = DeepCase(name="usage", tokens=4_000, severity=Severity.WARNING, examine=_examine)
