import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.sanitise import harmless, joined, printable, sound


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("\x1b[2J\x1b[31mred", "�[2J�[31mred"),
        ("\x1b]0;title\x07", "�]0;title�"),
        ("\x9b31m", "�31m"),
        ("abc\u202efdp.exe", "abc�fdp.exe"),
        ("\u2066isolated\u2069", "�isolated�"),
        ("zero\u200bwidth\ufeff", "zero�width�"),
        ("two\nlines\r\nand\ttabs", "two lines and tabs"),
        ("line\u2028separator", "line separator"),
        ("back\x08space\x00", "back�space�"),
        ("\ud800", "�"),
        ("plain ä ☃ 漢 🎉", "plain ä ☃ 漢 🎉"),
        ("", ""),
    ],
)
def test_text_of_strangers_becomes_one_harmless_line(hostile: str, harmless: str) -> None:
    assert printable(hostile) == harmless


@given(st.text())
def test_nothing_that_drives_a_terminal_is_left(text: str) -> None:
    shown = printable(text)
    bad = [letter for letter in shown if unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"}]
    bad += [letter for letter in shown if unicodedata.bidirectional(letter) in {"LRE", "RLE", "LRO", "RLO", "PDF"}]
    bad += [letter for letter in shown if unicodedata.bidirectional(letter) in {"LRI", "RLI", "FSI", "PDI"}]
    assert bad == []


@pytest.mark.parametrize("code", [0x061C, 0x00AD, 0xE0001, 0xE0041])
def test_invisible_letters_are_shown(code: int) -> None:
    assert chr(code) not in printable(f"a{chr(code)}b")


@given(st.text(), st.integers(1, 40))
def test_is_cut_to_what_was_asked(text: str, most: int) -> None:
    assert len(printable(text, most)) <= most


def test_a_cut_is_shown() -> None:
    assert printable("abcdef", 4) == "abc…"
    assert printable("abcd", 4) == "abcd"


@given(st.text(st.characters()))
def test_what_is_sound_can_be_written(text: str) -> None:
    assert len(sound(text).encode().decode()) == len(joined(text))


def test_lines_may_stay_lines() -> None:
    assert harmless("two  spaces\n\tand\x1b[31m lines\r\u202e") == "two  spaces\n\tand�[31m lines��"


def test_halves_of_a_letter_that_meet_are_joined() -> None:
    smile = chr(0x1F600)
    assert joined("a" + chr(0xD83D) + chr(0xDE00) + "b") == f"a{smile}b"
    assert sound(chr(0xD83D) + "x" + chr(0xDE00) + smile) == f"?x?{smile}"
