"""Chinese for texts that stand where they are used: every error and remedy of probe has one."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter

import pytest

from probe.model.choices import Language
from probe.texts import Texts
from probe.texts.error_translations import ERRORS
from probe.texts.everyday_translations import EVERYDAY_ERRORS
from probe.texts.remedy_translations import REMEDIES
from probe.texts.target_translations import TARGET_ERRORS
from probe.texts.translations import TRANSLATIONS, translated

ROOT = Path(__file__).parents[2] / "probe"
HAN = re.compile(r"[\u4e00-\u9fff]")
ZH = Texts(Language.ZH)
RAISED = {
    "UsageError",
    "EnvironmentUnusableError",
    "StoreError",
    "ResumeRefused",
    "ClientNotFoundError",
    "ClientTooOldError",
    "BadParameter",
    "_misplaced",
}
VALUES = ("upstream/params.py", "strict_json.py", "inputs/", "model/base_models.py", "model/scenario.py")
"""Modules whose ValueError is said to a person."""
ENGLISH_ONLY = ("api/",)
"""Errors of the Python API, which speaks English."""


def template(node: ast.AST) -> str | None:
    """Return the text of a literal with `{}` for what is filled in; None for what is no literal, or has no words."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        return text if re.search("[a-z]", text) else None
    return None


def constants_of(tree: ast.Module) -> dict[str, ast.expr]:
    """Return the values of a module's constants."""
    assigned = [node for node in tree.body if isinstance(node, ast.Assign)]
    return {ast.unparse(target): node.value for node in assigned for target in node.targets}


def texts_of(call: ast.Call, constants: Mapping[str, ast.expr]) -> Iterator[str]:
    """Yield the templates of the message and the remedy of an error."""
    remedies = [keyword.value for keyword in call.keywords if keyword.arg == "remedy"]
    for given in (*call.args[:1], *remedies):
        text = template(constants.get(ast.unparse(given), given))
        if text:
            yield text


def raised() -> Iterator[tuple[str, str]]:
    """Yield place and template of each message and remedy that is raised as a literal, or as a constant that is one."""
    for path in sorted(ROOT.rglob("*.py")):
        name = str(path.relative_to(ROOT))
        if name.startswith(ENGLISH_ONLY):
            continue
        kinds = RAISED | {"ValueError"} if name.startswith(VALUES) else RAISED
        tree = ast.parse(path.read_text())
        constants = constants_of(tree)
        calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
        for call in calls:
            if ast.unparse(call.func).rpartition(".")[2] in kinds:
                yield from ((f"{name}:{call.lineno}", text) for text in texts_of(call, constants))


def unnamed(text: str) -> str:
    return "".join(literal + ("{}" if name is not None else "") for literal, name, *_ in Formatter().parse(text))


def test_every_error_and_remedy_has_its_chinese() -> None:
    known = set(map(unnamed, TRANSLATIONS)) | set(TRANSLATIONS)
    assert [f"{place}: {text}" for place, text in raised() if text not in known] == []


def names(text: str) -> list[str]:
    return sorted(name for _, name, *_ in Formatter().parse(text) if name)


@pytest.mark.parametrize("table", [ERRORS, REMEDIES, TARGET_ERRORS, EVERYDAY_ERRORS])
def test_translations_are_chinese_and_name_the_same(table: dict[str, str]) -> None:
    for english, chinese in table.items():
        assert names(english) == names(chinese), english
        assert HAN.search(chinese) or not re.search("[a-z]", unnamed(english)), english
        assert not re.search(r"[\u4e00-\u9fff][,;:!?]|[,;!?][\u4e00-\u9fff]", chinese), chinese


def test_what_an_error_names_goes_into_its_chinese() -> None:
    assert translated("no target 'glm'", ZH) == "没有目标 'glm'"
    assert translated("no target 'glm'", Texts()) == "no target 'glm'"
    assert translated("cold_start: delay: 'x' is not a duration; write it as 90s, 2m, 1h30m or 250ms", ZH) == (
        "cold_start：delay：'x' 不是时长；请写成 90s、2m、1h30m 或 250ms"
    )
    assert translated("words of somebody else", ZH) == "words of somebody else"
    assert translated("[" * 100_000, ZH) == "[" * 100_000
