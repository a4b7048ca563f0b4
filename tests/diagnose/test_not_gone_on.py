"""Evidence of calls that were not made, or have a process of its own, in both languages."""

import pytest

from probe.diagnose.not_gone_on import refusal_words, restart_words
from probe.model.choices import Language
from probe.model.observation import Restart, WhyRestarted
from probe.texts import Texts
from probe.texts.phrase import Words
from tests.builders import verdict
from tests.diagnose.client_lines import GOOD, STREAM

RESTARTS = [
    (Restart(WhyRestarted.NO_PROCESS), "there was no process to go on in", "没有可以继续使用的进程"),
    (
        Restart(WhyRestarted.ENDED_BETWEEN, return_code=4, said="that was the last"),
        "the process ended between the two calls (exit code 4): that was the last",
        "进程在两次调用之间结束（退出码 4）：that was the last",
    ),
    (
        Restart(WhyRestarted.ENDED_BEFORE, signal="SIGSEGV", return_code=-11),
        "the process ended in the call before (SIGSEGV)",
        "进程在上一次调用中结束（SIGSEGV）",
    ),
    (
        Restart(WhyRestarted.CLIENT_ENDED, return_code=7),
        "the client ended in the call before (exit code 7)",
        "客户端在上一次调用中结束（退出码 7）",
    ),
    (
        Restart(WhyRestarted.KILLED, waited_s=1.0),
        "the process was killed: it did not end a late answer within 1 s",
        "进程被强制结束：它没有在 1 s 内中止超时的回答",
    ),
]


def both(words: Words) -> tuple[str, str]:
    return Texts().words(words), Texts(Language.ZH).words(words)


@pytest.mark.parametrize(("restart", "english", "chinese"), RESTARTS)
def test_why_a_call_has_a_process_of_its_own(restart: Restart, english: str, chinese: str) -> None:
    assert both(restart_words(restart)) == (english, chinese)
    assert verdict((*STREAM, GOOD), restarted=restart).evidence == english


@pytest.mark.parametrize(
    ("tools", "english", "chinese"), [(("Bash", "Read"), "Bash, Read", " Bash, Read"), ((), "a tool", "工具")]
)
def test_the_tools_whose_refusal_would_have_been_sent_are_named(
    tools: tuple[str, ...], english: str, chinese: str
) -> None:
    told = f"the upstream had asked for {english}, and would have been sent the refusal"
    assert both(refusal_words(tools)) == (told, f"上游此前请求使用{chinese}，继续会话就会把拒绝发给它")
    found = verdict(refused_tools=tools)
    assert (found.outcome, found.evidence) == ("not_continued", told)


def test_a_call_that_went_on_has_nothing_to_say() -> None:
    assert restart_words(None) == ""
