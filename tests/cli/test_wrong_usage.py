"""Words of the command line that cannot be used: the option, the value and what it takes, in both languages."""

import pytest

from tests.conftest import Probe


@pytest.mark.parametrize(
    ("words", "english", "chinese"),
    [
        (
            ["run", "--rounds", "x"],
            "--rounds: 'x' is no whole number\nIt takes a whole number from 1 to 1000000.",
            "--rounds: 'x' 不是整数\n应为 1 至 1000000 的整数。",
        ),
        (
            ["run", "--concurrency", "0"],
            "--concurrency: '0' is too small\nIt takes a whole number from 1 to 512.",
            "--concurrency: '0' 太小\n应为 1 至 512 的整数。",
        ),
        (
            ["run", "--delta", "3"],
            "--delta: '3' is too large\nIt takes a number from 0.01 to 0.99.",
            "--delta: '3' 太大\n应为 0.01 至 0.99 的数字。",
        ),
        (
            ["ls", "--limit", "1.5"],
            "--limit: '1.5' is no whole number\nIt takes a whole number of 0 or more.",
            "--limit: '1.5' 不是整数\n应为不小于 0 的整数。",
        ),
        (
            ["run", "--max-cost-usd", "x"],
            "--max-cost-usd: 'x' is no number\nIt takes a number.",
            "--max-cost-usd: 'x' 不是数字\n应为数字。",
        ),
        (["run", "--max-cost-usd", "0"], "--max-cost-usd: must be more than 0", "--max-cost-usd: 必须大于 0"),
        (
            ["run", "--timeout", "x"],
            "--timeout: 'x' is not a duration; write it as 90s, 2m, 1h30m or 250ms",
            "--timeout: 'x' 不是时长；请写成 90s、2m、1h30m 或 250ms",
        ),
        (
            ["report", "--format", "jsn"],
            "--format: 'jsn' is not one of 'markdown', 'html', 'json', 'junit', 'csv'\nDid you mean json?",
            "--format: 'jsn' 不是以下之一：'markdown', 'html', 'json', 'junit', 'csv'\n是否指 json？",
        ),
        (
            ["run", "--until-sure", "x"],
            "x: is a word too many\nLeave it out: --until-sure takes no value.",
            "x: 是多余的参数\n请去掉：--until-sure 不带值。",
        ),
        (
            ["compare", "a", "b", "c", "d"],
            "c d: is a word too many\nLeave it out, or name the option it is for.",
            "c d: 是多余的参数\n请去掉，或写明它属于哪个选项。",
        ),
        (
            ["run", "--rounds"],
            "--rounds: needs a value\nWrite it behind the option: --rounds N",
            "--rounds: 需要一个值\n请写在选项后面：--rounds N",
        ),
        (
            ["explain", "latest", "x"],
            "REQUEST: 'x' is no whole number\nIt takes a whole number of 1 or more.",
            "REQUEST: 'x' 不是整数\n应为不小于 1 的整数。",
        ),
    ],
)
def test_a_wrong_word_is_told_with_what_is_taken(probe: Probe, words: list[str], english: str, chinese: str) -> None:
    for language, said in (("en", english), ("zh", chinese)):
        ran = probe(*words, code=2, PROBE_LANG=language)
        assert (ran.out, ran.err) == ("", f"probe: {said}\n")


@pytest.mark.parametrize(("words", "said"), [(["run", "--rnds", "3"], "--rounds"), (["compare", "a"], "CANDIDATE")])
def test_an_unknown_option_and_a_missing_word_come_with_the_usage(probe: Probe, words: list[str], said: str) -> None:
    ran = probe(*words, code=2)
    assert ran.err.startswith("Usage: ")
    assert said in ran.err
    chinese = probe(*words, code=2, PROBE_LANG="zh").err
    assert f"{words[0]} [选项]" in chinese
    assert said in chinese
