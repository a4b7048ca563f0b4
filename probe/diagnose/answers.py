"""Compare an answer with what the scenario expects, and name the way in which it differs."""

from collections.abc import Sequence

from probe.diagnose.classification import Classification
from probe.diagnose.stop_reasons import CUT_SHORT, NO_ANSWER, stopped
from probe.model.exchange import Exchange
from probe.model.outcome import Outcome
from probe.model.scenario import Expect
from probe.texts.phrase import phrase

EMPTY = "empty"
CUT_OFF = "cut_off"
MOJIBAKE = "mojibake"
REPLACEMENT_CHARACTERS = "replacement_characters"
_MISREAD_AS = ("latin-1", "cp1252", "gbk", "gb18030")
"""Encodings in which UTF-8 is read by mistake."""
_LOST = "\ufffd"


def wrong_answer(
    text: str | None, expect: Expect, reason: str | None, attempts: Sequence[Exchange]
) -> Classification | None:
    """Classify an answer that is not the one asked for, with stop reason `reason`. Return None for the right one."""
    if reason in NO_ANSWER:
        return stopped(reason, attempts)
    answer = (text or "").strip()
    missed = _missed(answer, expect)
    if missed is None:
        return None
    if reason in CUT_SHORT:
        return stopped(reason, attempts)
    key, wanted = missed
    evidence = phrase(key, wanted=repr(wanted), answer=repr(answer))
    return Classification(Outcome.WRONG_ANSWER, _difference(answer, wanted), evidence)


def _missed(answer: str, expect: Expect) -> tuple[str, str] | None:
    """Return the expectation that an answer does not meet, with the key of what to say of it."""
    if expect.equals is not None and answer != expect.equals.strip():
        return "evidence.expected", expect.equals.strip()
    if expect.contains is not None and expect.contains not in answer:
        return "evidence.expected_with", expect.contains
    return None


def _difference(answer: str, wanted: str) -> str | None:
    """Name the way in which an answer differs, where it is a known one."""
    if not answer:
        return EMPTY
    if any(misread and misread in answer for misread in _misread(wanted)):
        return MOJIBAKE
    if _LOST in answer and _LOST not in wanted:
        return REPLACEMENT_CHARACTERS
    return CUT_OFF if wanted.startswith(answer) else None


def _misread(text: str) -> list[str]:
    """Return the text as it looks where its UTF-8 was read as something else; none where it is plain ASCII."""
    if text.isascii():
        return []
    raw = text.encode("utf-8", "surrogatepass")
    return [_decoded(raw, coding).strip() for coding in _MISREAD_AS]


def _decoded(raw: bytes, coding: str) -> str:
    """Decode as browsers do: what Windows-1252 leaves undefined is a control character."""
    if coding == "cp1252":
        return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in raw)
    return raw.decode(coding, "replace")
