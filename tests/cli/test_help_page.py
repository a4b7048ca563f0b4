"""The page of help in Chinese: lines that fit, names beside what they stand for, and what Click adds."""

import pytest

from probe.cli.help_page import HelpPage
from probe.render.text_layout import width


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> HelpPage:
    monkeypatch.setenv("COLUMNS", "60")
    return HelpPage()


def test_paragraphs_are_filled_and_examples_stay_as_they_are(page: HelpPage) -> None:
    page.write_text("one\ntwo\n\n\b\n  probe run   -n 3\n  probe ls")
    assert page.getvalue() == "one two\n\n  probe run   -n 3\n  probe ls\n"


def test_no_line_is_wider_than_the_page_in_chinese_either(page: HelpPage) -> None:
    page.write_text("一次真实的调用" * 20)
    page.write_usage("probe run", "[OPTIONS] " * 20)
    page.write_dl([("--option", "说明" * 40)])
    assert max(map(width, page.getvalue().splitlines())) <= 58


def test_sections_are_further_to_the_right_and_stand_apart(page: HelpPage) -> None:
    page.write_text("above")
    with page.section("Options"):
        page.write_dl([("--a", "first"), ("--longer", "second")])
    page.write_text("below")
    lines = page.getvalue().splitlines()
    assert lines[0:2] == ["above", ""]
    assert lines[2].endswith("：")
    assert lines[3:] == ["  --a       first", "  --longer  second", "below"]


def test_a_name_that_is_too_long_has_a_line_of_its_own(page: HelpPage) -> None:
    name = "--a-name-that-is-far-longer-than-any-column"
    page.write_dl([(name, "what it does"), ("--b", "more")])
    first, second, third = page.getvalue().splitlines()
    assert first == name
    assert second.strip() == "what it does"
    assert second.index("what") == third.index("more")


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("what  [default: 3]", "what  [默认：3]"),
        ("what  [required]", "what  [必填]"),
        ("what  [1 to 9]", "what  [1 至 9]"),
        ("what  [0 or more]", "what  [0 或更多]"),
        ("what [x] is", "what [x] is"),
    ],
)
def test_what_click_adds_to_an_option_is_translated(page: HelpPage, english: str, chinese: str) -> None:
    page.write_dl([("--a", english)])
    assert page.getvalue() == f"--a  {chinese}\n"


def test_a_narrow_terminal_gets_fifty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "10")
    page = HelpPage()
    page.write_text("word " * 40)
    assert 40 < max(map(width, page.getvalue().splitlines())) <= 50
