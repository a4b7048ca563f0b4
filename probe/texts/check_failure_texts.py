"""Names of failed requests in `probe check`, and what to do about them (`.do`)."""

CHECK_FAILURES: dict[str, tuple[str, str]] = {
    "check.do.measure": (
        "Try again later; `probe run --rounds 30` measures how often it happens.",
        "稍后重试；`probe run --rounds 30` 可以测出发生的频率。",
    ),
    "check.do.operator": ("Send the evidence to the upstream's operator.", "把证据发给上游的运营者。"),
    # by outcome
    "check.outcome.auth": ("the token is refused", "令牌被拒绝"),
    "check.outcome.auth.do": (
        "Check that {token} holds a valid token of this upstream that has not expired.",
        "检查 {token}：其中的令牌必须属于该上游、有效且未过期。",
    ),
    "check.outcome.forbidden": ("access is refused", "访问被拒绝"),
    "check.outcome.forbidden.do": (
        (
            "Ask the upstream's operator whether this token may use this model from this address. Some upstreams admit "
            "Claude Code only; the check recognises them when it makes the client's calls too."
        ),
        (
            "询问上游的运营者：该令牌能否从当前地址使用该模型。"
            "有些上游只允许 Claude Code；让检查也发起客户端调用即可识别。"
        ),
    ),
    "check.outcome.billing": ("the account has no money left", "账号余额不足"),
    "check.outcome.billing.do": (
        "Top up the account that the token in {token} belongs to.",
        "为 {token} 中令牌所属的账号充值。",
    ),
    "check.outcome.bad_request": ("the request is rejected as invalid", "请求被判为无效"),
    "check.outcome.bad_request.do": (
        (
            "Read the evidence: it names what is not accepted. If it is the shape of the request, the upstream does "
            "not support the Messages API as it is, and a translating gateway is needed."
        ),
        "查看证据：其中说明了不接受什么。若是请求格式不被接受，说明上游不支持原样的 Messages API，需要一个转换网关。",
    ),
    "check.outcome.model_not_found": ("no such model or path", "模型或路径不存在"),
    "check.outcome.model_not_found.do": (
        "Compare base_url and model with the upstream's documentation.",
        "对照上游文档检查 base_url 和 model。",
    ),
    "check.outcome.rate_limited": ("too many requests for this token", "该令牌的请求过多"),
    "check.outcome.rate_limited.do": (
        "Wait, lower the concurrency, or raise the token's limits. {measure}",
        "等待、降低并发，或提高令牌限额。{measure}",
    ),
    "check.outcome.server_error": ("the upstream fails internally", "上游内部出错"),
    "check.outcome.server_error.do": ("{measure} {operator}", "{measure}{operator}"),
    "check.outcome.bad_gateway": ("a gateway does not reach its backend", "网关连不上后端"),
    "check.outcome.bad_gateway.do": (
        "Start the gateway's backend, or correct its address there. {measure}",
        "启动网关的后端，或在网关中改正后端地址。{measure}",
    ),
    "check.outcome.overloaded": ("the upstream says that it is overloaded", "上游称自己过载"),
    "check.outcome.overloaded.do": ("{measure}", "{measure}"),
    "check.outcome.api_error": ("an error status without a meaning of its own", "返回了没有特定含义的错误状态码"),
    "check.outcome.api_error.do": (
        "Read the evidence: the error may come from a gateway or a firewall. {operator}",
        "查看证据：错误可能来自网关或防火墙。{operator}",
    ),
    "check.outcome.connection_reset": ("the connection is cut", "连接被切断"),
    "check.outcome.connection_reset.do": (
        "Look for a proxy or gateway on the way that has a limit of its own. {operator}",
        "查找途中自带限制的代理或网关。{operator}",
    ),
    "check.outcome.truncated_stream": ("the answer ends before it is complete", "回答未完整就中断"),
    "check.outcome.truncated_stream.do": (
        "Look for a time or size limit of a proxy: Claude Code asks again, and input is paid for twice. {operator}",
        "查找代理的时间或大小限制：Claude Code 会重新请求，输入要付两次费。{operator}",
    ),
    "check.outcome.stream_error": ("the stream contains an error", "流中出现错误事件"),
    "check.outcome.stream_error.do": ("{measure} {operator}", "{measure}{operator}"),
    "check.outcome.malformed_response": ("the answer cannot be read", "响应无法解析"),
    "check.outcome.malformed_response.do": (
        "Check that base_url is the address of the API and not of a web page, and that nothing rewrites answers.",
        "检查 base_url 是否为 API 地址而非网页，以及途中是否有东西改写响应。",
    ),
    "check.outcome.redirected": ("the upstream redirects to another address", "上游重定向到别处"),
    "check.outcome.redirected.do": ("Set base_url to that address.", "把 base_url 设为该地址。"),
    "check.outcome.timed_out": ("no complete answer in time", "没有及时得到完整回答"),
    "check.outcome.timed_out.do": (
        "Allow more time with --timeout. If it is still not answered, the upstream hangs.",
        "用 --timeout 放宽时限。若仍没有回答，说明上游挂起。",
    ),
    "check.outcome.dns": ("the host name does not resolve", "域名无法解析"),
    "check.outcome.dns.do": ("Check the host in base_url, DNS and VPN.", "检查 base_url 中的主机名、DNS 和 VPN。"),
    "check.outcome.connection_refused": ("nothing listens there", "该地址无服务监听"),
    "check.outcome.connection_refused.do": (
        "Start the upstream, or correct host and port of base_url.",
        "启动上游，或改正 base_url 的主机和端口。",
    ),
    "check.outcome.connect_timeout": ("the connection is never accepted", "连接始终未被接受"),
    "check.outcome.connect_timeout.do": (
        "Check port, firewall and VPN, or set HTTPS_PROXY.",
        "检查端口、防火墙和 VPN，或设置 HTTPS_PROXY。",
    ),
    "check.outcome.tls": ("no trusted TLS connection", "无法建立可信的 TLS 连接"),
    "check.outcome.tls.do": ("See the findings on the network above.", "见上面关于网络的检查结果。"),
    "check.outcome.wrong_answer": ("the answer is not the one asked for", "回答不是所要求的内容"),
    "check.outcome.wrong_answer.do": (
        "Something on the way changes prompts or answers, or the model is too weak to follow: try another model.",
        "途中有东西改写了提示或回答，或模型能力不足：换一个模型试试。",
    ),
    "check.outcome.tool_use": (
        "the upstream asks for a tool where none is needed",
        "上游在不需要工具时要求调用工具",
    ),
    "check.outcome.tool_use.do": (
        "It was refused. Run this upstream's tool calls only if you trust it.",
        "已拒绝。除非信任该上游，否则不要执行其工具调用。",
    ),
    "check.outcome.not_logged_in": ("the client has no token", "客户端没有令牌"),
    "check.outcome.not_logged_in.do": ("Check that {token} is set.", "检查 {token} 是否已设置。"),
    "check.outcome.client_crashed": ("the client ends without a result", "客户端没有给出结果就退出"),
    "check.outcome.client_crashed.do": (
        "Try `claude --print hello` by hand.",
        "手动运行 `claude --print hello` 试试。",
    ),
    # by the words, the status, and who answered
    "check.retry_at.do": (
        (
            "Try again at {when} UTC, in {wait}, as the upstream says; before that only another token or a higher "
            "limit helps."
        ),
        "上游称 UTC 时间 {when}（{wait}后）可重试；在此之前只有换令牌或提高限额才有用。",
    ),
    "check.guarded": (
        "a bot check or a web firewall answers, not the API",
        "应答的是人机验证或 Web 防火墙，而不是 API",
    ),
    "check.guarded.do": (
        "Ask the upstream's operator to let API clients through, or for an address without the check.",
        "请上游的运营者放行 API 客户端，或提供不经验证的地址。",
    ),
    "check.usage_limit": ("a usage limit is reached; it is reset later", "达到用量上限，须等其重置"),
    "check.usage_limit.do": (
        (
            "Wait until it is reset; the evidence may say when. Or raise the limit of the account that the token in "
            "{token} belongs to."
        ),
        "等待重置，证据中可能写明时间；或提高 {token} 中令牌所属账号的限额。",
    ),
    "check.relay_token": (
        "the relay's own upstream probably refuses the relay's token",
        "多半是中转自己的上游拒绝了中转的令牌",
    ),
    "check.relay_token.do": (
        (
            "The relay accepts your token, since its next answer is that its own upstream is in cooldown. Its operator "
            "has to give it a valid token of that upstream."
        ),
        "中转接受了你的令牌，因为它接着答复说自己的上游处于冷却中。须由其运营者换上该上游的有效令牌。",
    ),
    "check.cooldown": (
        "the relay has stopped asking its own upstream for a while after failures",
        "中转因先前失败，暂时不再请求自己的上游（冷却中）",
    ),
    "check.cooldown.do": (
        (
            "The failure before this one is the reason: see the other findings and the relay's log, and check first "
            "the relay's own token and upstream address."
        ),
        "原因在此前的失败：查看其他检查结果和中转日志，先检查中转自己的令牌和上游地址。",
    ),
    "check.concurrency": (
        "more requests or sessions at once than the upstream allows",
        "同时进行的请求或会话超过上游允许的数量",
    ),
    "check.concurrency.do": (
        (
            "Wait until others have ended, or have the limit raised. Claude Code itself sends background requests "
            "beside the main one."
        ),
        "等其他请求结束，或提高限额。Claude Code 自己除主请求外还会发后台请求。",
    ),
    "check.token_refused": (
        "the token is probably refused, though with {how} and not 401",
        "令牌多半被拒绝，但返回的是{how}而不是 401",
    ),
    "check.token_refused.status": ("HTTP {status}", " HTTP {status} "),
    "check.token_refused.error": ("an error", "错误事件"),
    "check.token_refused.litellm": (
        "LiteLLM without a database says this of every token that is not its master key.",
        "没有数据库的 LiteLLM 对除主密钥外的任何令牌都这样答复。",
    ),
    "check.gateway": ("a gateway on the way", "途中的网关"),
    "check.gateway.the": ("the gateway", "网关"),
    "check.gateway_timeout": (
        "{name} waits for its backend and gives up{after}",
        "{name}：等待后端超时，已放弃{after}",
    ),
    "check.gateway_timeout.after": (" after {time}", "（等了 {time}）"),
    "check.gateway_timeout.after_each": (" after {time} at each attempt", "（每次都等了 {time}）"),
    "check.gateway_timeout.do": (
        (
            "Raise the time that {name} waits{setting} well above what an answer takes, or make its backend answer "
            "sooner; pings in the stream keep most gateways waiting."
        ),
        "调高等待时间（{name}{setting}），使其远长于一次回答所需，或让后端更快作答；流中的 ping 能让多数网关继续等待。",
    ),
    "check.gateway_timeout.setting": (" ({setting})", "：{setting}"),
    "check.gateway.aws_balancer": ("an AWS load balancer", "AWS 负载均衡器"),
    "check.gateway.envoy": ("route timeout, 15 s by default", "route timeout，默认 15 s"),
    "check.gateway.cloudflare": ("100 s, longer in some plans", "100 s，部分套餐更长"),
    "check.gateway.aws": ("idle timeout, 60 s by default", "idle timeout，默认 60 s"),
    "check.bad_gateway": ("{name} does not reach its backend", "{name} 连不上后端"),
    "check.bad_gateway.do": (
        "Start the backend of {name}, or correct its address there.",
        "启动 {name} 的后端，或在其中改正后端地址。",
    ),
    "check.bad_gateway.nginx": (
        "nginx also answers 503 for limit_req, limit_conn and maintenance.",
        "nginx 在 limit_req、limit_conn 或维护时也返回 503。",
    ),
    "check.refused_by_page": (
        "access is refused by a web page of {name}, not by the API",
        "拒绝访问的是网页（{name}），而不是 API",
    ),
    "check.gateway.or_firewall": ("a gateway or firewall", "网关或防火墙"),
    "check.refused_by_page.do": (
        (
            "Ask the operator of whatever stands in front of the upstream to let requests from this address to this "
            "path through."
        ),
        "请上游前置设备的运营者放行从当前地址到该路径的请求。",
    ),
    "check.own_address.do": (
        "Check that base_url is the address of the API itself, and that {token} holds a token of it.",
        "检查 base_url 是否为 API 本身的地址，以及 {token} 中是否为其令牌。",
    ),
    "check.server": ("server: {server}", "server：{server}"),
}
