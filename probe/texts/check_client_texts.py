"""Findings of `probe check` on this machine, its settings, and the real client's calls."""

CHECK_CLIENT: dict[str, tuple[str, str]] = {
    # the client on this machine
    "check.client.name": ("Claude Code {version}, from {source}", "Claude Code {version}，来自 {source}"),
    "check.client.unknown_version": ("(version unknown)", "（版本未知）"),
    "check.client.start": (
        "{name}; its first call, to a local stand-in, took {time}",
        "{name}；首次调用（本地替身上游）用了 {time}",
    ),
    "check.client_missing": ("there is no Claude Code to run", "没有可运行的 Claude Code"),
    "check.client_does_not_start": (
        "Claude Code does not work in a sandbox, even with a local stand-in",
        "即使面对本地替身上游，Claude Code 也无法在沙箱中工作",
    ),
    "check.client_does_not_start.seen": ("{name}; {problem}", "{name}；{problem}"),
    "check.client_does_not_start.late": (
        "its first start did not end within {time}",
        "首次启动未在 {time} 内结束",
    ),
    "check.client_does_not_start.do": (
        "Try `claude --print hello` by hand; install it again, or name another one with --client.",
        "手动运行 `claude --print hello` 试试；重新安装，或用 --client 指定另一个。",
    ),
    "check.slow_boot": ("Claude Code starts slowly on this machine", "Claude Code 在本机启动缓慢"),
    "check.slow_boot.do": (
        "This is not the upstream's fault: free memory and CPU, or use a faster disk.",
        "这与上游无关：请释放内存和 CPU，或使用更快的磁盘。",
    ),
    "check.client": ("Claude Code starts in a sandbox", "Claude Code 能在沙箱中启动"),
    "check.token_spelling.quotes": ("the token is in quotes", "令牌带有引号"),
    "check.token_spelling.bearer": ("the token begins with the word Bearer", "令牌以 Bearer 开头"),
    "check.token_spelling.seen": ("in {source}", "在 {source} 中"),
    "check.token_spelling.do": (
        "Remove that: the value is sent as it is, after a `Bearer ` that the client adds.",
        "请去掉：值会原样发送，客户端会自行加上 `Bearer `。",
    ),
    "check.alias_kind": (
        "the {kind} alias is set to {model}, which looks like {likely}",
        "别名 {kind} 被设为 {model}，后者看起来是 {likely}",
    ),
    "check.alias_kind.do": (
        "Set the alias to a model of its kind, or remove it: it then stands for the target's model.",
        "把别名设为同类模型，或删除它：删除后即为目标的模型。",
    ),
    "check.other_provider": ("{name} makes the client ignore base_url", "{name} 会让客户端忽略 base_url"),
    "check.other_provider.seen": ("env of target {target}", "目标 {target} 的 env"),
    "check.other_provider.do": ("Remove {name} from env.", "从 env 中删除 {name}。"),
    "check.two_tokens": (
        "ANTHROPIC_API_KEY and ANTHROPIC_AUTH_TOKEN are both set",
        "同时设置了 ANTHROPIC_API_KEY 和 ANTHROPIC_AUTH_TOKEN",
    ),
    "check.two_tokens.seen": (
        "your own client sends both; probe sends the target's only",
        "你自己的客户端会两个都发；probe 只发目标的那个",
    ),
    "check.two_tokens.do": (
        "Unset the one that the upstream does not use.",
        "取消设置上游不使用的那个。",
    ),
    "check.other_base_url": (
        "ANTHROPIC_BASE_URL is not this target's address",
        "ANTHROPIC_BASE_URL 不是该目标的地址",
    ),
    "check.other_base_url.seen": (
        "your own client goes there, probe goes to the target",
        "你自己的客户端会连那里，probe 连的是目标",
    ),
    "check.other_base_url.do": (
        "Make sure that you check the upstream that you use.",
        "确认所检查的就是你在用的上游。",
    ),
    "check.provider_set": (
        "{names} makes your own client ignore ANTHROPIC_BASE_URL",
        "{names} 会让你自己的客户端忽略 ANTHROPIC_BASE_URL",
    ),
    "check.provider_set.seen": (
        "in the environment; probe does not pass it on",
        "在环境变量中；probe 不会传给客户端",
    ),
    "check.provider_set.do": (
        "Unset it to use the upstream that is checked here.",
        "要使用这里检查的上游，请取消该设置。",
    ),
    "check.proxy_set": ("{names} set", "设置了 {names}"),
    "check.proxy_set.seen": (
        "the finding `way` says whether this upstream is reached through it; loopback never is",
        "检查结果 `way` 会说明是否经它连接上游；本机回环地址从不经代理",
    ),
    "check.proxy_set.do": (
        "If that is not intended, unset it or add the host to NO_PROXY.",
        "若非本意，取消设置或把主机加入 NO_PROXY。",
    ),
    "check.own_patience.seen": (
        "{names} in the environment; probe does not pass them on",
        "环境变量中的 {names}；probe 不会传给客户端",
    ),
    "check.settings_unreadable.large": ("{place} is too large to be read", "{place} 太大，无法读取"),
    "check.settings_unreadable.error": ("{place} cannot be read: {error}", "{place} 无法读取：{error}"),
    "check.settings_unreadable.json": ("{place} is not JSON", "{place} 不是 JSON"),
    "check.settings_unreadable.object": ("{place} is not a JSON object", "{place} 不是 JSON 对象"),
    "check.settings_unreadable.do": (
        "Your own client may ignore it or refuse to start: correct it.",
        "你自己的客户端可能忽略它或拒绝启动：请修正。",
    ),
    "check.settings_override": (
        "{place} overrides what is set in the environment",
        "{place} 会覆盖环境变量中的设置",
    ),
    "check.settings_override.seen": ("names only: {names}", "仅列名称：{names}"),
    "check.settings_override.do": (
        "Your own client uses these, and probe does not: remove them, or keep in mind that they win.",
        "你自己的客户端会采用它们，probe 不会：请删除，或记住以它们为准。",
    ),
    # patience
    "check.setting_unreadable": ("{name} is not a whole number", "{name} 不是整数"),
    "check.setting_unreadable.do": (
        "Write digits only; the defaults are {timeout} and {retries}.",
        "只写数字；默认值为 {timeout} 和 {retries}。",
    ),
    "check.timeout_short": (
        "{name} is shorter than {shortest} s: calls that are merely slow are given up",
        "{name} 短于 {shortest} s：只是较慢的调用也会被放弃",
    ),
    "check.timeout_short.do": (
        "Raise {name} to at least 60000, or remove it (the default is {default}).",
        "把 {name} 至少调到 60000，或删除它（默认 {default}）。",
    ),
    "check.no_retries": (
        "the client may not retry: one overloaded answer or reset ends a call",
        "客户端不允许重试：一次过载响应或连接重置就会结束调用",
    ),
    "check.no_retries.do": (
        "Remove {name} (the default is {default}), or set at least 2.",
        "删除 {name}（默认 {default}），或至少设为 2。",
    ),
    "check.retries_capped": ("the client retries at most {most} times", "客户端最多重试 {most} 次"),
    "check.retries_capped.do": ("Set {name} to {most} or less.", "把 {name} 设为不超过 {most}。"),
    "check.outlasts_deadline": (
        "a call's attempts may take {longest}, longer than calls of `probe run` may last",
        "一次调用的各次尝试最长可达 {longest}，超过 `probe run` 的调用时限",
    ),
    "check.outlasts_deadline.seen": (
        "{text}; the deadline of calls is {deadline}",
        "{text}；调用时限为 {deadline}",
    ),
    "check.outlasts_deadline.do": (
        (
            "Such a call ends at its deadline, with the failure that the recorder saw until then. To see the client "
            "give up, lower them or raise --timeout."
        ),
        "这样的调用在时限处结束，原因以记录器此前所见为准。要看到客户端自己放弃，请调低它们或调高 --timeout。",
    ),
    # the client's calls
    "check.label": ("{label}: {title}", "{label}：{title}"),
    "check.part_refused.seen": (
        "{text}; {n} attempts, {refused} of them refused; {time}",
        "{text}；共 {n} 次尝试，{refused} 次被拒绝；{time}",
    ),
    "check.client_recovered": (
        "{label}: Claude Code reports success, and hides that {what}",
        "{label}：Claude Code 报告成功，却没有说明：{what}",
    ),
    "check.client_recovered.retried": ("it retried", "它重试过"),
    "check.client_recovered.recovered_stream": (
        "a stream broke and was requested again",
        "流曾中断并重新请求",
    ),
    "check.client_recovered.fallback_non_streaming": (
        "it fell back to an answer without a stream",
        "它退回到非流式响应",
    ),
    "check.client_recovered.tokens_counted_twice": ("input tokens were counted twice", "输入 token 被计算两次"),
    "check.client_recovered.background_failed": ("a background request failed", "后台请求失败"),
    "check.client_recovered.seen": ("{attempts}; {time}", "{attempts}；{time}"),
    "check.client_recovered.do": (
        "Such a call is slower or paid for twice. `probe run` counts how often it happens; `probe explain` shows one.",
        "这样的调用更慢或要付两次费。`probe run` 统计发生的频率，`probe explain` 可查看其中一次。",
    ),
    "check.client_mismatch": (
        "{label}: {served} says that it served, but was not asked for",
        "{label}：作答的是 {served}，并非所请求的模型",
    ),
    "check.client_mismatch.do": (
        "Ask the operator which model stands behind the name.",
        "询问运营者该名称实际对应哪个模型。",
    ),
    "check.client_fake_stream": (
        "{labels}: Claude Code's stream is fake, all of it comes in one burst at the end",
        "{labels}：Claude Code 得到的是伪流式，内容在最后一次性到达",
    ),
    "check.client_fake_stream.seen": ("first text after {time}", "{time} 后才有文字"),
    "check.client_fake_stream.do": (
        (
            "Disable buffering and compression of text/event-stream in every proxy on the way: `proxy_buffering off` "
            "and `gzip off` in nginx."
        ),
        "关闭途中每个代理对 text/event-stream 的缓冲和压缩：nginx 用 `proxy_buffering off` 和 `gzip off`。",
    ),
    "check.client_served": ("Claude Code is served", "Claude Code 得到正常应答"),
    "check.client_served.call": ("{label} {time}", "{label} {time}"),
    "check.client_served.boot": ("{time} of it the client's start", "其中客户端启动 {time}"),
    "check.client_served.background": ("{n} background requests", "后台请求 {n} 个"),
    "check.client_failed": (
        "{labels}: Claude Code is not served: {title}",
        "{labels}：Claude Code 没有得到正常应答：{title}",
    ),
    "check.client_failed.though": (
        "{labels}: Claude Code is not served, though plain HTTP is: {title}",
        "{labels}：普通 HTTP 正常，Claude Code 却没有得到正常应答：{title}",
    ),
    "check.client_failed.late": (
        "{labels}: Claude Code has no answer within a step of this check (--timeout)",
        "{labels}：Claude Code 在检查的单步时限（--timeout）内没有得到回答",
    ),
    "check.client_failed.late_why": (
        "{labels}: Claude Code has no answer within a step of this check (--timeout): {title}",
        "{labels}：Claude Code 在检查的单步时限（--timeout）内没有得到回答：{title}",
    ),
    "check.client_failed.haste": (
        "The other call was served: this check's own requests may have been too many.",
        "另一次调用正常：可能只是本次检查自身的请求过多。",
    ),
    "check.client_failed.same": (
        "The reason is the same as that of [{code}].",
        "原因与 [{code}] 相同。",
    ),
    "check.client_failed.larger": (
        (
            "Its request is larger than a plain one, with tools and a system prompt: `probe explain` after a "
            "`probe run` shows what became of it."
        ),
        "它的请求比普通请求大，含有工具和系统提示：先 `probe run`，再用 `probe explain` 查看经过。",
    ),
    "check.attempts.one": ("{n} attempt: {endings}", "{n} 次尝试：{endings}"),
    "check.attempts.many": ("{n} attempts: {endings}", "{n} 次尝试：{endings}"),
    "check.attempts.then": (", then ", "，然后 "),
    # the check itself
    "check.burst": (
        "requests of this check followed each other too fast for a rate limit, and were served after a pause",
        "本次检查的请求过密触发限流，停顿后得到应答",
    ),
    "check.burst.seen": ("{name}: {evidence}", "{name}：{evidence}"),
    "check.burst.do": (
        (
            "This is no fault, but good to know: Claude Code too sends background requests beside the main one. "
            "`probe run --concurrency 1` measures with calls one after the other."
        ),
        "这不是故障，但值得知道：Claude Code 除主请求外也会发后台请求。`probe run --concurrency 1` 逐个调用进行测量。",
    ),
    "check.out_of_time": (
        "this check ran out of time before: {names}",
        "检查时间用尽，未完成：{names}",
    ),
    "check.out_of_time.cut": ("{name} (cut after {time})", "{name}（{time} 后中断）"),
    "check.out_of_time.do": (
        "Fix what is slow, or allow more time with --timeout: the whole check may take three times that.",
        "先解决缓慢的问题，或用 --timeout 放宽时限：整个检查最多用其三倍时间。",
    ),
    "check.step.no_dns_answer": ("no answer from the resolver in {time} s", "域名解析 {time} s 内没有应答"),
    "check.step.no_answer": ("no answer in {time} s", "{time} s 内没有应答"),
    "check.step.proxy_timed_out": ("the proxy does not answer: timed out", "代理没有应答：超时"),
    "check.step.no_handshake": ("the handshake did not end in {time} s", "TLS 握手未在 {time} s 内完成"),
    "check.step.proxy_silent": ("the proxy does not answer: {reason}", "代理没有应答：{reason}"),
    "check.step.closed": (
        "the connection was closed during the handshake",
        "连接在 TLS 握手期间被关闭",
    ),
    "check.step.proxy_closed": ("the proxy closed the connection", "代理关闭了连接"),
    "check.step.proxy_refused": ("the proxy refused: {line}", "代理拒绝：{line}"),
}
