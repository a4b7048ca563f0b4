"""Health, the parties that answer for failures, and what to do about each."""

HEALTH: dict[str, tuple[str, str]] = {
    # the word
    "health.DOWN": ("DOWN", "不可用"),
    "health.FLAKY": ("FLAKY", "不稳定"),
    "health.COLD": ("COLD", "首次调用差"),
    "health.SLOW": ("SLOW", "慢"),
    "health.OK": ("OK", "正常"),
    "health.UNKNOWN": ("UNKNOWN", "尚不清楚"),
    # the sentence beside it
    "health.badge": ("{word}. ", "{word}。"),
    "health.head": ("{word}. {sentence}", "{word}。{sentence}"),
    "health.none": ("No call was finished.", "没有任何调用完成。"),
    "health.down.only": ("The only call failed{why}.", "唯一的一次调用失败{why}。"),
    "health.down.all": ("All {n} calls failed{why}.", "{n} 次调用全部失败{why}。"),
    "health.down.why": (": it {what}", "：{what}"),
    "health.down.why_each": (": each {what}", "：每次都{what}"),
    "health.failed": (
        "{failed} of {n} calls failed ({interval})",
        "{n} 次调用中有 {failed} 次失败（{interval}）",
    ),
    "health.recovered": (
        "{recovered} of {n} calls succeeded only because Claude Code silently retried ({interval})",
        "{n} 次调用中有 {recovered} 次只是因为 Claude Code 静默重试才成功（{interval}）",
    ),
    "health.recovered.more": (
        "{recovered} more succeeded only because Claude Code silently retried",
        "另有 {recovered} 次只是因为 Claude Code 静默重试才成功",
    ),
    "health.and": ("{first}, and {second}.", "{first}，{second}。"),
    "health.only": ("{first}.", "{first}。"),
    "health.interval": ("{share}; 95 % interval {low} to {high}", "{share}；95% 区间 {low} 至 {high}"),
    "health.cold": (
        "None of {n} calls failed, but first calls are worse than second calls.",
        "{n} 次调用都没有失败，但首次调用比第二次调用差。",
    ),
    "health.slow": (
        "None of {n} calls failed, but {slow} took longer than {limit} ({interval}).",
        "{n} 次调用都没有失败，但有 {slow} 次超过 {limit}（{interval}）。",
    ),
    "health.slow.gate": (
        "None of {n} calls failed, but they took longer than a gate allows.",
        "{n} 次调用都没有失败，但耗时超过了门限。",
    ),
    "health.ok": (
        "None of {n} calls failed: the failure rate is below {high} (95 %).",
        "{n} 次调用都没有失败：失败率低于 {high}（置信度 95%）。",
    ),
    "health.unknown.one": (
        "No call failed, but {n} is too few to say OK; {more} more call without a failure would do.",
        "没有调用失败，但只有 {n} 次，还不足以说“正常”；再有 {more} 次不失败的调用即可。",
    ),
    "health.unknown.many": (
        "No call failed, but {n} is too few to say OK; {more} more calls without a failure would do.",
        "没有调用失败，但只有 {n} 次，还不足以说“正常”；再有 {more} 次不失败的调用即可。",
    ),
    # the fault line
    "faults.one": ("{n} failure: {parties}", "{n} 次失败：{parties}"),
    "faults.many": ("{n} failures: {parties}", "{n} 次失败：{parties}"),
    "faults.none": ("No failures", "没有失败"),
    "faults.recovered": (
        "No failures; the relay's first answers, before the silent retries: {kinds}",
        "没有失败；静默重试之前，中转的首次应答是：{kinds}",
    ),
    "faults.stale": (
        "No failures; silent retries, on new connections, after idle ones had been closed: {n}",
        "没有失败；因空闲连接被关闭而换新连接静默重试：{n}",
    ),
    "faults.party": ("{party} {n}", "{party} {n}"),
    "faults.join": (" · ", " · "),
    "fault.relay": ("relay", "中转"),
    "fault.account": ("account", "账号"),
    "fault.network": ("network", "网络"),
    "fault.setup": ("your set-up", "你的配置"),
    "fault.client": ("client", "客户端"),
    "fault.unclear": ("cannot be told apart", "无法区分"),
    "faults.times": ("{n} × {ending}", "{ending} × {n}"),
    # what to do, by distinct failure
    "action.one": ("{n} call {what}. {advice}", "{n} 次调用{what}。{advice}"),
    "action.many": ("{n} calls {what}. {advice}", "{n} 次调用{what}。{advice}"),
    "action.recovered.one": (
        "{n} call succeeded only after a silent retry ({kinds}). {advice}",
        "{n} 次调用在静默重试后才成功（{kinds}）。{advice}",
    ),
    "action.recovered.many": (
        "{n} calls succeeded only after a silent retry ({kinds}). {advice}",
        "{n} 次调用在静默重试后才成功（{kinds}）。{advice}",
    ),
    "action.cold": (
        (
            "Send a small request before real work, or ask the relay's operator to keep the model warm; scenario "
            "keep-warm measures how long it stays warm."
        ),
        "正式使用前先发一个小请求，或请中转的运营者让模型保持预热；场景 keep-warm 可测出能保持多久。",
    ),
    "action.slow": (
        "Find the phase that takes the time below, and send it to the relay's operator.",
        "先看下面时间花在哪个阶段，再把它发给中转的运营者。",
    ),
}
