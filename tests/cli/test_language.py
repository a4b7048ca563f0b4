"""The language of a command: of `--lang`, else of the environment."""

import re

import pytest

from probe.cli.language import choose_language, language_of_environment, present_texts
from probe.errors import UsageError
from probe.model.choices import Language
from probe.upstream import FAULTS
from tests.conftest import Probe

HAN = re.compile(r"[\u4e00-\u9fff]")
EN, ZH = Language.EN, Language.ZH


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, EN),
        ({"LANG": "zh_CN.UTF-8"}, ZH),
        ({"LANG": "zh_TW"}, ZH),
        ({"LANG": "de_DE.UTF-8"}, EN),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, EN),
        ({"LANG": "C.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, ZH),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, ZH),
        ({"LANG": "C", "PROBE_LANG": "zh"}, ZH),
        ({"LC_ALL": "zh_CN.UTF-8", "PROBE_LANG": "en"}, EN),
        ({"LC_ALL": "zh_CN.UTF-8", "PROBE_LANG": ""}, ZH),
    ],
)
def test_the_environment_says_the_language(environment: dict[str, str], language: Language) -> None:
    assert language_of_environment(environment) is language


@pytest.mark.parametrize(
    ("words", "left", "language"),
    [
        ("run --rounds 3", "run --rounds 3", EN),
        ("--lang zh run --rounds 3", "run --rounds 3", ZH),
        ("run --lang zh --rounds 3", "run --rounds 3", ZH),
        ("run --rounds 3 --lang=zh", "run --rounds 3", ZH),
        ("--lang zh run --lang en", "run", EN),
        ("explain -- --lang zh", "explain -- --lang zh", EN),
    ],
)
def test_the_option_may_stand_anywhere(words: str, left: str, language: Language) -> None:
    assert choose_language(words.split(), {}) == left.split()
    assert present_texts().language is language


def test_the_option_is_stronger_than_the_environment() -> None:
    choose_language(["--lang", "en", "run"], {"PROBE_LANG": "none at all", "LC_ALL": "zh_CN.UTF-8"})
    assert present_texts().language is EN


@pytest.mark.parametrize(
    ("words", "environment", "said"),
    [
        (["report", "--lang", "fr"], {}, "--lang: 'fr' is not one of 'en', 'zh'"),
        (["report", "--lang"], {}, "--lang: '' is not one of 'en', 'zh'"),
        (["report"], {"PROBE_LANG": "zh_CN"}, "PROBE_LANG: 'zh_CN' is not one of 'en', 'zh'"),
    ],
)
def test_an_unknown_language_is_refused(probe: Probe, words: list[str], environment: dict[str, str], said: str) -> None:
    assert said in probe(*words, code=2, **environment).err
    with pytest.raises(UsageError):
        choose_language(words, environment)


@pytest.mark.parametrize("environment", [{"PROBE_LANG": "zh"}, {"LC_ALL": "zh_CN.UTF-8", "PROBE_LANG": "fr"}])
def test_an_unknown_language_is_refused_in_that_of_the_environment(probe: Probe, environment: dict[str, str]) -> None:
    assert probe("report", "--lang", "fr", code=2, **environment).err == (
        "probe: --lang: 'fr' 不是以下之一：'en', 'zh'\n"
    )


def test_reports_beside_a_run_are_in_its_language(probe: Probe) -> None:
    probe(
        "run", "-n", "1", "--no-recorder", "--target", "embedded", "--fault", "none", "--no-prime", LANG="zh_CN.UTF-8"
    )
    (run,) = probe.runs()
    assert HAN.search((run / "report.md").read_text())
    assert HAN.search((run / "report.html").read_text())
    assert HAN.search(probe("report", LC_ALL="zh_CN.UTF-8").out)
    assert not HAN.search(probe("report", LC_ALL="zh_CN.UTF-8", PROBE_LANG="en").out)


@pytest.mark.parametrize("words", [(), ("run",), ("scenarios", "list"), ("upstream", "serve")])
def test_help_names_the_option(probe: Probe, words: tuple[str, ...]) -> None:
    assert "--lang [en|zh]" in probe(*words, "--help").out


def test_faults_and_scenarios_are_described_in_chinese(probe: Probe) -> None:
    faults = probe("upstream", "faults", "--lang", "zh").out.splitlines()
    about = [line for line in faults if line.startswith("    ")]
    assert len(about) == len(FAULTS)
    assert [line for line in about if not HAN.search(line)] == []
    scenarios = probe("scenarios", "list", "--lang", "zh").out.splitlines()
    assert [line for line in scenarios if not HAN.search(line)] == []
