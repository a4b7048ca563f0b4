"""Lines of `probe record --watch`: what is in flight in a recording that goes on, and what failed last."""

WATCH: dict[str, tuple[str, str]] = {
    "watch.following": (
        "Watching {run}, which records {upstream}, until Ctrl-C.",
        "正在观察 {run}（记录 {upstream}），按 Ctrl-C 结束。",
    ),
    "watch.counts": (
        "{time}; exchanges ended: {ended}, failed: {failed}, in flight: {open}",
        "{time}；已结束 {ended} 次 HTTP 请求，失败 {failed} 次，进行中 {open} 次",
    ),
    "watch.lost": ("{n} are missing: the disk was too slow or full", "缺少 {n} 个：磁盘太慢或已满"),
    "watch.idle": ("Nothing is in flight.", "目前没有进行中的请求。"),
    "watch.more": ("and {n} more", "另有 {n} 个"),
    "watch.column.exchange": ("exchange", "HTTP 请求"),
    "watch.column.for": ("for", "已用时"),
    "watch.column.attempt": ("attempt", "尝试"),
    "watch.column.kind": ("kind", "类型"),
    "watch.column.model": ("model", "模型"),
    "watch.column.state": ("so far", "进展"),
    "watch.state.waiting": ("no answer yet", "尚无应答"),
    "watch.state.status": ("status {status}", "状态 {status}"),
    "watch.state.headed": ("an answer has begun, without content", "应答已开始，尚无内容"),
    "watch.state.answering": ("answering, {size} so far", "正在应答，已收到 {size}"),
    "watch.state.silent": ("{state}; nothing new for {time}", "{state}；{time} 没有新内容"),
    "watch.failed.title": ("Failed last", "最近的失败"),
    "watch.failed": ("{at} {name}: {failure}", "{at} {name}：{failure}"),
    "watch.unanswered": (
        "{name}: failed {time} ago ({failure}), and was not tried again yet",
        "{name}：{time} 前失败（{failure}），尚未重试",
    ),
    "watch.name": (
        "exchange {sequence}, {kind}, {model}, attempt {attempt}",
        "HTTP 请求 {sequence}，{kind}，{model}，第 {attempt} 次尝试",
    ),
    "watch.name.plain": ("exchange {sequence}, {kind}", "HTTP 请求 {sequence}，{kind}"),
    "watch.begun": ("{at} {name}: begun", "{at} {name}：开始"),
    "watch.answered": ("{at} {name}: status {status} after {time}", "{at} {name}：{time} 后收到状态 {status}"),
    "watch.ended.ok": ("{at} {name}: answered in {time}", "{at} {name}：{time} 内完成应答"),
    "watch.ended.left": ("{at} {name}: the client went away after {time}", "{at} {name}：客户端在 {time} 后断开"),
    "watch.ended.failed": ("{at} {name}: failed after {time}: {failure}", "{at} {name}：{time} 后失败：{failure}"),
    "watch.still": ("{at} {name}: in flight for {time}, {state}", "{at} {name}：已进行 {time}，{state}"),
    "watch.finished": ("The recording has ended; exchanges: {n}.", "记录已结束：共 {n} 次 HTTP 请求。"),
    "watch.died": (
        "The recorder has died; what it had kept is in {path}.",
        "记录器已意外退出；已保存的内容在 {path}。",
    ),
}
