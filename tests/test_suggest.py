"""Suggestions for a word that is not known."""

from probe.suggest import did_you_mean, near_names

NAMES = ("cold-start", "keep-warm", "new-session")


def test_a_typing_error_and_a_beginning_find_the_name() -> None:
    assert near_names("cold-strat", NAMES) == ["cold-start"]
    assert near_names("keep", NAMES) == ["keep-warm"]
    assert did_you_mean("Cold-Start", NAMES) == "Did you mean cold-start? "


def test_what_is_like_nothing_finds_nothing() -> None:
    assert did_you_mean("zzz", NAMES) == ""
    assert near_names("", NAMES) == []
    assert near_names("cold-start" * 11, NAMES) == []
