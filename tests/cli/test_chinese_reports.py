"""Whatever is shown of a run in Chinese can be read by who knows no English, apart from identifiers."""

import re
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from tests.conftest import Probe

FAULTS = (
    "hang",
    "stall",
    "stall(after=3)",
    "ping_only(gap=100ms)",
    "status(code=429, message=太多请求, retry_after=30s)",
    "status(code=529, message=过载)",
    "reset(when=before)",
    "reset(when=mid)",
    "truncate",
    "truncate(clean=false)",
    "error_event(message=过载)",
    "bad_json",
    "bad_gzip",
    "html_200",
    "refusal_200",
    "empty_200",
    "not_streamed",
    "wrong_model(name=other)",
    "wrong_text(text=不对)",
    "empty_text",
    "redirect(to='http://127.0.0.1:9/')",
    "unclosed_block",
    "orphan_delta",
    "body_never_ends",
    "stop_reason(name=max_tokens)",
    "only_thinking",
    "fake_stream(delay=100ms)",
)
NAMES = {
    "Claude Code",
    "unlabelled gzip",  # causes as gates and exports have them; their words stand beside them
    "not a message",
    "other error",
    "light dark",  # of the page's style
    "Reply with exactly: PROBE",  # the prompt
}
COMMANDS = re.compile(r"\bprobe [a-z]+\b|\bcurl\b.*?(?:\n\n|\Z)", re.DOTALL)
ENGLISH = re.compile(r"(?<![\w./:@=-])[A-Za-z][a-z']+(?:(?:, |: |; | )[A-Za-z]?[a-z']+)+(?![\w/=-])")
TAGS = re.compile(r"<(script|style)\b.*?</\1>|<pre\b.*?</pre>", re.DOTALL)


def english(text: str) -> set[str]:
    """Return the runs of two English words or more that are no names and no commands."""
    return set(ENGLISH.findall(COMMANDS.sub("", text))) - NAMES


def seen(page: str) -> str:
    """Return the texts of a page, with those that are told to readers of screens."""
    body = TAGS.sub("", page)
    told = re.findall(r'(?:title|aria-label|alt|placeholder)="([^"]*)"', body)
    return unescape("\n".join([re.sub(r"<[^>]+>", "\n", body), *told]))


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Probe:
    """Return a folder with a run of which each step met another fault."""
    probe = Probe(tmp_path_factory.mktemp("faulty"), {"PROBE_LANG": "zh"})
    steps = [f"s{number}" for number in range(len(FAULTS))]
    lines = [
        f'  - {{label: {step}, prompt: "回答 PROBE_OK", timeout: 1s, expect: {{equals: PROBE_OK}}}}' for step in steps
    ]
    head = ["schema_version: 1", "name: faulty", "description: 各种故障", "rounds: 1", "steps:"]
    (probe.folder / "faulty.yaml").write_text("\n".join([*head, *lines]))
    faults = [word for step, fault in zip(steps, FAULTS, strict=True) for word in ("--fault", placed(fault, step))]
    said = probe("run", "--driver", "messages", "--scenario", "faulty.yaml", "--target", "embedded", *faults)
    (probe.folder / "said.txt").write_text(said.out + said.err)
    return probe


def placed(fault: str, step: str) -> str:
    name, _, values = fault.partition("(")
    return f"{name}({', '.join(filter(None, (values.removesuffix(')'), f'on={step}')))})"


def test_the_run_says_all_in_chinese(faulty: Probe) -> None:
    said = (faulty.folder / "said.txt").read_text()
    assert english(said) == set()
    assert "运行：" in said
    assert "报告：" in said


@pytest.mark.parametrize("words", [["report"], ["report", "--format", "markdown"], ["report", "-v"], ["ls"]])
def test_reports_are_read_without_english(faulty: Probe, words: list[str]) -> None:
    assert english(faulty(*words, code=None).out) == set()


def test_the_page_is_read_without_english(faulty: Probe) -> None:
    page = faulty("report", "--format", "html", code=None).out
    assert "没有收到任何字节" in page
    assert english(seen(page)) == set()


def test_stories_are_read_without_english(faulty: Probe) -> None:
    told = faulty("explain", "--round", "1").out
    assert english(told) == set()
    for words in ("准备请求", "没有收到任何字节", "次 ping", "提前中断", "无法解析：网页", "请求 ID req_"):
        assert words in told


def test_messages_to_the_operator_are_read_without_english(faulty: Probe) -> None:
    faulty("bundle", "--output", "bundle.zip")
    texts = dict(chinese_members(faulty.folder / "bundle.zip"))
    assert len(texts) == 3
    for name, text in texts.items():
        assert english(seen(text) if name.endswith("html") else text) == set(), name


def chinese_members(path: Path) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(path) as bundle:
        for name in bundle.namelist():
            if ".zh." in name:
                yield name, bundle.read(name).decode()
