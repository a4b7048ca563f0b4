"""Sentences of other reports, said of requests instead of calls.

A key `requests.X` is said in the place of X where a text is about requests: see `Texts.about_requests`.
"""

REQUESTS: dict[str, tuple[str, str]] = {
    "requests.health.none": ("No request was finished.", "没有任何请求完成。"),
    "requests.health.down.only": ("The only request failed{why}.", "唯一的一个请求失败{why}。"),
    "requests.health.down.all": ("All {n} requests failed{why}.", "{n} 个请求全部失败{why}。"),
    "requests.health.failed": (
        "{failed} of {n} requests failed ({interval})",
        "{n} 个请求中有 {failed} 个失败（{interval}）",
    ),
    "requests.health.recovered": (
        "{recovered} of {n} requests succeeded only because Claude Code silently retried ({interval})",
        "{n} 个请求中有 {recovered} 个只是因为 Claude Code 静默重试才成功（{interval}）",
    ),
    "requests.health.recovered.more": (
        "{recovered} more succeeded only because Claude Code silently retried",
        "另有 {recovered} 个只是因为 Claude Code 静默重试才成功",
    ),
    "requests.health.slow": (
        "None of {n} requests failed, but {slow} took longer than {limit} ({interval}).",
        "{n} 个请求都没有失败，但有 {slow} 个超过 {limit}（{interval}）。",
    ),
    "requests.health.ok": (
        "None of {n} requests failed: the failure rate is below {high} (95 %).",
        "{n} 个请求都没有失败：失败率低于 {high}（置信度 95%）。",
    ),
    "requests.health.unknown.one": (
        "No request failed, but {n} is too few to say OK; {more} more request without a failure would do.",
        "没有请求失败，但只有 {n} 个，还不足以说“正常”；再有 {more} 个不失败的请求即可。",
    ),
    "requests.health.unknown.many": (
        "No request failed, but {n} is too few to say OK; {more} more requests without a failure would do.",
        "没有请求失败，但只有 {n} 个，还不足以说“正常”；再有 {more} 个不失败的请求即可。",
    ),
    "requests.action.one": ("{n} request {what}. {advice}", "{n} 个请求{what}。{advice}"),
    "requests.action.many": ("{n} requests {what}. {advice}", "{n} 个请求{what}。{advice}"),
    "requests.action.recovered.one": (
        "{n} request succeeded only after a silent retry ({kinds}). {advice}",
        "{n} 个请求在静默重试后才成功（{kinds}）。{advice}",
    ),
    "requests.action.recovered.many": (
        "{n} requests succeeded only after a silent retry ({kinds}). {advice}",
        "{n} 个请求在静默重试后才成功（{kinds}）。{advice}",
    ),
    "requests.outcome.timed_out": (
        "nothing of the answer came for a long time, and the client gave up",
        "很久没有收到回答的任何内容，客户端放弃了请求",
    ),
    "requests.outcome.connect_timeout": ("no connection until the client gave up", "直到客户端放弃也未能建立连接"),
    "requests.outcome.interrupted": (
        "the client went away before the answer was whole",
        "回答尚未完整，客户端就断开了",
    ),
    "requests.failed.timed_out": (
        "got nothing of the answer for a long time, until the client gave up",
        "很久没有收到回答的任何内容，直到客户端放弃",
    ),
    "requests.failed.timed_out.no_first_byte": (
        "got no first byte until the client gave up",
        "直到客户端放弃也未收到首字节",
    ),
    "requests.failed.timed_out.ping_only": (
        "got only pings until the client gave up",
        "直到客户端放弃都只收到心跳",
    ),
    "requests.failed.timed_out.stalled_stream": (
        "got part of an answer, which then stalled until the client gave up",
        "收到部分回答后停住，直到客户端放弃",
    ),
    "requests.html.call": ("Request {round}", "请求 {round}"),
    "requests.html.detail": ("Requests", "逐个请求"),
    "requests.html.calls.note": (
        "{shown} of {n} requests, each to be opened: those that failed, recovered or stalled, and the slowest.",
        "{n} 个请求中的 {shown} 个，可逐一展开：失败、补救后成功或停滞的，以及最慢的。",
    ),
    "requests.html.scale.even": (
        "All bars are drawn on one scale, from the beginning of a request to the end of its last attempt.",
        "所有横条使用同一时间刻度，从请求开始到最后一次尝试结束。",
    ),
    "requests.html.scale.compressed": (
        (
            "All bars are drawn on one scale, from the beginning of a request to the end of its last attempt: even up "
            "to {even}, where 95 % of those shown that succeeded have ended, and compressed beyond, up to {end}."
        ),
        (
            "所有横条使用同一时间刻度，从请求开始到最后一次尝试结束："
            "到 {even} 为止均匀（所列成功请求的 95% 已结束），此后压缩，直至 {end}。"
        ),
    ),
    "requests.html.not_recorded": (
        "There is no readable record of the wire for this request.",
        "这个请求没有可读的链路记录。",
    ),
    "requests.html.nothing_to_send": (
        "No request failed, and none had to be retried.",
        "没有请求失败，也没有请求需要重试。",
    ),
    "requests.html.provenance": ("How it was recorded", "记录方式"),
    "requests.report.more": (
        "More: probe report -v, or --format html --output report.html; probe explain tells of what went wrong.",
        "更多：probe report -v，或 --format html --output report.html；probe explain 可讲述出了什么问题。",
    ),
    "requests.story.outcome.unexpected": ("Outcome: {outcome}: {words}", "结果：{outcome}：{words}"),
    "requests.story.on_open_connection": (
        "on a connection that was open before this request",
        "使用此次请求之前已打开的连接",
    ),
    "requests.story.on_idle_connection": (
        "on a connection that was open before this request, and idle for {time}",
        "使用此次请求之前已打开的连接，该连接已空闲 {time}",
    ),
}
