"""`probe.check`: in any thread, without a word, and with nothing left behind."""

import asyncio
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import probe
from probe.api.checking import ShownCheckReport
from probe.api.deep_checking import ShownDeepReport
from probe.errors import UsageError
from probe.model.check_report import CheckReport

pytestmark = pytest.mark.usefixtures("alone")


def wrong(report: CheckReport) -> list[str]:
    return [finding.code for finding in report.findings if finding.severity == "wrong"]


def test_the_embedded_upstream_with_a_client() -> None:
    report = probe.check()
    assert isinstance(report, CheckReport)
    assert not report.wrong, wrong(report)
    assert [call.outcome for call in report.client_calls] == ["ok", "ok"]


def test_what_is_wrong_is_said() -> None:
    report = probe.check("embedded", faults="status(code=402)", client=False, timeout="5s")
    assert report.wrong
    assert report.client is None
    assert report.step_timeout_s == 5.0


def test_while_an_event_loop_runs_as_in_a_notebook() -> None:
    async def cell() -> CheckReport:
        return probe.check(client=False)

    assert not asyncio.run(cell()).wrong


def test_several_at_once() -> None:
    with ThreadPoolExecutor(2) as pool:
        fine, broken = pool.map(lambda faults: probe.check(faults=faults), ((), ("status(code=402)",)))
    assert (fine.wrong, broken.wrong) == (False, True)


def test_the_token_comes_from_the_environment_that_is_given() -> None:
    with pytest.raises(UsageError, match="MY_TOKEN"):
        probe.check(base_url="http://127.0.0.1:9", model="m", token_env="MY_TOKEN", client=False)
    given = {"MY_TOKEN": "sk-made-up-0123456789"}
    report = probe.check(
        base_url="http://127.0.0.1:9", model="m", token_env="MY_TOKEN", client=False, environment=given
    )
    assert report.wrong
    assert "made-up" not in report.model_dump_json()


@pytest.mark.parametrize("timeout", [0, "soon", -1])
def test_a_timeout_that_is_none(timeout: float | str) -> None:
    with pytest.raises(UsageError, match="timeout: "):
        probe.check(timeout=timeout)


def test_an_unknown_target() -> None:
    with pytest.raises(UsageError, match="no target 'nowhere'"):
        probe.check("nowhere")


def test_a_notebook_shows_the_findings_as_text() -> None:
    report = probe.check(faults="status(code=402)", client=False)
    assert isinstance(report, ShownCheckReport)
    assert report._repr_html_().count("<tr>") == len(report.findings) + 1
    finding = report.findings[0].model_copy(update={"evidence": "<script>"})
    assert "&lt;script&gt;" in report.model_copy(update={"findings": (finding,)})._repr_html_()


def test_control_c_ends_it_and_is_raised_again() -> None:
    main = threading.main_thread().ident or 0
    threading.Timer(1.5, signal.pthread_kill, (main, signal.SIGINT)).start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        probe.check(faults="hang", timeout=60)
    assert time.monotonic() - begun < 20


def test_findings_in_chinese() -> None:
    report = probe.check("embedded", faults="status(code=402)", client=False, language="zh")
    assert report.findings[0].title == "账号余额不足"
    with pytest.raises(UsageError, match="'fr' is not one of 'en', 'zh'"):
        probe.check("embedded", client=False, language="fr")


def test_several_targets_are_refused() -> None:
    with pytest.raises(UsageError, match="target: a check takes one target"):
        probe.check(["embedded", "embedded"])  # type: ignore[arg-type]


def test_a_deep_check_returns_the_cases_of_each_target() -> None:
    report = probe.check_deep(["embedded"], only="cache", client=False, faults="no_cache", language="zh")
    (case,) = report.targets[0].cases
    assert (case.name, case.result, case.summary) == ("cache", "fail", "提示从未写入缓存")
    assert isinstance(report, ShownDeepReport)
    assert report._repr_html_().count("<tr>") == 2
    with pytest.raises(UsageError, match="--only: there is no case 'cahce'"):
        probe.check_deep(only="cahce")
