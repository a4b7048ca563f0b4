"""Reasons why the body of a response is no answer, and faults of a stream, found by the English that is stored."""

import re
from functools import cache
from string import Formatter

from probe.texts.phrase import Words, phrase

UNREADABLE: dict[str, tuple[str, str]] = {
    "unreadable.html": ("html", "网页"),
    "unreadable.empty": ("empty", "内容为空"),
    "unreadable.not_a_message": ("not a message", "不是消息"),
    "unreadable.unlabelled": ("unlabelled {name}", "未声明的 {name}"),
    "unreadable.long_head": ("head too long", "响应头过长"),
    "unreadable.not_http": ("not http", "不是 HTTP"),
    # Messages events
    "unreadable.unnamed_events": ("unnamed events", "事件没有名称"),
    "unreadable.text_in_start": ("text in content_block_start", "文字在 content_block_start 中"),
    "unreadable.no_reason": ("no message_delta, so no stop_reason", "没有 message_delta，因此没有 stop_reason"),
    "unreadable.no": ("no {name}", "没有 {name}"),
    "unreadable.twice": ("{kind} twice", "{kind} 出现两次"),
    "unreadable.after": ("{kind} after {name}", "{name} 之后还有 {kind}"),
    "unreadable.before": ("{kind} before {name}", "{name} 之前就有 {kind}"),
    "unreadable.no_message": ("message_start without a message", "message_start 中没有消息"),
    "unreadable.no_type": ("content_block_delta without a type", "content_block_delta 没有类型"),
    "unreadable.without": ("{kind} without {name}", "{kind} 之前没有 {name}"),
    "unreadable.wrong_block": ("{kind} in a {name} block", "{name} 块中有 {kind}"),
    "unreadable.no_kind": ("an event is called {name} and holds no type", "名为 {name} 的事件没有类型"),
    "unreadable.wrong_name": ("an event is called {name} and holds {kind}", "名为 {name} 的事件内容是 {kind}"),
    # chunks of chat completions
    "unreadable.no_done": ("no [DONE] at the end", "结尾没有 [DONE]"),
    "unreadable.after_done": ("a chunk after [DONE]", "[DONE] 之后还有数据"),
    "unreadable.error": ("an error inside the stream", "流中有错误"),
}
"""A name that is not here, such as `json`, `sse` or `gzip`, stays as it is."""


def unreadable_words(why: str) -> Words:
    """Return why a body is no answer, in words; a name, and what nobody here has said, as it is."""
    for pattern, key in _patterns():
        found = pattern.fullmatch(why)
        if found:
            return phrase(key, **found.groupdict())
    return why


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    return [(_pattern(english), key) for key, (english, _) in UNREADABLE.items()]


def _pattern(english: str) -> re.Pattern[str]:
    parts = (
        re.escape(literal) + (rf"(?P<{name}>\w+)" if name else "") for literal, name, *_ in Formatter().parse(english)
    )
    return re.compile("".join(parts))
