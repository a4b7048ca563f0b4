"""Chinese for texts whose English stands where they are used: docstrings, help, errors.

Errors name what is wrong, so their texts are patterns: `no target {name}` is found in `no target 'glm'`, and what
stands in the place of `{name}` goes into the Chinese.
"""

import re
from functools import cache
from string import Formatter

from probe.model.choices import Language
from probe.texts import Texts
from probe.texts.deep_translations import DEEP_TRANSLATIONS
from probe.texts.error_translations import ERRORS
from probe.texts.everyday_translations import EVERYDAY_ERRORS
from probe.texts.fleet_translations import FLEET_TRANSLATIONS
from probe.texts.help_translations import HELP
from probe.texts.history_translations import HISTORY_TRANSLATIONS
from probe.texts.option_translations import OPTION_TEXTS
from probe.texts.otlp_translations import OTLP_TRANSLATIONS
from probe.texts.plan_translations import PLAN_ERRORS
from probe.texts.record_translations import RECORD_TRANSLATIONS
from probe.texts.remedy_translations import REMEDIES
from probe.texts.system_translations import SYSTEM_ERRORS
from probe.texts.target_translations import TARGET_ERRORS
from probe.texts.upstream_translations import UPSTREAM_TRANSLATIONS
from probe.texts.usage_translations import USAGE_ERRORS
from probe.texts.watch_translations import WATCH_ERRORS

TRANSLATIONS: dict[str, str] = {
    **DEEP_TRANSLATIONS,
    **ERRORS,
    **EVERYDAY_ERRORS,
    **FLEET_TRANSLATIONS,
    **HELP,
    **HISTORY_TRANSLATIONS,
    **OPTION_TEXTS,
    **OTLP_TRANSLATIONS,
    **PLAN_ERRORS,
    **RECORD_TRANSLATIONS,
    **REMEDIES,
    **SYSTEM_ERRORS,
    **TARGET_ERRORS,
    **UPSTREAM_TRANSLATIONS,
    **USAGE_ERRORS,
    **WATCH_ERRORS,
}
_FURTHER = re.compile(r"\n(?=Also: |And \d+ more\.)")
"""Ends what is said of an error before a further one of the same file."""
_WORDS_OF_PLACES = (
    (re.compile(r"^scenario (?=\S)"), "场景 "),
    (re.compile(r" with (?=--)"), " 与 "),
    (re.compile(r" and (?=--)"), " 和 "),
    (re.compile(r" or (?=--|env$)"), " 或 "),
)
"""Pairs of the few words beside identifiers in what an error is about, such as `--prepare with --concurrency`."""
_MOST_CHARS = 2000
"""A longer text is none of ours."""


def translated(english: str, texts: Texts) -> str:
    """Return a text in the language of these texts; what nobody has translated stays as it is."""
    if texts.language is Language.EN:
        return english
    parts = _FURTHER.split(english)
    if len(parts) > 1:
        return "\n".join(translated(part, texts) for part in parts)
    if english in TRANSLATIONS:
        return TRANSLATIONS[english]
    for pattern, chinese in _patterns() if len(english) <= _MOST_CHARS else ():
        found = pattern.fullmatch(english)
        if found:
            named = {name: translated(value, texts) for name, value in found.groupdict().items()}
            return chinese.format(**named)
    return english


def translated_place(place: str, texts: Texts) -> str:
    """Return what an error is about, an option, a key or a scenario, in the language of these texts."""
    if texts.language is not Language.EN:
        for pattern, chinese in _WORDS_OF_PLACES:
            place = pattern.sub(chinese, place)
    return place


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Return the patterns of texts with placeholders, those with most words of their own first."""
    with_values = [
        (_words_of(english), english, chinese) for english, chinese in TRANSLATIONS.items() if "{" in english
    ]
    with_values.sort(key=lambda entry: -len(entry[0]))
    return [(_pattern(english), chinese) for _, english, chinese in with_values]


def _words_of(english: str) -> str:
    return "".join(literal for literal, *_ in Formatter().parse(english))


def _pattern(english: str) -> re.Pattern[str]:
    parts = (
        re.escape(literal) + (f"(?P<{name}>.*?)" if name else "") for literal, name, *_ in Formatter().parse(english)
    )
    return re.compile("".join(parts), re.DOTALL)
