"""The language of the present command: that of `--lang`, else that of the environment.

`--lang` is taken out of the command line before that is parsed: so it may stand anywhere, and help and errors speak the
language too.
"""

from collections.abc import Mapping, Sequence

from probe.cli.common import say
from probe.errors import UsageError
from probe.model.choices import Language
from probe.texts import Texts

OPTION = "--lang"
VARIABLE = "PROBE_LANG"
_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""The variables of POSIX, in the order in which they decide."""
_NAMES = tuple(language.value for language in Language)
OPTION_HELP = (
    f"{OPTION} [{'|'.join(_NAMES)}]",
    f"Language of output and reports. (default: {VARIABLE}, else the locale)",
)


class _PresentCommand:
    """The texts of the present command: English ones until a language is chosen."""

    texts = Texts()


def present_texts() -> Texts:
    """Return the texts of the present command."""
    return _PresentCommand.texts


def tell(key: str, **values: object) -> None:
    """Say a text to the person at the terminal."""
    say(present_texts()(key, **values))


def system_words(said: str) -> str:
    """Return what the system says of a file or a connection, in the language of the present command."""
    from probe.texts.translations import translated

    return translated(said, present_texts())


def choose_language(words: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """Choose the language of a command line, and return its words without `--lang`. Raises UsageError."""
    named, rest = _without_option(words)
    _PresentCommand.texts = Texts(_language_of_errors(environment))
    language = language_of_environment(environment) if named is None else _language(named, OPTION)
    _PresentCommand.texts = Texts(language)
    return rest


def _language_of_errors(environment: Mapping[str, str]) -> Language:
    """Return the language in which a language that there is not is refused."""
    named = environment.get(VARIABLE)
    return Language(named) if named in _NAMES else _language_of_locale(environment)


def _without_option(words: Sequence[str]) -> tuple[str | None, list[str]]:
    """Return the value of the last `--lang` before any `--`, None without one, and all other words."""
    named: str | None = None
    rest: list[str] = []
    left = list(words)
    while left:
        word = left.pop(0)
        if word == "--":
            return named, [*rest, word, *left]
        option, has_value, value = word.partition("=")
        if option != OPTION:
            rest.append(word)
        elif has_value:
            named = value
        else:
            named = left.pop(0) if left else ""
    return named, rest


def language_of_environment(environment: Mapping[str, str]) -> Language:
    """Return the language of PROBE_LANG, else of the locale: Chinese for `zh…`, else English. Raises UsageError."""
    named = environment.get(VARIABLE)
    if named:
        return _language(named, VARIABLE)
    return _language_of_locale(environment)


def _language_of_locale(environment: Mapping[str, str]) -> Language:
    locale = next((environment[name] for name in _LOCALE_VARIABLES if environment.get(name)), "")
    return Language.ZH if locale.lower().startswith("zh") else Language.EN


def _language(named: str, key: str) -> Language:
    """Return the language of this name. Raises UsageError with the option or variable that names it."""
    if named not in _NAMES:
        raise UsageError(f"{named!r} is not one of {', '.join(map(repr, _NAMES))}", key=key)
    return Language(named)
