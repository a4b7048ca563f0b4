"""The evidence of calls: what decided an outcome, where it is more than a quotation. Keys are stored, so they stay."""

import re

from probe.model.attempt_ending import GOOD, LEFT_OPEN, STALE, THROWN_AWAY
from probe.texts.phrase import Words, phrase
from probe.texts.unreadable_texts import unreadable_words

_WITH_REASON = re.compile(r"(\w+) \((.+)\)")
_ENDS = {
    "complete": "完整结束",
    "truncated": "提前中断",
    "reset": "连接被重置",
    "client_closed": "客户端关闭了连接",
    "not_connected": "未连接",
    "recorder_limit": "超出记录器的限制",
}
"""Ends of exchanges that are no attempts at an answer."""
_WHOLE = {
    GOOD: "ending.good",
    LEFT_OPEN: "ending.left_open",
    STALE: "ending.stale",
    **{end: f"ending.{end}" for end in _ENDS},
}

EVIDENCE: dict[str, tuple[str, str]] = {
    # how attempts ended; identifiers, such as `529 overloaded_error`, stay as they are
    "ending.good": (GOOD, "正常"),
    "ending.left_open": (LEFT_OPEN, "未结束"),
    "ending.stale": (STALE, "失效的连接"),
    **{f"ending.{end}": (end, chinese) for end, chinese in _ENDS.items()},
    "ending.with_reason": ("{ending} ({reason})", "{ending}（{reason}）"),
    "ending.thrown_away": ("{ending}" + THROWN_AWAY, "{ending}（被客户端丢弃）"),
    "evidence.requests.one": ("1 request: {endings}", "1 次请求：{endings}"),
    "evidence.requests.many": ("{n} requests: {endings}", "{n} 次请求：{endings}"),
    "evidence.then": (", then ", "，然后"),
    "evidence.times": ("{n} x {ending}", "{n} x {ending}"),
    # an exchange
    "evidence.end.truncated": ("truncated", "提前中断"),
    "evidence.end.reset": ("reset", "连接被重置"),
    "evidence.end.client_closed": ("client closed", "客户端关闭了连接"),
    "evidence.end.not_connected": ("not connected", "未连接"),
    "evidence.end.recorder_limit": ("recorder limit", "超出记录器的限制"),
    "evidence.limit": ("limit {limit}", "限额 {limit}"),
    "evidence.unreadable": ("unreadable: {what}", "无法解析：{what}"),
    "evidence.to": ("to {address}", "指向 {address}"),
    "evidence.request_id": ("request id {id}", "请求 ID {id}"),
    "evidence.try_again": ("try again at {when} UTC, {wait} later", "UTC 时间 {when} 可重试，即 {wait} 后"),
    "evidence.bytes_had_come": ("{n} bytes of an answer had come", "回答已收到 {n} 字节"),
    "evidence.given_up_after": ("given up after {time}", "{time} 后放弃"),
    # met its deadline
    "evidence.with_attempts": ("{progress}. {attempts}", "{progress}。{attempts}"),
    "evidence.no_connection": ("no connection was made", "没有建立连接"),
    "evidence.not_sent": ("request not sent whole, no byte came back", "请求没有发完，没有收到任何字节"),
    "evidence.no_first_byte": (
        "request sent after {ms} ms, no byte came back",
        "请求在 {ms} ms 时发出，没有收到任何字节",
    ),
    "evidence.on_idle_connection": (
        "{progress}, on a connection kept idle for {seconds} s before",
        "{progress}；所用连接此前空闲了 {seconds} s",
    ),
    "evidence.only_pings": ("{n} pings and nothing else", "只收到 {n} 次 ping"),
    "evidence.only_pings.one": ("1 ping and nothing else", "只收到 1 次 ping"),
    "evidence.stalled": (
        "{n} content events, the last byte after {ms} ms",
        "{n} 个内容事件，最后一个字节在 {ms} ms 时到达",
    ),
    "evidence.stalled.one": (
        "1 content event, the last byte after {ms} ms",
        "1 个内容事件，最后一个字节在 {ms} ms 时到达",
    ),
    "evidence.retries_announced": (
        "still retrying at the deadline: {n} announced, the last after {error}",
        "到时限时仍在重试：报告了 {n} 次重试，最后一次的原因：{error}",
    ),
    "evidence.still_retrying": (
        "still retrying at the deadline, after {attempts}",
        "到时限时仍在重试，此前为 {attempts}",
    ),
    "evidence.unnamed_error": ("an unnamed error", "未说明的错误"),
    "evidence.message_complete": (
        "the message was complete, but its body may never have ended",
        "消息已完整，但响应体可能始终没有结束",
    ),
    "evidence.last_content": (
        "the last of {n} content events came at {ms} ms",
        "{n} 个内容事件中的最后一个在 {ms} ms 时到达",
    ),
    "evidence.last_content.one": ("the only content event came at {ms} ms", "唯一的内容事件在 {ms} ms 时到达"),
    "evidence.announced": (
        "the request was announced at {ms} ms, and nothing came back",
        "客户端在 {ms} ms 时报告发出请求，之后没有收到任何内容",
    ),
    "evidence.client_does_not_say": (
        "this client does not say whether it waited or retried",
        "这个客户端没有说明是在等待还是在重试",
    ),
    "evidence.client_silent": (
        "the client printed nothing, so it may never have sent a request",
        "客户端没有任何输出，可能从未发出请求",
    ),
    "evidence.body_never_ended": (
        "the message was complete after {ms} ms, and the body of the response never ended",
        "消息在 {ms} ms 时已完整，但响应体始终没有结束",
    ),
    "evidence.no_request": ("the client sent no request for an answer", "客户端没有发出请求"),
    "evidence.answer_complete": ("the answer was complete after {ms} ms", "回答在 {ms} ms 时已完整"),
    "evidence.answer_late": (
        "the answer was complete after {ms} ms, {left} ms before the deadline",
        "回答在 {ms} ms 时已完整，距时限还有 {left} ms",
    ),
    # the client
    "evidence.ended_by_user": ("ended by the user", "被用户中断"),
    "evidence.refused_tool": (
        "the upstream had asked for {tools}, and would have been sent the refusal",
        "上游此前请求使用 {tools}，继续会话就会把拒绝发给它",
    ),
    "evidence.refused_tool.unnamed": (
        "the upstream had asked for a tool, and would have been sent the refusal",
        "上游此前请求使用工具，继续会话就会把拒绝发给它",
    ),
    "evidence.exit_code": ("exit code {code}", "退出码 {code}"),
    "evidence.restarted.no_process": ("there was no process to go on in", "没有可以继续使用的进程"),
    "evidence.restarted.ended_between": (
        "the process ended between the two calls ({how})",
        "进程在两次调用之间结束（{how}）",
    ),
    "evidence.restarted.ended_before": (
        "the process ended in the call before ({how})",
        "进程在上一次调用中结束（{how}）",
    ),
    "evidence.restarted.client_ended": (
        "the client ended in the call before ({how})",
        "客户端在上一次调用中结束（{how}）",
    ),
    "evidence.restarted.killed": (
        "the process was killed: it did not end a late answer within {seconds} s",
        "进程被强制结束：它没有在 {seconds} s 内中止超时的回答",
    ),
    "evidence.restarted.said": ("{why}: {said}", "{why}：{said}"),
    "evidence.ended_by_signal": ("the client was ended by {signal}", "客户端被 {signal} 结束"),
    "evidence.gave_up": ("the client gave up", "客户端放弃了"),
    "evidence.went_away": (
        "the client went away before the answer was whole",
        "客户端在回答完整之前断开",
    ),
    "evidence.bad_exit": ("a good result, then exit code {code}", "结果正常，但退出码为 {code}"),
    "evidence.no_output": ("exit code {code} and no output", "退出码 {code}，没有输出"),
    "evidence.output_stops": ("the output stops before any result", "输出在给出结果之前中断"),
    "evidence.asked_for_tools": ("asked for {tools}", "请求使用 {tools}"),
    "evidence.out_of_turns": (
        "the client ended after one turn without an answer",
        "客户端在一个回合后结束，没有回答",
    ),
    "evidence.stream_broke": ("the stream began and did not end", "流已开始但没有结束"),
    "evidence.client_reports": ("the client reports {subtype}", "客户端报告 {subtype}"),
    "evidence.bypassed": (
        "no request for an answer came to the address that the client was given: {causes}",
        "给客户端的地址没有收到请求：{causes}",
    ),
    "evidence.bypassed.answered": (
        "the client has an answer, and none came from the address that it was given ({endings}): {causes}",
        "客户端得到了回答，但不是来自给它的地址（{endings}）：{causes}",
    ),
    "evidence.bypass_causes": (
        (
            "a wrapper script, an alias or a managed settings file may set ANTHROPIC_BASE_URL, a proxy or another "
            "provider (CLAUDE_CODE_USE_BEDROCK, CLAUDE_CODE_USE_VERTEX)"
        ),
        (
            "包装脚本、别名或受管理的设置文件可能设置了 ANTHROPIC_BASE_URL、代理或其他提供方"
            "（CLAUDE_CODE_USE_BEDROCK、CLAUDE_CODE_USE_VERTEX）"
        ),
    ),
    # the answer
    "evidence.asked_and_served": ("asked for {asked}, served by {served}", "请求的是 {asked}，作答的是 {served}"),
    "evidence.expected_model": ("expected {expected}, served by {served}", "预期 {expected}，作答的模型：{served}"),
    "evidence.no_model_named": ("no model that was named", "未说明的模型"),
    "evidence.thrown_away": ("{evidence}; the client threw away what came", "{evidence}；客户端丢弃了收到的内容"),
    "evidence.expected": ("expected {wanted}, got {answer}", "预期 {wanted}，实际为 {answer}"),
    "evidence.expected_with": ("expected something with {wanted}, got {answer}", "预期包含 {wanted}，实际为 {answer}"),
    "evidence.only_thinking": ("nothing but thinking came", "只收到了思考内容"),
    "evidence.n_requests": ("{n} requests", "{n} 次请求"),
    "evidence.output_limit": (
        "the limit is what the client asks for: CLAUDE_CODE_MAX_OUTPUT_TOKENS sets it",
        "上限由客户端请求，可用 CLAUDE_CODE_MAX_OUTPUT_TOKENS 设置",
    ),
    # recovered
    "evidence.followed": (
        "{attempts}, which the client followed past the recorder",
        "{attempts}，客户端随之绕过了记录器",
    ),
    "evidence.retried.one": ("retried once, after {errors}", "重试了 1 次，原因：{errors}"),
    "evidence.retried.many": ("retried {n} times, after {errors}", "重试了 {n} 次，原因：{errors}"),
    "evidence.stream_again": (
        "a stream began and broke; the answer came by another request",
        "一个流开始后中断，回答来自另一次请求",
    ),
}


def ending_words(ending: str) -> Words:
    """Return how an attempt ended, in words; what is an identifier or a status stays as it is."""
    if ending in _WHOLE:
        return phrase(_WHOLE[ending])
    if ending.endswith(THROWN_AWAY):
        return phrase("ending.thrown_away", ending=ending_words(ending.removesuffix(THROWN_AWAY)))
    with_reason = _WITH_REASON.fullmatch(ending)
    if with_reason:
        return phrase("ending.with_reason", ending=with_reason[1], reason=unreadable_words(with_reason[2]))
    return ending
