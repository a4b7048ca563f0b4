"""Findings of `probe check` on endpoints: the Messages API, its answers, and what else an upstream offers."""

_NOTHING = ("Nothing to do: Claude Code does not need them.", "无需处理：Claude Code 不需要它们。")

CHECK_ENDPOINTS: dict[str, tuple[str, str]] = {
    "check.mode.stream": ("with a stream", "流式"),
    "check.mode.whole": ("without a stream", "非流式"),
    "check.code.unread": ("HTTP 200, {what}", "HTTP 200，{what}"),
    "check.page_reads": ("{evidence}; the page reads: {words}", "{evidence}；页面内容：{words}"),
    "check.with_cause": ("{title} ({cause})", "{title}（{cause}）"),
    "check.in_time": ("{time} {mode}", "{mode} {time}"),
    # the Messages API answers
    "check.messages": ("the Messages API answers", "Messages API 正常应答"),
    "check.auth.both": ("the token is accepted as {used} and as {unused}", "令牌用 {used} 和 {unused} 发送都被接受"),
    "check.auth.header": ("the token is accepted as {used}", "令牌用 {used} 发送被接受"),
    "check.auth.header.seen": ("as {unused}: {code}", "用 {unused}：{code}"),
    "check.no_encryption": ("the token is sent over the network unencrypted", "令牌在网络上明文传输"),
    "check.no_encryption.do": ("Use https://, or a tunnel.", "使用 https:// 或隧道。"),
    # it does not
    "check.softened.client": (
        "{title}; Claude Code was served a moment later",
        "{title}；但稍后 Claude Code 得到了正常应答",
    ),
    "check.softened.again": ("{title}; the second attempt was answered", "{title}；再次请求得到了应答"),
    "check.only_mode": ("{title}, only {mode}", "{title}（仅{mode}）"),
    "check.mode_of": ("{title}, {mode}", "{title}（{mode}）"),
    "check.claude_code_only": (
        "the upstream serves Claude Code only: plain HTTP is refused, the client is served",
        "上游只允许 Claude Code：普通 HTTP 被拒绝，客户端得到应答",
    ),
    "check.claude_code_only.do": (
        "This is no fault. Measure it with the real client, as `probe run` does.",
        "这不是故障。请像 `probe run` 那样用真实客户端测量。",
    ),
    "check.needs_tls": ("the server speaks TLS", "服务器使用 TLS"),
    "check.set_base_url": ("Set base_url to {url}", "把 base_url 设为 {url}"),
    "check.set_base_url.trust": (
        "Set base_url to {url} if {host} may have your token",
        "把 base_url 设为 {url} （前提是可以把令牌交给 {host}）",
    ),
    "check.http2_only": ("the upstream speaks HTTP/2 only", "上游只支持 HTTP/2"),
    "check.http2_only.where": ("{where} speaks HTTP/2 only", "{where} 只支持 HTTP/2"),
    "check.http2_only.seen": ("{evidence}; it answers HTTP/2", "{evidence}；它以 HTTP/2 应答"),
    "check.http2_only.do": (
        (
            "Claude Code speaks HTTP/1.1. The upstream's operator has to enable it on that port, or put a gateway in "
            "front."
        ),
        "Claude Code 使用 HTTP/1.1。须由上游的运营者在该端口启用它，或在前面加一个网关。",
    ),
    "check.base_url": ("the API is not at {base_url}, but at {found}", "API 不在 {base_url}，而在 {found}"),
    "check.base_url.seen": (
        "{base_url}/v1/messages: {evidence}; {found}/v1/messages: {code}{words}",
        "{base_url}/v1/messages：{evidence}；{found}/v1/messages：{code}{words}",
    ),
    "check.base_url.says": (" (it says: {said})", "（其答复：{said}）"),
    "check.auth_header": (
        "the token is accepted as {accepted} only, but was sent as {used}",
        "令牌只能用 {accepted} 发送，而这次用的是 {used}",
    ),
    "check.auth_header.seen": ("{evidence}; with {accepted} HTTP 200", "{evidence}；用 {accepted} 则为 HTTP 200"),
    "check.auth_header.do": (
        (
            'Set auth = "{auth}" in the [targets.NAME] table of probe.toml; for Claude Code itself, put the token into '
            "{accepted} and unset {used}."
        ),
        (
            '在 probe.toml 的 [targets.NAME] 中设置 auth = "{auth}"；'
            "对 Claude Code 本身，把令牌放入 {accepted} 并取消设置 {used}。"
        ),
    ),
    "check.model_denied": ("this token may not use the model {model}", "该令牌无权使用模型 {model}"),
    "check.model_unknown": ("the upstream does not serve the model {model}", "上游不提供模型 {model}"),
    "check.chat_only": (
        "there are chat completions, but no Messages API, which Claude Code needs",
        "只有 chat completions，没有 Claude Code 所需的 Messages API",
    ),
    "check.chat_only.seen": ("{evidence}; {url}: {code}", "{evidence}；{url}：{code}"),
    "check.chat_only.do": (
        "Put a gateway in between that translates the Messages API, or ask the operator for an address with it.",
        "在中间加一个能转换 Messages API 的网关，或向运营者索取支持它的地址。",
    ),
    "check.chat_only.measure": (
        "`probe run --base-url {base} --driver chat-completions` measures what is there.",
        "`probe run --base-url {base} --driver chat-completions` 可以测量现有的接口。",
    ),
    "check.no_messages": ("there is no Messages API at this address", "该地址没有 Messages API"),
    "check.no_messages.do": (
        "Compare base_url with the upstream's documentation: Claude Code adds /v1/messages to it.",
        "对照上游文档检查 base_url：Claude Code 会在其后加上 /v1/messages。",
    ),
    "check.chat_at_messages": (
        "a chat completion comes where a message was asked for",
        "请求的是 message，返回的却是 chat completion",
    ),
    "check.chat_at_messages.do": (
        "The gateway passes the answer on as it is: its operator has to have it translated to the Messages API.",
        "网关原样转发了响应：须由其运营者转换为 Messages API 格式。",
    ),
    "check.redirect.no_address": (
        "The redirect names no address: ask the upstream's operator for the one of the Messages API.",
        "重定向没有给出地址：请向上游的运营者索取 Messages API 的地址。",
    ),
    "check.redirect.same_path": (
        (
            "No other base_url helps, since Claude Code adds exactly /v1/messages to it: the upstream's operator has "
            "to serve that path itself."
        ),
        "换别的 base_url 也没用，因为 Claude Code 只会在其后加 /v1/messages：须由上游的运营者直接提供该路径。",
    ),
    "check.redirect.elsewhere": (
        (
            "It redirects to no address of an API, perhaps to a login page: compare base_url with the upstream's "
            "documentation."
        ),
        "重定向的目标不是 API 地址，可能是登录页：对照上游文档检查 base_url。",
    ),
    # by outcome, more precisely
    "check.wait.no_first_byte": (
        "the request is accepted, and no byte comes within a step of this check (--timeout)",
        "请求已被接受，但在检查的单步时限（--timeout）内没有返回任何字节",
    ),
    "check.wait.ping_only": (
        "only pings or comments come within a step of this check (--timeout)",
        "在检查的单步时限（--timeout）内只收到 ping 或注释",
    ),
    "check.wait.body_never_ends": (
        "the message is complete, but the body of the response does not end (--timeout)",
        "消息已完整，但响应体在单步时限（--timeout）内没有结束",
    ),
    "check.wait.stalled_stream": (
        "the answer begins and then stalls for as long as a step of this check may take (--timeout)",
        "回答开始后停滞，直到检查的单步时限（--timeout）",
    ),
    "check.slow_stream": ("the answer was still coming when time was up", "到时限时回答仍在传输"),
    "check.slow_stream.do": (
        (
            "Allow more time with --timeout to see its end; if it has none, the upstream never stops. "
            "`probe run --scenario streaming` measures it."
        ),
        (
            "用 --timeout 放宽时限，看它是否结束；若始终不结束，"
            "说明上游不会停止。可用 `probe run --scenario streaming` 测量。"
        ),
    ),
    "check.auth_elsewhere": (
        "the token is refused here, though it is accepted elsewhere",
        "令牌在这里被拒绝，但在其他接口被接受",
    ),
    "check.auth_elsewhere.seen": (
        "{evidence}; with the same token HTTP 200 from {paths}",
        "{evidence}；同一令牌访问 {paths} 返回 HTTP 200",
    ),
    "check.auth_elsewhere.do": (
        "The token is valid: ask the operator whether it may use the Messages API with this model.",
        "令牌有效：询问运营者它能否用 Messages API 访问该模型。",
    ),
    "check.malformed.seen": ("{evidence}; it reads: {body}", "{evidence}；内容为：{body}"),
    "check.error_as_200": ("an error is returned as HTTP 200", "错误以 HTTP 200 返回"),
    # the answers
    "check.empty_answer": ("the answer is empty", "回答为空"),
    "check.wrong_answer.seen": ("{mode} asked for {asked}, got {got}", "{mode}：要求 {asked}，得到 {got}"),
    "check.wrong_answer.numbers": ("the numbers from 1 to 40", "1 到 40 的数字"),
    "check.no_usage": ("the answers do not report token usage", "回答没有报告 token 用量"),
    "check.no_usage.seen": ("no `usage` {modes}", "没有 `usage`：{modes}"),
    "check.no_usage.of_call": ("no `usage` in the answer of {label}", "{label} 的回答没有 `usage`"),
    "check.no_usage.do": (
        (
            "The upstream's operator has to pass `usage` on in message_start and message_delta: Claude Code reads it "
            "as 0, so its context meter and cost stay at 0, and it does not know when to compact."
        ),
        (
            "须由上游的运营者在 message_start 和 message_delta 中透传 `usage`：否则 Claude Code 视为 0，"
            "上下文计量和费用一直为 0，也不知道何时该压缩。"
        ),
    ),
    "check.streamed_unasked": ("a stream comes where none was asked for", "没有要求流式，却返回了流"),
    "check.streamed_unasked.seen": ('with "stream": false {type}', '"stream": false 时返回 {type}'),
    "check.streamed_unasked.do": (
        (
            "Claude Code asks without a stream when one breaks, and cannot read this: the upstream's operator has to "
            "answer such requests with one JSON message."
        ),
        "流中断后 Claude Code 会改用非流式请求，无法解析这种响应：须由上游的运营者以单个 JSON 消息作答。",
    ),
    # what else it offers
    "check.model.listed": (
        "It is listed all the same: ask the operator whether this token may use it, and whether it is up.",
        "但它在模型列表中：询问运营者该令牌能否使用它、它是否在线。",
    ),
    "check.model.similar": ("Did you mean {model}? Set model to {model}", "是否指 {model}？请把 model 设为 {model}"),
    "check.model.similar.others": (
        "Did you mean {model}? Set model to {model} (or {others})",
        "是否指 {model}？请把 model 设为 {model}（或 {others}）",
    ),
    "check.model.choose": ("Set model to one that is listed: {names}", "把 model 设为列表中的一个：{names}"),
    "check.model.spelling": (
        "Ask the operator how the model is spelled here: dots, dashes, case, dates and prefixes count.",
        "询问运营者该模型在此处的写法：点、连字符、大小写、日期和前缀都有区别。",
    ),
    "check.models_unreadable": ("the list of models cannot be read", "模型列表无法解析"),
    "check.models_absent": ("the upstream does not list its models", "上游不提供模型列表"),
    "check.models_fail": ("the list of models is refused or does not come", "模型列表被拒绝或没有返回"),
    "check.no_list.do": (
        "Nothing to do: Claude Code does not ask for the list.",
        "无需处理：Claude Code 不请求该列表。",
    ),
    "check.model_listed": ("{model} is listed, one of {n}", "{model} 在模型列表中（共 {n} 个）"),
    "check.model_not_listed": ("{model} is served, though it is not listed", "{model} 可用，但不在模型列表中"),
    "check.model_not_listed.seen": ("{n} models are listed", "列表中有 {n} 个模型"),
    "check.model_not_listed.similar": (
        "{n} models are listed, among them {names}",
        "列表中有 {n} 个模型，其中有 {names}",
    ),
    "check.model_not_listed.do": (
        "Make sure that it is the model you mean: compare the model that the answer names.",
        "确认它就是你要的模型：对照回答中写明的模型。",
    ),
    "check.count_tokens_absent": ("tokens cannot be counted", "无法计算 token 数"),
    "check.count_tokens_absent.seen": (
        "POST /v1/messages/count_tokens: {code}",
        "POST /v1/messages/count_tokens：{code}",
    ),
    "check.count_tokens_absent.missing": (
        "POST /v1/messages/count_tokens: {code}, no input_tokens",
        "POST /v1/messages/count_tokens：{code}，没有 input_tokens",
    ),
    "check.count_tokens_absent.do": (
        "Nothing to do: Claude Code estimates instead.",
        "无需处理：Claude Code 会自行估算。",
    ),
    "check.chat": ("chat completions answer too", "chat completions 也可用"),
    "check.chat_absent": ("there are no chat completions", "没有 chat completions"),
    "check.chat_fails": ("chat completions fail", "chat completions 失败"),
    "check.at_path": ("{path}: {code}", "{path}：{code}"),
    "check.chat.do": _NOTHING,
}
