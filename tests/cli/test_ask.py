"""Questions to a person at a terminal: what is taken, what is asked again, and how a person gets out."""

import io
import sys

import pytest

from probe.cli.ask import ask, confirm, is_interactive
from probe.cli.language import choose_language
from tests.cli.terminal import ShownText, TypedText


def type_in(monkeypatch: pytest.MonkeyPatch, typed: str) -> ShownText:
    """Have a person type this; return what the terminal shows."""
    shown = ShownText()
    monkeypatch.setattr(sys, "stdin", TypedText(typed))
    monkeypatch.setattr(sys, "stderr", shown)
    return shown


@pytest.mark.parametrize(
    ("typed", "default", "answer", "prompt"),
    [
        ("glm\n", "", "glm", "Model: "),
        ("  glm 4 \n", "", "glm 4", "Model: "),
        ("\n", "opus", "opus", "Model [opus]: "),
        ("glm\n", "opus", "glm", "Model [opus]: "),
        ("模型\n", "", "模型", "Model: "),
    ],
)
def test_an_answer_is_taken_without_the_blanks_around_it_and_nothing_means_the_default(
    monkeypatch: pytest.MonkeyPatch, typed: str, default: str, answer: str, prompt: str
) -> None:
    shown = type_in(monkeypatch, typed)
    assert ask("Model", default) == answer
    assert shown.getvalue() == prompt


def test_what_is_needed_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = type_in(monkeypatch, "\n  \nglm\n")
    assert ask("Model") == "glm"
    assert shown.getvalue() == "Model: This is needed.\n" * 2 + "Model: "


def test_an_answer_with_a_problem_is_asked_for_again_a_default_too(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = type_in(monkeypatch, "\nbad one\ngood\n")
    assert ask("Name", "bad", lambda answer: f"{answer!r} will not do" if "bad" in answer else None) == "good"
    assert shown.getvalue() == "Name [bad]: 'bad' will not do\nName [bad]: 'bad one' will not do\nName [bad]: "


@pytest.mark.parametrize(
    ("typed", "default", "agreed"),
    [
        ("\n", True, True),
        ("\n", False, False),
        ("y\n", False, True),
        ("YES\n", False, True),
        ("是\n", False, True),
        ("n\n", True, False),
        ("No\n", True, False),
        ("否\n", True, False),
    ],
)
def test_yes_and_no_may_be_written_in_several_ways(
    monkeypatch: pytest.MonkeyPatch, typed: str, default: bool, agreed: bool
) -> None:
    shown = type_in(monkeypatch, typed)
    assert confirm("Write it?", default=default) is agreed
    assert shown.getvalue() == f"Write it? [{'Y/n' if default else 'y/N'}]: "


def test_what_is_neither_yes_nor_no_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = type_in(monkeypatch, "perhaps\nyess\ny\n")
    assert confirm("Write it?", default=False)
    assert shown.getvalue().count("Write it? [y/N]: ") == 3


@pytest.mark.parametrize("typed", ["", "\n"])
def test_where_the_input_ends_the_command_does_and_the_prompt_is_not_written_over(
    monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    shown = type_in(monkeypatch, typed)
    with pytest.raises(KeyboardInterrupt):
        ask("Model")
    assert shown.getvalue().endswith("Model: \n")


def test_ctrl_c_at_a_question_ends_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted(io.BytesIO):
        def readline(self, _size: int | None = -1, /) -> bytes:
            raise KeyboardInterrupt

    shown = type_in(monkeypatch, "")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Interrupted()))
    with pytest.raises(KeyboardInterrupt):
        confirm("Write it?", default=True)
    assert shown.getvalue() == "Write it? [Y/n]: \n"


def test_a_question_drives_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = type_in(monkeypatch, "y\n")
    confirm("Remove \x1b[2Jrun?", default=False)
    assert "\x1b" not in shown.getvalue()
    assert "run? [y/N]: " in shown.getvalue()


def test_bytes_that_are_no_text_are_an_answer_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch, "")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"gl\xffm\n")))
    assert ask("Model") == "gl\ufffdm"


def test_that_an_answer_is_needed_is_said_in_the_readers_language(monkeypatch: pytest.MonkeyPatch) -> None:
    choose_language(["--lang", "zh"], {})
    shown = type_in(monkeypatch, "\nglm\n")
    ask("模型")
    assert "此项必填。" in shown.getvalue()


@pytest.mark.parametrize(
    ("stdin", "stderr", "can_be_asked"),
    [
        (TypedText(""), ShownText(), True),
        (io.StringIO(), ShownText(), False),
        (TypedText(""), io.StringIO(), False),
        (None, ShownText(), False),
    ],
    ids=["both", "input from a pipe", "questions to a file", "no input at all"],
)
def test_a_person_can_be_asked_only_where_both_questions_and_answers_are_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, stdin: object, stderr: object, can_be_asked: bool
) -> None:
    monkeypatch.setattr(sys, "stdin", stdin)
    monkeypatch.setattr(sys, "stderr", stderr)
    assert is_interactive() is can_be_asked
