"""The message to a relay's operator, and what lies beside it in a bundle."""

OPERATOR: dict[str, tuple[str, str]] = {
    "send.subject": ("Subject: {subject}", "主题：{subject}"),
    "send.where": ("{model} at {base_url}", "{base_url} 上的 {model}"),
    "send.subject.failed": ("{where}: {failed} of {n} calls failed", "{where}：{n} 次调用中有 {failed} 次失败"),
    "send.subject.recovered": (
        "{where}: {recovered} of {n} calls succeeded only after a retry",
        "{where}：{n} 次调用中有 {recovered} 次重试后才成功",
    ),
    "send.subject.calls": ("{where}: {n} calls measured", "{where}：测量了 {n} 次调用"),
    "send.hello": ("Hello,", "您好！"),
    "send.about": (
        "we measured how reliable Claude Code is through your endpoint, with probe {version}.",
        "我们用 probe {version} 测量了 Claude Code 通过贵方接口的可靠性。",
    ),
    "send.measured": ("What was measured", "测量内容"),
    "send.endpoint": ("endpoint: {base_url}", "接口：{base_url}"),
    "send.model": ("model: {model}", "模型：{model}"),
    "send.client": ("client: {program} {version}", "客户端：{program} {version}"),
    "send.plain": ("client: none, plain HTTP ({driver})", "客户端：无，直接发送 HTTP 请求（{driver}）"),
    "send.begun": ("begun: {time} (all times are UTC)", "开始时间：{time}（所有时间均为 UTC）"),
    "send.size": ("calls: {n} in {rounds}, scenario {scenario}", "调用：{n} 次，共 {rounds}，场景 {scenario}"),
    "send.result": ("Result", "结果"),
    "send.failure.one": ("- {n} call {what}", "- {n} 次调用{what}"),
    "send.failure.many": ("- {n} calls {what}", "- {n} 次调用{what}"),
    "send.faults": ("whose they are: {parties}", "责任方：{parties}"),
    "send.party.relay": ("your endpoint", "贵方接口"),
    "send.party.account": ("our account with you", "我们在贵方的账号"),
    "send.party.network": ("network", "网络"),
    "send.party.setup": ("our set-up", "我方配置"),
    "send.party.client": ("client", "客户端"),
    "send.party.unclear": ("cannot be told", "无法判断"),
    "send.calls": ("The calls that say most", "最能说明问题的调用"),
    "send.call": ("{time}, round {round}, {label}, {took}", "{time}，第 {round} 轮，{label}，{took}"),
    "send.failed": ("failed ({name}): {what}", "失败（{name}）：{what}"),
    "send.recovered": ("succeeded only after a retry or fallback: {what}", "重试或回退后才成功：{what}"),
    "send.remarked": ("succeeded, but {what}", "成功，但{what}"),
    "send.requests": ("requests, in order:", "各次请求（按顺序）："),
    "send.requests.more": ("{n} more, in {file}", "另有 {n} 次，见 {file}"),
    "send.session": (
        "session: {session} (header X-Claude-Code-Session-Id; older clients: metadata.user_id)",
        "会话：{session}（请求头 X-Claude-Code-Session-Id；旧版客户端在 metadata.user_id 中）",
    ),
    "send.evidence": ("evidence: {evidence}", "依据：{evidence}"),
    "send.repeat": (
        "How to repeat it (with a token in ANTHROPIC_AUTH_TOKEN)",
        "复现方法（令牌放在 ANTHROPIC_AUTH_TOKEN 中）",
    ),
    "send.ask": ("What we ask", "我们的请求"),
    "send.ask.relay": (
        "Please find these requests in your logs by time and id, and tell us why they failed and when it will work.",
        "请按时间和请求编号在日志中查找这些请求，告知失败原因以及何时修复。",
    ),
    "send.ask.account": (
        "Please check balance, quota and rights of our account, and tell us which limit was reached.",
        "请核查我们账号的余额、配额和权限，并告知触及了哪一项限制。",
    ),
    "send.ask.network": (
        "Some calls failed on the way to you: please tell us whether they reached your servers.",
        "有些调用在到达贵方之前就失败了：请确认这些请求是否到达贵方服务器。",
    ),
    "send.ask.setup": (
        "Please confirm the address and the model names that we have to use.",
        "请确认我们应使用的接口地址和模型名称。",
    ),
    "send.ask.client": (
        "Some calls failed in the client itself; nothing is asked of you for these.",
        "有些调用是客户端自身失败的，这些无需贵方处理。",
    ),
    "send.ask.unclear": (
        "For some calls it cannot be told where they failed: please tell us what your logs say about them.",
        "有些调用无法判断在哪里失败：请告知贵方日志中的记录。",
    ),
    "send.ask.recovered": (
        "Some calls succeeded only because the client retried: please tell us why the first attempts failed.",
        "有些调用只是因为客户端重试才成功：请告知最初几次请求失败的原因。",
    ),
    "send.ask.COLD": (
        "First calls after a pause are worse than second calls: please tell us what starts up then.",
        "停顿之后的首次调用比第二次调用差：请告知这时需要启动什么。",
    ),
    "send.ask.SLOW": (
        "Calls took longer than we can accept: please tell us where the time goes.",
        "调用耗时超过了我们可接受的限度：请告知时间花在哪里。",
    ),
    "send.ask.nothing": ("Nothing: no call failed.", "无：没有调用失败。"),
    "send.attached": (
        "{file} has the whole report, and every failed or recovered call with its requests. It holds no token.",
        "附件 {file} 含完整报告，以及每次失败或重试后成功的调用及其请求。其中没有令牌。",
    ),
    # README.txt of a bundle
    "bundle.title": ("A measurement of Claude Code through {base_url}", "Claude Code 通过 {base_url} 的测量结果"),
    "bundle.message": (
        "message.en.txt, message.zh.txt: the message to the operator",
        "message.en.txt、message.zh.txt：给运营者的消息",
    ),
    "bundle.report": (
        "report.en.html, report.zh.html, report.en.md, report.zh.md: the report",
        "report.en.html、report.zh.html、report.en.md、report.zh.md：报告",
    ),
    "bundle.calls": (
        "calls.jsonl: the {n} calls that failed or recovered, one on a line",
        "calls.jsonl：失败或重试后成功的 {n} 次调用，每行一次",
    ),
    "bundle.exchanges": (
        "exchanges/: the HTTP requests and responses of these calls (of the first {most}), with UTC times, no bodies",
        "exchanges/：这些调用（前 {most} 次）的 HTTP 请求与响应，含 UTC 时间，不含正文",
    ),
    "bundle.provenance": (
        "provenance.json: what was measured, with what, when",
        "provenance.json：测量的对象、工具和时间",
    ),
    "bundle.left_out": (
        "Tokens, variables, and this machine's directories, users and name were taken out.",
        "令牌、环境变量以及本机的目录、用户名和主机名均已去除。",
    ),
    "bundle.folders": (
        "{folders}: a folder for each of what was measured side by side, with its message, report, calls and exchanges",
        "{folders}：同时测量的各项，每项一个目录，含消息、报告、调用和 exchanges",
    ),
    "bundle.written": ("{file}: {size}", "{file}：{size}"),
    "bundle.next": (
        "Send it to the operator with the text of message.en.txt or message.zh.txt in it. Have a look first.",
        "请连同其中 message.en.txt 或 message.zh.txt 的文字一起发给运营者。发送前请先看一遍。",
    ),
    "bundle.next.folders": (
        "Send it to the operator with the text of message.en.txt or message.zh.txt of one folder. Have a look first.",
        "请连同其中某个目录里 message.en.txt 或 message.zh.txt 的文字一起发给运营者。发送前请先看一遍。",
    ),
}
