"""Findings of `probe check` on the network, on streams and on models."""

_EXPIRED_DO = (
    "The upstream's operator has to renew it; check that this machine's clock is right.",
    "须由上游的运营者更新证书；并检查本机时钟是否准确。",
)

CHECK_WAY: dict[str, tuple[str, str]] = {
    # the network
    "check.proxy_unusable": (
        "probe cannot use the configured proxy, so the upstream was not asked anything",
        "probe 无法使用所设的代理，因此没有请求上游",
    ),
    "check.proxy_unusable.do": (
        "Set an http:// proxy in that variable, or add the upstream's host to NO_PROXY.",
        "在该变量中设置 http:// 代理，或把上游主机加入 NO_PROXY。",
    ),
    "check.way.direct": ("{place} is reached directly", "可直接连接 {place}"),
    "check.way.proxy": ("{place} is reached through the proxy {proxy}", "可通过代理 {proxy} 连接 {place}"),
    "check.proxy_used": ("a proxy is used", "使用了代理"),
    "check.proxy_used.seen": (
        "{proxy}, set by {variable}; Claude Code uses it too",
        "{proxy}，由 {variable} 设置；Claude Code 也会使用它",
    ),
    "check.proxy_used.do": (
        "If that is not intended, add the upstream's host to NO_PROXY.",
        "若非本意，把上游主机加入 NO_PROXY。",
    ),
    "check.slow_way": ("connecting is slow", "建立连接很慢"),
    "check.slow_way.do": (
        "Look at the resolver (dns), at the network or the proxy (tcp), at the server's load (tls).",
        "检查域名解析（dns）、网络或代理（tcp）、服务器负载（tls）。",
    ),
    "check.tls_unverified": ("certificates are not verified", "未验证证书"),
    "check.tls_unverified.do": (
        (
            "Unset it, and name the authority's file in NODE_EXTRA_CA_CERTS instead: without verification, anybody on "
            "the network path can read the token."
        ),
        "取消该设置，改用 NODE_EXTRA_CA_CERTS 指定 CA 证书文件：不验证证书时，链路上任何人都能读到令牌。",
    ),
    "check.tls_expires_soon": ("the certificate expires soon", "证书即将过期"),
    "check.tls_expires_soon.seen": ("valid until {until}", "有效期至 {until}"),
    "check.tls_expires_soon.do": ("The upstream's operator has to renew it.", "须由上游的运营者更新证书。"),
    "check.step_failed": ("{category}: {detail}", "{category}：{detail}"),
    "check.step_failed.after": ("{category} after {time}: {detail}", "{category}，{time} 后：{detail}"),
    "check.tls_not_spoken": ("{where} does not speak TLS", "{where} 不使用 TLS"),
    "check.tls_old": ("{where} does not speak TLS 1.2 or later", "{where} 不支持 TLS 1.2 及以上版本"),
    "check.tls_old.do": (
        "The upstream's operator has to enable TLS 1.2 or 1.3.",
        "须由上游的运营者启用 TLS 1.2 或 1.3。",
    ),
    "check.tls.trust": (
        "Set NODE_EXTRA_CA_CERTS to a PEM file with the certificate of the upstream's authority.",
        "把 NODE_EXTRA_CA_CERTS 设为含有上游 CA 证书的 PEM 文件。",
    ),
    "check.tls_expired": ("the certificate has expired", "证书已过期"),
    "check.tls_expired.on": ("the certificate expired on {until}", "证书已于 {until} 过期"),
    "check.tls_expired.do": _EXPIRED_DO,
    "check.tls_not_yet_valid": ("the certificate is not valid yet", "证书尚未生效"),
    "check.tls_not_yet_valid.do": ("Check that this machine's clock is right.", "检查本机时钟是否准确。"),
    "check.tls_wrong_host": ("the certificate is not for {host}", "证书不属于 {host}"),
    "check.tls_wrong_host.names": (
        "the certificate is not for {host}, but for {names}",
        "证书不属于 {host}，而属于 {names}",
    ),
    "check.tls_wrong_host.do": (
        "Write base_url with the name that the certificate is for.",
        "在 base_url 中使用证书上的主机名。",
    ),
    "check.tls_wrong_host.names.do": (
        "Write base_url with a name of the certificate: {name}",
        "在 base_url 中使用证书上的主机名：{name}",
    ),
    "check.tls_self_signed": ("the certificate is self-signed", "证书是自签名的"),
    "check.tls_unknown_authority": (
        "the certificate is from an authority that is not trusted here",
        "证书由本机不信任的 CA 签发",
    ),
    "check.tls": ("no TLS connection", "无法建立 TLS 连接"),
    "check.tls.do": (
        "Check that the port is the one for https, and what stands in between.",
        "检查该端口是否为 https 端口，以及途中有什么设备。",
    ),
    "check.proxy": ("the proxy refuses the connection", "代理拒绝连接"),
    "check.proxy.do": (
        "Check HTTPS_PROXY and HTTP_PROXY, or add the upstream's host to NO_PROXY.",
        "检查 HTTPS_PROXY 和 HTTP_PROXY，或把上游主机加入 NO_PROXY。",
    ),
    "check.dns": ("the host name {host} does not resolve", "域名 {host} 无法解析"),
    "check.dns.do": (
        "Check the spelling of the host in base_url, then DNS and VPN.",
        "检查 base_url 中主机名的拼写，再检查 DNS 和 VPN。",
    ),
    "check.connection_refused": ("nothing listens on {where}", "{where} 无服务监听"),
    "check.connection_refused.do": (
        "Start the upstream, or correct host and port of base_url.",
        "启动上游，或改正 base_url 的主机和端口。",
    ),
    "check.connect_timeout": ("{where} never accepts the connection", "{where} 始终不接受连接"),
    "check.connect_timeout.do": (
        "A firewall drops it, or the server hangs: check port, firewall and VPN, or set HTTPS_PROXY.",
        "可能被防火墙丢弃或服务器挂起：检查端口、防火墙和 VPN，或设置 HTTPS_PROXY。",
    ),
    "check.connection_failed": ("no connection to {where}", "无法连接 {where}"),
    "check.connection_failed.do": (
        "Check host and port of base_url and the network.",
        "检查 base_url 的主机和端口以及网络。",
    ),
    # streams
    "check.nameless_events": (
        "the events of the stream have no names, so Claude Code reads none of them",
        "流中的事件没有名称，Claude Code 一个也读不到",
    ),
    "check.nameless_events.seen": (
        "{n} events with `data:` lines, none with an `event:` line",
        "{n} 个事件只有 `data:` 行，都没有 `event:` 行",
    ),
    "check.nameless_events.do": (
        (
            "The client asks again without a stream, and each call is paid for twice: the upstream's operator has to "
            "send a line `event: message_start` (and so on) before each line of data."
        ),
        (
            "客户端会改用非流式重新请求，每次调用付两次费："
            "须由上游的运营者在每行 data 之前发送 `event: message_start` 等行。"
        ),
    ),
    "check.not_streamed": (
        "{endpoint}: a stream was asked for, but the answer came whole",
        "{endpoint}：请求流式，返回的却是整个响应",
    ),
    "check.not_streamed.do": (
        "Enable streaming: Claude Code discards such an answer and asks again, so it is paid for twice.",
        "请启用流式：Claude Code 会丢弃这种响应并重新请求，要付两次费。",
    ),
    "check.not_needed.do": (
        "Nothing to do: Claude Code does not need it.",
        "无需处理：Claude Code 不需要它。",
    ),
    "check.fake_stream": (
        "{endpoint}: the stream is fake, all of it comes in one burst at the end",
        "{endpoint}：伪流式，内容在最后一次性到达",
    ),
    "check.fake_stream.do": (
        (
            "Disable buffering in every proxy on the way (`proxy_buffering off` in nginx, or the header "
            "`X-Accel-Buffering: no`), and compression of text/event-stream."
        ),
        (
            "关闭途中每个代理的缓冲（nginx 用 `proxy_buffering off`，或响应头 `X-Accel-Buffering: no`），"
            "并关闭对 text/event-stream 的压缩。"
        ),
    ),
    "check.streams": ("the answer streams", "响应是真正的流式"),
    "check.event_order": (
        "{endpoint}: the events of the stream break the protocol",
        "{endpoint}：流中的事件不符合协议",
    ),
    "check.event_order.do": (
        "The gateway in between builds the stream wrongly: its operator has to correct that.",
        "中间的网关生成的流有误：须由其运营者修正。",
    ),
    "check.first_byte_too_late": (
        "the first byte comes later than the client waits",
        "首字节到达时客户端已放弃等待",
    ),
    "check.first_byte_too_late.set": (
        "after {wait}; the client waits {limit}, as API_TIMEOUT_MS says",
        "{wait} 后到达；客户端按 API_TIMEOUT_MS 只等 {limit}",
    ),
    "check.first_byte_too_late.always": (
        "after {wait}; the client waits at most {limit}, whatever API_TIMEOUT_MS says",
        "{wait} 后到达；无论 API_TIMEOUT_MS 如何设置，客户端最多等 {limit}",
    ),
    "check.first_byte_too_late.set.do": (
        "Raise API_TIMEOUT_MS well above {wait}, or remove it (the default is 600000).",
        "把 API_TIMEOUT_MS 调到远高于 {wait}，或删除它（默认 600000）。",
    ),
    "check.first_byte_too_late.always.do": (
        "The upstream has to send its headers sooner, and pings while it thinks.",
        "上游须更早发送响应头，并在思考期间发送 ping。",
    ),
    "check.cold_start": ("the first call waits longer than the next one", "首次调用比下一次等得更久"),
    "check.cold_start.seen": (
        "first byte after {wait}, then after {later}",
        "首字节：第一次 {wait}，之后 {later}",
    ),
    "check.cold_start.do": (
        "The upstream starts cold. Keep it warm; `probe run --gap 10m` measures what it costs.",
        "上游有冷启动。请让它保持预热；`probe run --gap 10m` 可以测出影响有多大。",
    ),
    "check.late_first_byte": ("the first byte comes late", "首字节来得很晚"),
    "check.late_first_byte.seen": ("after {wait}", "{wait} 后"),
    "check.late_first_byte.do": (
        "Users will think that it hangs. Pings, or headers sent at once, would help.",
        "用户会以为卡住了。及早发送响应头或 ping 会有帮助。",
    ),
    "check.gap_too_long": ("the stream pauses longer than the client waits", "流的停顿超过客户端的等待时间"),
    "check.gap_too_long.seen": ("for {gap}; the client waits {limit}", "停顿 {gap}；客户端只等 {limit}"),
    "check.gap_too_long.do": (
        "Raise CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS well above {gap}, or remove it.",
        "把 CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS 调到远高于 {gap}，或删除它。",
    ),
    "check.long_gap": ("the stream has a long pause", "流中有较长停顿"),
    "check.long_gap.seen": ("longest gap {gap}", "最长间隔 {gap}"),
    "check.long_gap.comments": (
        "Only comments came in between, which the client takes as a sign of life.",
        "其间只有注释行，客户端将其视为仍在工作的信号。",
    ),
    "check.long_gap.do": (
        "Pings in between would keep proxies and clients from giving up.",
        "其间发送 ping 可以避免代理和客户端放弃。",
    ),
    "check.figures.first_byte": ("first byte after {time}", "首字节 {time}"),
    "check.figures.pieces": ("{n} pieces", "{n} 段"),
    "check.figures.pings.one": ("{n} ping", "{n} 次 ping"),
    "check.figures.pings.many": ("{n} pings", "{n} 次 ping"),
}
