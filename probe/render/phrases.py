"""Outcomes, causes, flags and notes in words, and functions that join words to sentences."""

from collections.abc import Iterable, Iterator, Sequence

from probe.model.choices import UpstreamKind
from probe.model.note import Note, NoteCode
from probe.model.outcome import Flag, Outcome
from probe.model.verdict import LEAST_MARGIN_S
from probe.render.numbers import count_text, duration_text, number_text, odds_text, share_text
from probe.sanitise import printable
from probe.texts import ALL, Texts
from probe.texts.evidence_texts import ending_words
from probe.texts.translations import translated

_TIMEOUT_OF = "timeout of "
_KINDS = frozenset({"upstream", "base URL"})
"""Settings whose value may be a kind of upstream."""


def paragraph(sentences: Iterable[str], texts: Texts) -> str:
    """Join sentences as the language sets them."""
    return texts("join.sentences").join(sentences)


def joined(items: Sequence[str], texts: Texts) -> str:
    """Join clauses as a sentence does: `a, b and c`."""
    return _with_last(items, texts("join.clauses"), texts("join.last"))


def joined_names(names: Sequence[str], texts: Texts) -> str:
    """Join names as a sentence does: `a, b and c`; Chinese sets them off by other signs than clauses."""
    return _with_last(names, texts("join.items"), texts("join.last_name"))


def _with_last(items: Sequence[str], between: str, before_last: str) -> str:
    if len(items) < 2:
        return "".join(items)
    return between.join(items[:-1]) + before_last + items[-1]


def counted(key: str, count: int, texts: Texts, **values: object) -> str:
    """Return the text in its form for a count, which stands in it as `n`."""
    return texts(f"{key}.one" if count == 1 else f"{key}.many", n=count_text(count), **values)


def margin_words(margin_ms: float, texts: Texts, *, in_proportion: bool) -> str:
    """Say from which difference on a call is slower, and where that comes from if it follows the calls."""
    margin = duration_text(margin_ms)
    if in_proportion and margin_ms > LEAST_MARGIN_S * 1000:
        return texts("slower.in_proportion", slower_by=margin)
    return margin


def capitalised(sentence: str) -> str:
    """Begin the sentence with a capital; leave the rest as it is."""
    return sentence[:1].upper() + sentence[1:]


def outcome_words(outcome: Outcome, texts: Texts) -> str:
    """Return what calls came to: `no complete answer before the deadline`."""
    return texts(f"outcome.{outcome.value}")


def party_words(outcome: Outcome, texts: Texts) -> str:
    """Return who has to act on it: `upstream`, `account or configuration`."""
    return texts(f"party.{outcome.party.name.lower()}")


def flag_words(flag: Flag, texts: Texts) -> str:
    """Return what a flag means: `the client retried a request`."""
    return texts(f"flag.{flag.value}")


def cause_words(cause: str, texts: Texts) -> str:
    """Return a cause in words: one of `probe`, an outcome that was still retried, or a stranger's words, quoted."""
    if f"cause.{cause}" in ALL and cause != "with":
        return texts(f"cause.{cause}")
    if cause in set(Outcome):
        return outcome_words(Outcome(cause), texts)  # type: ignore[call-arg]
    return printable(cause)


def cause_beside_name(cause: str | None, texts: Texts) -> str:
    """Return a cause in words, where they are others than those that name it; else nothing."""
    words = cause_words(cause, texts) if cause else ""
    return "" if words == cause else words


def ending_text(ending: str, texts: Texts, most: int | None = None) -> str:
    """Return in so many characters how an attempt ended: `good`, `529 overloaded_error`, `good, thrown away`."""
    return printable(texts.words(ending_words(ending)), most)


def all_endings(endings: Iterable[str], texts: Texts) -> str:
    """Return how several attempts ended, in order."""
    return texts("join.parts").join(ending_text(ending, texts) for ending in endings)


def failed_words(outcome: Outcome, cause: str | None, count: int, texts: Texts) -> str:
    """Return what became of failed calls, to follow their number: `got no first byte before the deadline`."""
    were = texts("failed.was" if count == 1 else "failed.were")
    status = texts("failed.status", status=cause) if cause and cause.isascii() and cause.isdecimal() else ""
    if f"failed.{outcome.value}.{cause}" in ALL and cause != "other":
        return texts(f"failed.{outcome.value}.{cause}", were=were)
    if outcome is not Outcome.TIMED_OUT or cause is None:
        return texts(f"failed.{outcome.value}", were=were, status=status)
    return texts("failed.timed_out.other", were=were, cause=printable(cause))


def note_sentence(note: Note, texts: Texts) -> str:
    """Return a remark as a sentence or two."""
    key = f"note.{note.code.value}"
    count = note.values.get("count", note.values.get("n"))
    if count == 1 and f"{key}.one" in ALL:
        key = f"{key}.one"
    if "why" in note.values:
        key = f"{key}.why"
    return texts(key, **dict(_note_values(note, texts)))


def settings_words(names: Iterable[str], texts: Texts) -> str:
    """Join names of `Manifest.identity()` in words: `client, token header`."""
    return texts("join.items").join(_setting_name(name, texts) for name in names)


def _setting_name(name: str, texts: Texts) -> str:
    if name.startswith(_TIMEOUT_OF):
        return texts("setting.timeout", label=printable(name.removeprefix(_TIMEOUT_OF)))
    return texts(f"setting.{name}") if f"setting.{name}" in ALL else printable(name)


def setting_value(name: str, value: str, texts: Texts) -> str:
    """Return a value of `Manifest.identity()` in words; it is written as Python has it."""
    if name == "client":
        program, _, version = value.rpartition(" ")
        return texts("client.unknown_version", program=printable(program)) if version == "None" else printable(value)
    if name == "way":
        return way_words(value, texts)
    if name in _KINDS and value in set(UpstreamKind):
        return texts(f"fact.kind.{value}")
    words = {"None": "fact.default", "none": "fact.none", "{}": "fact.none", "True": "fact.yes", "False": "fact.no"}
    return texts(words[value]) if value in words else printable(value)


def way_words(way: str, texts: Texts) -> str:
    """Return in words a way that `Manifest.identity()` has as `direct`, `unknown` or `proxy HOST:PORT`."""
    kind, _, place = way.partition(" ")
    return texts(f"way.{kind}", place=printable(place)) if f"way.{kind}" in ALL else printable(way)


def _note_values(note: Note, texts: Texts) -> Iterator[tuple[str, str]]:
    """Yield the values of a note in words; those of a setting by its name."""
    setting = {NoteCode.CLIENT_DIFFERS: "client", NoteCode.SETTING_DIFFERS: str(note.values.get("name"))}.get(note.code)
    for name, value in note.values.items():
        if name == "names" or (setting and name == "name"):
            yield name, settings_words(str(value).split(", "), texts)
        elif setting:
            yield name, setting_value(setting, str(value), texts)
        else:
            yield name, _note_value(note.code, name, value, texts)


def _note_value(code: NoteCode, name: str, value: str | int | float, texts: Texts) -> str:
    if isinstance(value, str):
        return _note_word(code, name, value, texts)
    if name.endswith("_ms"):
        return duration_text(value)
    if name.endswith("_share"):
        return share_text(value, texts)
    if name == "p":
        return odds_text(value, texts)
    return count_text(value) if isinstance(value, int) else number_text(value)


def _note_word(code: NoteCode, name: str, value: str, texts: Texts) -> str:
    if name in {"reason", "direction"} and f"{name}.{value}" in ALL:
        return texts(f"{name}.{value}")
    if name == "why":
        return printable(translated(value, texts))
    if code is NoteCode.OTHER_EXPECTED and name == "outcome" and value in set(Outcome):
        return outcome_words(Outcome(value), texts)  # type: ignore[call-arg]
    return texts("join.items").join(map(printable, value.split(", "))) if name == "rounds" else printable(value)
