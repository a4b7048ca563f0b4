"""The first screen of a section: health, who answers for failures, what to do, whether first calls are worse."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from probe.model.choices import Role
from probe.model.health import Health, HealthWord
from probe.model.report_sections import Section
from probe.render.health_sentences import actions, fault_counts, fault_line, health_sentence, health_word
from probe.render.numbers import count_text
from probe.render.phrases import counted
from probe.render.sentences import verdict_sentences
from probe.texts import Texts

_MOST_SENTENCES = 3
"""Sentences below the fault line: what to do, and whether first calls are worse."""


@dataclass(frozen=True)
class FaultView:
    """The failures that a party answers for; `start` and `length` are its place in the bar, in percent."""

    look: str
    words: str
    n: int
    start: float
    length: float


@dataclass(frozen=True)
class AnswerView:
    """The answer. `faults` is empty where no call failed; `more` are actions that have no room on the first screen.

    `first_call` says whether first calls are worse, `reasons` why; it is empty where nothing succeeded. `all_is_well`
    is true where no call failed or needed a retry.
    """

    word: str
    look: str
    sentence: str
    fault_line: str
    faults_head: str
    faults: tuple[FaultView, ...]
    to_do: tuple[str, ...]
    more: tuple[str, ...]
    all_is_well: bool
    first_call: str = ""
    reasons: tuple[str, ...] = ()


def answer_view(section: Section, texts: Texts) -> AnswerView:
    """Build what the template takes."""
    lead, *reasons = verdict_sentences(section, texts)
    has_verdict = section.n > 0 and section.health.word is not HealthWord.DOWN
    answer = health_answer(section.health, tuple(actions(section, texts)), texts, _MOST_SENTENCES - has_verdict)
    return replace(answer, first_call=lead if has_verdict else "", reasons=tuple(reasons) if section.n else ())


def health_answer(health: Health, to_do: Sequence[str], texts: Texts, room: int = _MOST_SENTENCES) -> AnswerView:
    """Build the part of the answer that follows from a health; `room` is for so many sentences on what to do."""
    return AnswerView(
        word=health_word(health.word, texts),
        look=health.word.value.lower(),
        sentence=health_sentence(health, texts),
        fault_line=fault_line(health, texts),
        faults_head=_faults_head(health, texts),
        faults=tuple(_faults(health, texts)) if health.failed else (),
        to_do=tuple(to_do[:room]),
        more=tuple(to_do[room:]),
        all_is_well=health.n > 0 and not health.failed and not health.recovered,
    )


def target_facts(section: Section, when: str, texts: Texts) -> Iterator[str]:
    """Yield what the figures are of: host, model, rounds, and when it was measured if that is known."""
    if section.role is Role.CONTROL:
        yield texts("html.control")
    if section.manifest:
        target = section.manifest.target
        yield urlsplit(target.base_url).netloc or target.base_url
        yield target.model
    rounds, calls = section.rounds_finished, section.health.n
    yield texts("join.clauses").join([counted("rounds", rounds, texts), counted("run.calls", calls, texts)])
    if when:
        yield when


def _faults_head(health: Health, texts: Texts) -> str:
    form = "one" if health.failed == 1 else "many"
    return texts(f"faults.{form}", n=count_text(health.failed), parties="").strip()


def _faults(health: Health, texts: Texts) -> Iterator[FaultView]:
    start = 0.0
    for fault, words in fault_counts(health, texts):
        length = 100 * fault.n / health.failed
        yield FaultView(fault.party.value, words, fault.n, round(start, 2), round(length, 2))
        start += length
