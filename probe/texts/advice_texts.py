"""Remedies of failures, by outcome; `.passing` where later calls succeeded, else by cause where that helps."""

ADVICE: dict[str, tuple[str, str]] = {
    "advice.the_host": ("the relay", "中转"),
    "advice.the_base_url": ("the base URL", "基础 URL"),
    "advice.the_model": ("the model", "该模型"),
    "advice.timed_out": (
        "Send the relay's operator the times and request ids in the report and ask what its upstream was doing then.",
        "把报告中的时间和请求 ID 发给中转的运营者，请其查明当时其上游在做什么。",
    ),
    "advice.timed_out.no_first_byte": (
        "The relay accepted the request and stayed silent: send its operator the times and request ids in the report.",
        "中转收下了请求却没有任何回应：把报告中的时间和请求 ID 发给其运营者。",
    ),
    "advice.timed_out.ping_only": (
        (
            "The relay kept the connection open but sent no answer: send its operator the times and request ids in the "
            "report."
        ),
        "中转只维持连接，没有给出回答：把报告中的时间和请求 ID 发给其运营者。",
    ),
    "advice.timed_out.stalled_stream": (
        "The answer stopped halfway: send the relay's operator the times and request ids in the report.",
        "回答中途停住：把报告中的时间和请求 ID 发给中转的运营者。",
    ),
    "advice.timed_out.body_never_ends": (
        "The relay does not end its responses: ask its operator to close the stream after `message_stop`.",
        "中转不结束响应：请其运营者在 `message_stop` 之后关闭流。",
    ),
    "advice.timed_out.late_answer": (
        "The answer came just before the deadline: raise `--timeout`, or ask the relay's operator why it is slow.",
        "回答在时限前一刻才到：延长 `--timeout`，或请中转的运营者说明为何这么慢。",
    ),
    "advice.timed_out.no_request": (
        "Claude Code sent no request: run `probe check` to see whether it starts on this machine.",
        "Claude Code 没有发出请求：运行 `probe check`，看它在本机能否启动。",
    ),
    "advice.timed_out.connect_timeout": (
        "No connection was made: check port, firewall and VPN, or set HTTPS_PROXY.",
        "没有建立连接：检查端口、防火墙和 VPN，或设置 HTTPS_PROXY。",
    ),
    "advice.timed_out.unknown": (
        "Run again with the recorder, which sees what the client does not report.",
        "请启用记录器重新运行，它能看到客户端没有说明的内容。",
    ),
    "advice.auth": (
        "Check the token: it must belong to {host} and must not have expired.",
        "检查令牌：它必须属于 {host}，且没有过期。",
    ),
    "advice.auth.passing": (
        (
            "Other calls succeeded with the same token, so the relay refuses it only sometimes: ask its operator "
            "which key or server does."
        ),
        "同一令牌的其他调用成功，说明中转只是有时拒绝：请其运营者查明是哪个密钥或服务器。",
    ),
    "advice.forbidden": (
        "Ask the operator of {host} whether this account may use {model} from this address.",
        "询问 {host} 的运营者：该账号能否从当前地址使用 {model}。",
    ),
    "advice.forbidden.passing": (
        "Other calls were accepted: ask the relay's operator which server refuses, and why.",
        "其他调用没有被拒绝：请中转的运营者查明是哪台服务器拒绝以及原因。",
    ),
    "advice.billing": (
        "Top up the account that this token belongs to, or use another token.",
        "为该令牌所属的账号充值，或换一个令牌。",
    ),
    "advice.bad_request": (
        "The evidence below names what {host} does not accept; a relay must take Claude Code's requests as they are.",
        "下面的证据说明了 {host} 不接受什么；中转必须原样接受 Claude Code 的请求。",
    ),
    "advice.model_not_found": (
        "Check base URL and model: {host} does not know {model} under {base_url}.",
        "检查基础 URL 和模型：{host} 在 {base_url} 下不提供 {model}。",
    ),
    "advice.model_not_found.passing": (
        "Other calls found the model: one of the relay's servers or channels does not have it; tell its operator.",
        "其他调用能找到该模型：中转的某个服务器或渠道没有它，请告知其运营者。",
    ),
    "advice.rate_limited": (
        "Wait, send fewer requests at a time, or ask for higher limits.",
        "等待、减少并发，或申请提高限额。",
    ),
    "advice.rate_limited.usage_limit": (
        "The account's quota is used up: wait until it is reset, or use another token.",
        "账号的用量已用完：等待重置，或换一个令牌。",
    ),
    "advice.server_error": (
        "The relay reports an internal error: send its operator the times and request ids in the report.",
        "中转报告内部错误：把报告中的时间和请求 ID 发给其运营者。",
    ),
    "advice.bad_gateway": (
        (
            "The relay, or a gateway in front of it, cannot reach its upstream: send its operator the times and "
            "request ids in the report."
        ),
        "中转或其前面的网关连不上上游：把报告中的时间和请求 ID 发给其运营者。",
    ),
    "advice.overloaded": (
        "The relay says that it is overloaded: ask its operator for capacity, or use it at other times.",
        "中转称自己过载：请其运营者扩容，或换个时段使用。",
    ),
    "advice.api_error": (
        "The evidence below has the error: it may be the relay's, a gateway's or a firewall's.",
        "下面的证据中有该错误：它可能来自中转、网关或防火墙。",
    ),
    "advice.stale_connection": (
        (
            "Connections that the client keeps open are closed while they are idle, by the relay or on the way, and it "
            "finds out only when it asks: on a new connection the relay answers. Raise the idle timeout of the relay, "
            "its load balancer or the NAT beyond your pauses, or expect a silent retry after each."
        ),
        (
            "客户端保持的连接在空闲时被中转或途中设备关闭，要到再次请求时才会发现；换新连接后中转正常作答。"
            "请把中转、其负载均衡或 NAT 的空闲超时调得比停顿更长，否则每次停顿后都会有一次静默重试。"
        ),
    ),
    "advice.connection_reset": (
        (
            "The connection was cut by the relay, or by a proxy or firewall on the way: measure from another network "
            "to tell which."
        ),
        "连接被切断：可能是中转，也可能是途中的代理或防火墙。换一个网络再测即可区分。",
    ),
    "advice.truncated_stream": (
        "Answers end too early: ask the relay's operator about a time or size limit of its proxy.",
        "回答过早结束：请中转的运营者检查其代理的时间或大小限制。",
    ),
    "advice.stream_error": (
        "The relay sent an error inside the stream: send its operator the times and request ids in the report.",
        "中转在流中发送了错误：把报告中的时间和请求 ID 发给其运营者。",
    ),
    "advice.malformed_response": (
        (
            "Check that {base_url} is the address of the API, not of a web page, and that nothing on the way "
            "rewrites answers."
        ),
        "检查 {base_url} 是否为 API 地址而非网页，以及途中是否有东西改写响应。",
    ),
    "advice.stopped_early": (
        "The model stopped before it answered: the cause below says why.",
        "模型没有答完就停止：原因见下。",
    ),
    "advice.wrong_answer": (
        "The relay changes prompts or answers, or the model is too weak to follow: try another model.",
        "中转改写了提示或回答，或模型能力不足：换一个模型试试。",
    ),
    "advice.wrong_answer.empty": (
        "The relay answers without text: send its operator the times and request ids in the report.",
        "中转的回答没有文字：把报告中的时间和请求编号发给其运营者。",
    ),
    "advice.wrong_model": (
        "Another model answered than the scenario expects: ask the relay's operator how it maps {model}.",
        "作答的模型与场景预期的不同：请中转的运营者说明 {model} 映射到什么。",
    ),
    "advice.tool_use": (
        "The relay asked for a tool where none is needed; probe refused. Run its tool calls only if you trust it.",
        "中转在不需要工具时要求调用工具，probe 已拒绝。除非信任它，否则不要执行其工具调用。",
    ),
    "advice.not_continued": (
        "The relay had asked for a tool in this session, so the session was not continued.",
        "中转在该会话中要求过工具，因此没有继续该会话。",
    ),
    "advice.redirected": (
        "Set the base URL to the address that {host} points to; Claude Code may not send its token there.",
        "把基础 URL 改为 {host} 指向的地址；Claude Code 可能不会把令牌发到那里。",
    ),
    "advice.dns": (
        "Check the spelling of {host}; if it is right, check DNS and VPN.",
        "检查 {host} 的拼写；若无误，检查 DNS 和 VPN。",
    ),
    "advice.dns.passing": (
        "The name resolves only sometimes: check the DNS servers of this network.",
        "域名只是有时能解析：检查本网络的 DNS 服务器。",
    ),
    "advice.connection_refused": (
        "Nothing listens at {host}: check the port of the base URL; if it is right, the relay is not running.",
        "{host} 没有服务监听：检查基础 URL 的端口；若无误，则中转没有运行。",
    ),
    "advice.connection_refused.passing": (
        "The relay accepts connections only sometimes: ask its operator about restarts.",
        "中转只是有时接受连接：请其运营者检查是否重启。",
    ),
    "advice.connect_timeout": (
        "No connection was made: check port, firewall and VPN, or set HTTPS_PROXY.",
        "没有建立连接：检查端口、防火墙和 VPN，或设置 HTTPS_PROXY。",
    ),
    "advice.connection_failed": (
        "Run `probe check`: it shows which step of the connection fails.",
        "运行 `probe check`：它会显示连接在哪一步失败。",
    ),
    "advice.tls": (
        "Run `probe check`: it shows what is wrong with the certificate of {host}, and whose it is.",
        "运行 `probe check`：它会显示 {host} 的证书有什么问题、是谁的证书。",
    ),
    "advice.client_missing": (
        "Claude Code could not be started: install it, or name it with `--client`.",
        "无法启动 Claude Code：请安装它，或用 `--client` 指定。",
    ),
    "advice.client_crashed": (
        "Claude Code ended without a result: `probe explain` shows what it printed.",
        "Claude Code 没有给出结果就退出：`probe explain` 会显示其输出。",
    ),
    "advice.invalid_output": (
        "Claude Code's output could not be read: `probe explain` shows it.",
        "无法解析 Claude Code 的输出：`probe explain` 会显示它。",
    ),
    "advice.client_hung_after_result": (
        "Claude Code had its answer and did not exit: try another version.",
        "Claude Code 已得到回答却没有退出：换一个版本试试。",
    ),
    "advice.session_in_use": (
        "Claude Code refused a session id that already exists: this is the client's rule, not the relay's fault.",
        "Claude Code 拒绝使用已存在的会话 ID：这是客户端的规则，不是中转的问题。",
    ),
    "advice.session_not_found": (
        "Claude Code found no session to resume, most likely because the call before it failed.",
        "Claude Code 找不到可恢复的会话，多半是因为前一次调用失败。",
    ),
    "advice.not_logged_in": (
        "Claude Code had no token: set the variable that holds it, or name it with `--token-env`.",
        "Claude Code 没有令牌：设置存放令牌的变量，或用 `--token-env` 指定。",
    ),
    "advice.client_usage": (
        "This version of Claude Code does not know an option that probe uses: try a newer one.",
        "该版本的 Claude Code 不认识 probe 使用的某个选项：换一个更新的版本。",
    ),
    "advice.recorder_bypassed": (
        "Claude Code did not use the base URL that it was given: look for settings that override it.",
        "Claude Code 没有使用所给的基础 URL：查找覆盖它的设置。",
    ),
    "advice.ok": (
        "The call succeeded where the scenario expects a refusal: this version of the client behaves differently.",
        "调用成功了，而场景预期被拒绝：该版本客户端的行为不同。",
    ),
    "advice.recovered": (
        "Users see this as slowness: send the relay's operator the times and request ids in the report.",
        "用户感到的是变慢：把报告中的时间和请求 ID 发给中转的运营者。",
    ),
}
