"""Commands beside runs and their reports in Chinese: recordings, checks, plans, and what they refuse."""

import re
import sys
from pathlib import Path

import pytest

from probe.upstream import EmbeddedUpstream, parse_fault
from tests.cli.test_chinese_reports import english, seen
from tests.conftest import Probe

STRAY = re.compile(r"[\u4e00-\u9fff，。；：（）“”] [\u4e00-\u9fff（“]")
"""A blank between Chinese words."""
CLIENT = """
import json, os, urllib.error, urllib.request
for number in range(6):
    body = {"model": "probe-embedded-1", "max_tokens": 9, "stream": True,
            "messages": [{"role": "user", "content": f"说 {number // 2}"}]}
    request = urllib.request.Request(os.environ["ANTHROPIC_BASE_URL"] + "/v1/messages", json.dumps(body).encode(),
                                     {"content-type": "application/json", "authorization": "Bearer made-up"})
    try:
        urllib.request.urlopen(request).read()
    except (urllib.error.HTTPError, ConnectionError):
        pass
"""


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Probe:
    """Return a folder with a recording in which requests failed and were retried."""
    probe = Probe(tmp_path_factory.mktemp("recorded"), {"PROBE_LANG": "zh"})
    faults = [parse_fault("status(code=529, message=过载, every=3)"), parse_fault("truncate(every=5)")]
    with EmbeddedUpstream(faults) as upstream:
        said = probe.alone("record", "--", sys.executable, "-c", CLIENT, ANTHROPIC_BASE_URL=upstream.base_url)
    (probe.folder / "said.txt").write_text(said.err)
    return probe


def is_chinese(text: str) -> None:
    assert english(text) == set()
    assert STRAY.findall(text) == []


def test_a_recording_says_all_in_chinese(recorded: Probe) -> None:
    is_chinese((recorded.folder / "said.txt").read_text())


@pytest.mark.parametrize("words", [["report"], ["explain"], ["explain", "latest", "1"], ["ls"]])
def test_what_a_recording_holds_is_read_without_english(recorded: Probe, words: list[str]) -> None:
    is_chinese(recorded(*words).out)


def test_the_page_of_a_recording_is_read_without_english(recorded: Probe) -> None:
    is_chinese(seen(recorded("report", "--format", "html").out))


@pytest.fixture
def chinese(probe: Probe) -> Probe:
    return Probe(probe.folder, {**probe.environment, "PROBE_LANG": "zh"})


def test_cases_say_in_chinese_what_makes_their_requests(chinese: Probe) -> None:
    rows = chinese("check", "--deep", "--list").out.splitlines()
    assert rows[1].endswith("客户端")
    assert [row for row in rows if row.endswith("client")] == []


def test_a_case_that_fails_names_its_requests_in_chinese(chinese: Probe) -> None:
    words = ("check", "--deep", "--no-client", "--only", "image", "--fault", "wrong_text(text=不对)")
    told = chinese(*words, "--target", "embedded", code=None).out
    assert "请求：数字图片（普通 HTTP）：HTTP 200" in told
    is_chinese(told)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("replay nothing.json", "nothing.json: 无法读取：没有这个文件或目录"),
        ("replay empty.txt", "请用 `probe capture` 生成一份。"),
        ("plan", "都没有说明首次调用在哪方面更差"),
        ("plan --first-fails 30% --scenario keep-warm", "场景 keep-warm: 它的前两次调用不作比较"),
        ("rm --older-than 1d latest", "--older-than 和 --keep: "),
        ("run --driver messages --prepare true --concurrency 2", "--prepare 与 --concurrency: "),
        ("run --driver messages --gap-upto 5s --gap 9s", "应大于 `gap`；`gap` 为 9 s，且应大于 0"),
        ("run --fault status(code=999)", "超出范围"),
        ("record -- no-such-program", "no-such-program 无法启动：没有这个文件或目录"),
        ("targets show nothing --target embedded", "没有选项 --target"),
    ],
)
def test_what_is_refused_is_read_without_english(chinese: Probe, words: str, said: str) -> None:
    Path(chinese.folder / "empty.txt").touch()
    told = chinese(*words.split(), code=None).err
    assert said in told
    assert STRAY.findall(told.partition("\n")[2]) == []
    assert re.findall(r"\b(?:is|are|must|cannot|with|such)\b(?!-)", told.replace("no-such", "")) == []


def test_manual_pages_have_no_english_words_of_usage(chinese: Probe) -> None:
    page = chinese("man", "run").out
    assert "[选项]" in page
    assert "[1 至 1000000]" in page
