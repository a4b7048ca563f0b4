"""Phrases: texts that are put into words later, where the reader's language is known."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text by its key, with the values of its placeholders, which may be phrases too."""

    key: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Phrases:
    """Several phrases; `joint` is the key of the text between two of them."""

    parts: tuple["Words", ...]
    joint: str

    def __bool__(self) -> bool:
        return bool(self.parts)


Words = str | Phrase | Phrases
"""Words for a person: a quotation, or what is said in the reader's language."""


def phrase(key: str, **values: object) -> Phrase:
    """Return the phrase of a key."""
    return Phrase(key, values)


def items(parts: Iterable[Words]) -> Phrases:
    """Return a list: `a, b`."""
    return Phrases(tuple(part for part in parts if part), "join.items")


def clauses(parts: Iterable[Words]) -> Phrases:
    """Return parts of one sentence: `a, b`."""
    return Phrases(tuple(part for part in parts if part), "join.clauses")


def remarks(parts: Iterable[Words]) -> Phrases:
    """Return remarks side by side: `a; b`."""
    return Phrases(tuple(part for part in parts if part), "join.parts")


def sentences(parts: Iterable[Words]) -> Phrases:
    """Return sentences, one after the other."""
    return Phrases(tuple(part for part in parts if part), "join.sentences")
