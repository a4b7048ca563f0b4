"""Phrases as they are stored, and read back: `[key, {name: value}]`, or several as `[joint, [part, …]]`.

What is read may be of another version, or damaged: it holds only where this version can put it into words.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from probe.texts import Texts
from probe.texts.phrase import Phrase, Phrases, Words

MOST_EVIDENCE_CHARS = 300
_UNUSABLE = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)


class WithEvidence(Protocol):
    """Holds evidence in English, and as a stored phrase where it is more than a quotation."""

    @property
    def evidence(self) -> str: ...
    @property
    def evidence_phrase(self) -> Any: ...


def one_line(text: str) -> str:
    """Return a text on one line, and no longer than evidence may be."""
    return " ".join(text.split())[:MOST_EVIDENCE_CHARS]


def english_evidence(words: Words) -> str:
    """Return evidence as it is stored for programs: in English, on one line."""
    return one_line(Texts().words(words))


def stored_phrase(words: Words) -> Any:
    """Return a phrase as JSON values; None for a quotation."""
    return None if isinstance(words, str) else _stored(words)


def _stored(value: object) -> Any:
    if isinstance(value, Phrase):
        return [value.key, {name: _stored(each) for name, each in value.values.items()}]
    if isinstance(value, Phrases):
        return [value.joint, [_stored(part) for part in value.parts]]
    return value if isinstance(value, int) else one_line(str(value))


def evidence_words(found: WithEvidence) -> Words:
    """Return evidence as a phrase; in English where this is all that was stored, or its key is not known here."""
    if found.evidence_phrase is None:
        return found.evidence
    try:
        words = _read(found.evidence_phrase)
        Texts().words(words)
    except _UNUSABLE:
        return found.evidence
    return words


def evidence_text(found: WithEvidence, texts: Texts) -> str:
    """Return evidence in the language of these texts; a phrase is on one line, and no longer than evidence may be."""
    words = evidence_words(found)
    return words if isinstance(words, str) else one_line(texts.words(words))


def _read(stored: Any) -> Words:
    if isinstance(stored, str):
        return stored
    name, content = stored
    if isinstance(content, Mapping):
        return Phrase(name, {key: value if isinstance(value, int) else _read(value) for key, value in content.items()})
    return Phrases(tuple(map(_read, content)), name)
