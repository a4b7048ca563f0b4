"""Reports of recordings: their own sentences."""

RECORDED: dict[str, tuple[str, str]] = {
    # what was recorded, at a glance
    "recorded.title": ("probe recording: {title}", "probe 记录：{title}"),
    "recorded.heading": ("Recording", "记录"),
    "recorded.when": ("Recorded {begun} to {ended} UTC ({length}).", "记录时间：{begun} 至 {ended} UTC（{length}）。"),
    "recorded.size": ("{requests} in {exchanges}", "{requests}，共 {exchanges}"),
    "recorded.size.requests.one": ("{n} main request", "{n} 个主请求"),
    "recorded.size.requests.many": ("{n} main requests", "{n} 个主请求"),
    "recorded.size.exchanges.one": ("{n} exchange", "{n} 次 HTTP 请求"),
    "recorded.size.exchanges.many": ("{n} exchanges", "{n} 次 HTTP 请求"),
    "recorded.failed.one": ("{n} failed", "{n} 个失败"),
    "recorded.failed.many": ("{n} failed", "{n} 个失败"),
    "recorded.recovered.one": ("{n} silently retried or fallen back{why}", "{n} 个静默重试或回退后成功{why}"),
    "recorded.recovered.many": ("{n} silently retried or fallen back{why}", "{n} 个静默重试或回退后成功{why}"),
    "recorded.why": (" ({endings})", "（{endings}）"),
    "recorded.stall": ("{time} ({id})", "{time}（{id}）"),
    "recorded.retries.one": ("{n} retry in all", "共重试 {n} 次"),
    "recorded.retries.many": ("{n} retries in all", "共重试 {n} 次"),
    "recorded.fallbacks.one": ("{n} asked again without a stream", "{n} 个改为非流式重新请求"),
    "recorded.fallbacks.many": ("{n} asked again without a stream", "{n} 个改为非流式重新请求"),
    "recorded.stalled.one": ("{n} stalled, for {time}", "{n} 个停滞，时长 {time}"),
    "recorded.stalled.many": ("{n} stalled, the longest for {time}", "{n} 个停滞，最长 {time}"),
    "recorded.interrupted.one": ("{n} interrupted by the client", "{n} 个被客户端中断"),
    "recorded.interrupted.many": ("{n} interrupted by the client", "{n} 个被客户端中断"),
    "recorded.storms.one": ("{n} retry storm", "{n} 次重试风暴"),
    "recorded.storms.many": ("{n} retry storms", "{n} 次重试风暴"),
    "recorded.tokens": ("{input} tokens in and {output} out", "输入 {input} token，输出 {output} token"),
    "recorded.cache": ("cache read {share}", "缓存读取 {share}"),
    "recorded.summary": ("{parts}.", "{parts}。"),
    # remarks on the data
    "recorded.running": (
        "The recording goes on: this is as far as it has come.",
        "记录仍在进行：以下是截至目前的内容。",
    ),
    "recorded.killed": (
        "The recorder was ended before its time: what had ended by then is here.",
        "记录器被提前终止：以下是当时已结束的请求。",
    ),
    "recorded.unended.one": (
        "{n} request had not ended; nothing is said of it.",
        "有 {n} 个 HTTP 请求没有结束，不作判断。",
    ),
    "recorded.unended.many": (
        "{n} requests had not ended; nothing is said of them.",
        "有 {n} 个 HTTP 请求没有结束，不作判断。",
    ),
    "recorded.lost.one": (
        "{n} exchange is missing: the disk was too slow or full.",
        "缺少 {n} 次 HTTP 请求：磁盘太慢或已满。",
    ),
    "recorded.lost.many": (
        "{n} exchanges are missing: the disk was too slow or full.",
        "缺少 {n} 次 HTTP 请求：磁盘太慢或已满。",
    ),
    "recorded.removed": (
        "The first {n} exchanges were removed to keep to the limit on disk space.",
        "为了不超过磁盘上限，最早的 {n} 次 HTTP 请求已被删除。",
    ),
    "recorded.corrupt": ("Unreadable: {name} ({n}).", "无法读取：{name}（{n}）。"),
    "recorded.no_requests": ("No request was recorded.", "没有记录到请求。"),
    # tables
    "recorded.hours.title": ("Hour by hour (UTC)", "逐小时（UTC）"),
    "recorded.hours.note": (
        "Main requests. An interrupted one counts in n, and not for the health.",
        "仅主请求。被中断的计入 n，但不影响健康状况。",
    ),
    "recorded.kinds.title": ("Requests by kind and model", "按类型和模型统计的请求"),
    "recorded.kinds.note": (
        (
            "*main* answers the user; *background* requests are the client's own, such as titles. Tokens are as the "
            "answers say, those in with all that the cache held; cache read is the share of them that came from there."
        ),
        (
            "*main* 是回答用户的请求；*background* 是客户端自己发出的，例如生成标题。"
            "token 数以应答为准，输入含缓存；缓存读取是输入中来自缓存的占比。"
        ),
    ),
    "recorded.storms.title": ("Retry storms", "重试风暴"),
    "recorded.storms.note": (
        "Three or more attempts at one request, or three or more requests retried within 30 s of each other.",
        "同一请求尝试三次或以上，或有三个及以上请求在相隔 30 s 之内重试。",
    ),
    "recorded.stalls.title": ("Stalls", "停滞"),
    "recorded.stalls.note": (
        "Nothing of a streamed answer came for {time} or longer, before its content or within it; pings do not count.",
        "流式回答有 {time} 或更久没有任何内容，无论在内容开始之前还是之中；心跳不算。",
    ),
    "recorded.failed.title": ("Failed requests", "失败的请求"),
    "recorded.recovered.title": ("Silently retried or fallen back", "静默重试或回退后成功的请求"),
    "recorded.slowest.title": ("Slowest requests", "最慢的请求"),
    "recorded.slowest.note": (
        (
            "From the first attempt to the last byte. *retries* is the time until the last attempt began, *wait* from "
            "its last byte to the first byte of the answer."
        ),
        "从第一次尝试到最后一个字节。“重试”是最后一次尝试开始之前的时间，“等待”是从其请求发完到应答首字节。",
    ),
    "recorded.idle.title": ("After an idle time", "空闲之后"),
    "recorded.idle.note": (
        (
            "Main requests that were answered at the first attempt, by the time without any before them. They differ "
            "in size and model, so this describes, and proves nothing: `probe run` measures it."
        ),
        (
            "第一次尝试即得到回答的主请求，按此前没有请求的时长分组。它们的大小和模型各不相同，"
            "因此只作描述，不是结论：可用 `probe run` 测量。"
        ),
    ),
    "recorded.tokens.title": ("Tokens and cache over time (UTC)", "token 与缓存随时间的变化（UTC）"),
    "recorded.tokens.note": (
        "Each line is the requests that began within {minutes} min.",
        "每一行是 {minutes} 分钟内开始的请求。",
    ),
    "recorded.tokens.caption": (
        "Columns are all input tokens, by where they came from; the dots are the share that was read from the cache.",
        "柱是全部输入 token，按来源区分；圆点是从缓存读取的占比。",
    ),
    "recorded.tokens.told": (
        "{n} columns; cache read from {low} to {high}.",
        "{n} 根柱；缓存读取占比 {low} 至 {high}。",
    ),
    "recorded.axis.tokens": ("input tokens", "输入 token"),
    "recorded.axis.share": ("cache read", "缓存读取"),
    "recorded.series.cache_read": ("read from the cache", "从缓存读取"),
    "recorded.series.cache_creation": ("written to the cache", "写入缓存"),
    "recorded.series.input": ("not cached", "未缓存"),
    "recorded.series.share": ("share read from the cache", "缓存读取占比"),
    "recorded.facts.title": ("What was recorded, and how", "记录了什么，如何记录的"),
    "recorded.more": (
        "{n} more; `probe export --format csv` lists every request.",
        "另有 {n} 个；`probe export --format csv` 可列出全部请求。",
    ),
    "recorded.first": ("the first request", "第一个请求"),
    "recorded.from": ("{low} or more", "{low} 或更久"),
    "recorded.below": ("less than {high}", "不到 {high}"),
    "recorded.session": ("session {id}", "会话 {id}"),
    "recorded.attempt": ("attempt {n} of {all}", "第 {n} 次尝试（共 {all} 次）"),
    "column.hour": ("hour", "小时"),
    "column.time": ("time", "时间"),
    "column.number": ("request", "请求"),
    "column.kind": ("kind", "类型"),
    "column.model": ("model", "模型"),
    "column.exchanges": ("exchanges", "HTTP 请求"),
    "column.interrupted": ("interrupted", "被中断"),
    "column.retry_count": ("retries", "重试"),
    "column.stalled": ("stalled", "停滞"),
    "column.faults": ("failures", "失败归属"),
    "column.input_all": ("tokens in", "输入量"),
    "column.cache_read_of": ("cache read", "缓存读取"),
    "column.length": ("length", "时长"),
    "column.requests_n": ("requests", "请求数"),
    "column.attempts": ("attempts", "尝试次数"),
    "column.endings": ("what attempts came to", "各次尝试的结局"),
    "column.silence": ("silent for", "无内容时长"),
    "column.which": ("attempt", "尝试"),
    "column.retries": ("retries", "重试"),
    "column.connect": ("connect", "连接"),
    "column.wait": ("wait", "等待"),
    "column.stream": ("stream", "流式"),
    "column.ttft": ("first token", "首 token"),
    "column.wait_median": ("median wait", "等待中位数"),
    "column.ttft_median": ("median first token", "首 token 中位数"),
    "column.ttft_max": ("longest first token", "首 token 最长"),
    "column.tokens_out": ("tokens out", "输出量"),
    "column.volume": ("volume", "用量"),
    # facts
    "fact.recording": ("recording", "记录"),
    "fact.command": ("command", "命令"),
    "fact.listen": ("listened on", "监听地址"),
    "fact.upstream": ("upstream", "上游"),
    "fact.programs": ("programs that asked", "发出请求的程序"),
    "fact.session_ids": ("session ids", "会话 ID 数"),
    "fact.bodies": ("bodies kept", "保存正文"),
    "ls.recorded": ("(recording)", "（记录）"),
    # explain
    "recorded.explain.head": ("Request {n}: {outcome}", "请求 {n}：{outcome}"),
    "recorded.explain.head.cause": ("Request {n}: {outcome} ({cause})", "请求 {n}：{outcome}（{cause}）"),
    "recorded.explain.began": (
        "{kind}, {model}, began {time}, took {took}, session {session}",
        "{kind}，{model}，开始于 {time}，耗时 {took}，会话 {session}",
    ),
    "recorded.explain.idle": ("no main request had been open for {time}", "此前 {time} 没有主请求"),
    "recorded.explain.fine.one": ("({n} main request went well.)", "（{n} 个主请求正常。）"),
    "recorded.explain.fine.many": ("({n} main requests went well.)", "（{n} 个主请求正常。）"),
    "recorded.explain.answered": (
        "What reached the client: nothing for {wait}, then the answer, whole after {took}.",
        "客户端收到的：{wait} 内没有任何内容，随后是回答，{took} 后完整。",
    ),
    "recorded.explain.again": (
        "What reached the client: part of an answer, which broke off, then another, whole after {took}.",
        "客户端收到的：部分回答，随后中断；之后是另一个回答，{took} 后完整。",
    ),
    "recorded.explain.paused": (
        "What reached the client: the answer, with nothing new for {pause}, whole after {took}.",
        "客户端收到的：回答，其间 {pause} 没有新内容，{took} 后完整。",
    ),
    "recorded.explain.partial": (
        "What reached the client: part of an answer, then nothing more until its end after {took}.",
        "客户端收到的：部分回答，此后再无内容，{took} 后结束。",
    ),
    "recorded.explain.nothing": (
        "What reached the client: nothing of an answer in {took}.",
        "客户端收到的：{took} 内没有任何回答内容。",
    ),
    "recorded.explain.none": (
        "No request failed, was retried or stalled. The slowest one:",
        "没有请求失败、重试或停滞。最慢的一个是：",
    ),
    "recorded.explain.incidents.one": ("{n} request went wrong, in order:", "{n} 个请求出了问题，按时间顺序："),
    "recorded.explain.incidents.many": ("{n} requests went wrong, in order:", "{n} 个请求出了问题，按时间顺序："),
    "recorded.explain.more": (
        "{n} more; `probe explain RUN REQUEST` tells of each, `probe report` lists them.",
        "另有 {n} 个；可用 `probe explain RUN REQUEST` 逐个查看，`probe report` 会列出。",
    ),
}
