"""Words of `probe run` and other commands on a terminal, beside those of reports."""

TERMINAL: dict[str, tuple[str, str]] = {
    # before a run
    "run.target": ("Target {name}{source}: {base_url}, model {model}", "目标 {name}{source}：{base_url}，模型 {model}"),
    "run.source": (" (from {path})", "（来自 {path}）"),
    "run.embedded": (
        "This run uses the embedded upstream, which says nothing about a real one. Faults: {faults}",
        "本次运行使用内置上游，不能说明任何真实上游的情况。故障：{faults}",
    ),
    "run.embedded.unnamed": (
        (
            "No target is named, so this run uses the embedded upstream, which says nothing about a real one. "
            "Faults: {faults}"
        ),
        "没有指定目标，因此使用内置上游，不能说明任何真实上游的情况。故障：{faults}",
    ),
    "run.control": (
        "Control: the embedded upstream without faults, to measure what the first call costs the client itself.",
        "对照组：没有故障的内置上游，用来测量首次调用中客户端自身的开销。",
    ),
    "run.plan": ("{scenario}: {size} with {makers}; {limits}.", "{scenario}：{size}；调用方式：{makers}；{limits}。"),
    "run.size": ("{rounds} of {calls}", "{rounds}，每轮 {calls}"),
    "run.size.at_most": ("at most {size}", "最多 {size}"),
    "run.calls.one": ("{n} call", "{n} 次调用"),
    "run.calls.many": ("{n} calls", "{n} 次调用"),
    "run.cost": ("about {tokens} input tokens if no call is retried", "若无重试，约 {tokens} 个输入 token"),
    "run.longest": ("at most {time}", "最多 {time}"),
    "run.plain_http": ("plain HTTP ({driver})", "普通 HTTP（{driver}）"),
    "run.client.from": ("{program} {version} is from {source}.", "{program} {version} 来自 {source}。"),
    "run.gap": (
        "Before each round the target is left alone for a time of that round's own, {shortest} to {longest}.",
        "每一轮之前都让目标空闲一段各不相同的时间：{shortest} 至 {longest}。",
    ),
    "run.warning": ("warning: {text}", "警告：{text}"),
    "run.skip_permissions": (
        (
            "WARNING: --dangerously-skip-permissions: whatever the upstream asks the client to run is run on this "
            "machine, as you, with your files and your network. The answers go back to the upstream. Do this only with "
            "an upstream that you trust."
        ),
        (
            "警告：--dangerously-skip-permissions：上游要求客户端执行的任何命令，都会以你的身份在本机执行，"
            "可访问你的文件和网络，结果会发回上游。只应对你信任的上游这样做。"
        ),
    ),
    # after a run
    "result.first_calls.open": (
        "Whether first calls are worse than second calls is not clear after {rounds}{more}.",
        "测了 {rounds}，尚不清楚首次调用是否比第二次调用差{more}。",
    ),
    "result.more": ("; {to_go}", "；{to_go}"),
    "result.took": (
        "Median times of calls that succeeded: {medians}.",
        "成功调用的耗时中位数：{medians}。",
    ),
    "result.took.step": ("{label} {time}", "{label} {time}"),
    "result.embedded": (
        "This was the embedded upstream: it says nothing about a real one.",
        "这是内置上游，不能说明任何真实上游的情况。",
    ),
    "result.gate": ("gate failed: {gate} (observed {observed})", "门限未通过：{gate}（实测 {observed}）"),
    "result.corrupt": ("could not be read: {name}: {count}", "无法读取：{name}：{count}"),
    "result.limit": (
        "Stopped early: the limit of {option} was reached.",
        "提前结束：达到了 {option} 的上限。",
    ),
    "result.place.run": ("run:    {path}", "运行：  {path}"),
    "result.place.report": ("report: {paths}", "报告：  {paths}"),
    "result.run": ("Run: {path}", "运行目录：{path}"),
    "result.report": ("Report: {path}", "报告：{path}"),
    "result.interrupted": (
        "Interrupted. What is there is kept; go on with:",
        "已中断。已有结果均已保存，继续运行请执行：",
    ),
    "result.counts": ("{label}: {ok} of {n} ok{recovered}{failed}", "{label}：{n} 次中 {ok} 次成功{recovered}{failed}"),
    "result.counts.recovered": (" ({n} not clean)", "（其中 {n} 次并非一次成功）"),
    "result.counts.failed": (", {n} failed", "，{n} 次失败"),
    "result.counts.timed_out": (
        ", {n} failed, {timed_out} of these stopped at the deadline",
        "，{n} 次失败，其中 {timed_out} 次到时限终止",
    ),
    "result.outcome": ("{n} × {outcome}: {words}", "{n} × {outcome}：{words}"),
    # while a run goes on
    "live.rounds": ("{finished}/{rounds} rounds", "{finished}/{rounds} 轮"),
    "live.to_go": ("about {time} to go", "约剩 {time}"),
    "live.to_go.until_sure": (
        "about {time} to go if all {rounds} rounds are needed",
        "若 {rounds} 轮全部需要，约剩 {time}",
    ),
    "live.to_go.at_most": ("at most {time} to go", "最多还需 {time}"),
    "live.ok": ("{n} ok", "成功 {n}"),
    "live.recovered": ("{n} recovered", "其中补救后成功 {n}"),
    "live.failed": ("{n} failed", "失败 {n}"),
    "live.health.failed": ("{failed} of {n} calls failed so far", "到目前为止 {n} 次调用中有 {failed} 次失败"),
    "live.health.recovered": (
        "{recovered} of {n} calls succeeded only because Claude Code silently retried",
        "{n} 次调用中有 {recovered} 次只是因为 Claude Code 静默重试才成功",
    ),
    "live.last": ("last: {label} {outcome}, {time}", "最近一次：{label} {outcome}，{time}"),
    "live.verdict": ("verdict: {verdict}", "结论：{verdict}"),
    "live.used": ("used: {used}", "用量：{used}"),
    "live.running": ("round {round}: {what}, {time}", "第 {round} 轮：{what}，{time}"),
    "live.time_of": ("{time} of {limit}", "{time} / {limit}"),
    "live.stage.preparing": ("preparing", "准备中"),
    "live.stage.idle": ("idle", "空闲等待"),
    "live.stage.between_calls": ("between calls", "两次调用之间"),
    "live.stopping": (
        "Ending the call in flight; press Ctrl-C again to leave at once.",
        "正在结束进行中的调用；再按一次 Ctrl-C 立即退出。",
    ),
    "live.stopping.nothing": (
        "Interrupted before the first call: nothing was measured. Clearing up; press Ctrl-C again to leave at once.",
        "在首次调用之前已中断：没有测到任何结果。正在清理；再按一次 Ctrl-C 立即退出。",
    ),
    "live.left": (
        "Interrupted: left at once. Rounds that were finished are kept.",
        "已中断：立即退出。已完成的轮次均已保存。",
    ),
    "live.left.nothing": (
        "Interrupted before the first call: left at once, nothing was measured.",
        "在首次调用之前已中断：立即退出，没有测到任何结果。",
    ),
    "live.unprimed": ("round {round}: not primed: {problem}", "第 {round} 轮：未能预热客户端：{problem}"),
    "live.extra": (
        "{label}: one call more, to tell a cold start from a fault of every second request",
        "{label}：额外的一次调用，用来区分冷启动与每隔一个请求就出现的故障",
    ),
    "live.line.place": ("round {round}/{rounds} {label}", "第 {round}/{rounds} 轮 {label}"),
    "live.line.call": ("{place}{after}: {outcome} in {time}{content}", "{place}{after}：{outcome}，{time}{content}"),
    "live.line.call.stopped": (
        "{place}{after}: {outcome}, {time}{content}",
        "{place}{after}：{outcome}，{time}{content}",
    ),
    "call.took": ("took {time}", "用时 {time}"),
    "call.stopped": ("stopped at the deadline of {time}", "到时限 {time} 时终止"),
    "live.line.idle": (" after {time} idle", "（此前空闲 {time}）"),
    "live.line.progress": ("{rounds} rounds done, {to_go}", "已完成 {rounds} 轮，{to_go}"),
    "live.content": (", first content after {time}", "，{time} 后收到首个内容"),
    "live.content.retried": (
        ", first content {time} after the last request",
        "，最后一次请求 {time} 后收到首个内容",
    ),
    # reports on a terminal
    "report.reasons": ("Why, and how sure", "依据与把握程度"),
    "report.call": ("round {round} {label}", "第 {round} 轮 {label}"),
    "report.more": (
        "More: probe report -v, or --format html --output report.html; probe explain tells of a call.",
        "更多：probe report -v，或 --format html --output report.html；probe explain 可讲述单次调用。",
    ),
    "report.more.all": (
        "All of it: probe report --format html --output report.html, or --format markdown.",
        "全部内容：probe report --format html --output report.html，或 --format markdown。",
    ),
    # which call is explained, and why
    "explain.failed.one": (
        "{place} is the only call that failed.",
        "{place} 是唯一失败的调用。",
    ),
    "explain.failed.many": (
        "{place} is the first of {n} calls that failed alike, the most frequent failure.",
        "{place} 是 {n} 次同类失败中的第一次，也是最常见的失败。",
    ),
    "explain.recovered.one": (
        "No call failed. {place} is the only one that succeeded only after a silent retry.",
        "没有调用失败；{place} 是唯一一次静默重试后才成功的调用。",
    ),
    "explain.recovered.many": (
        "No call failed. {place} is the first of {n} that succeeded only after a silent retry.",
        "没有调用失败；{place} 是 {n} 次静默重试后才成功的调用中的第一次。",
    ),
    "explain.slowest": (
        "No call failed or was retried. {place} took the longest.",
        "没有调用失败或重试；{place} 用时最长。",
    ),
    "explain.others": (
        "Others: --round N (1 to {last}), --step LABEL.",
        "其他调用：--round N（1 至 {last}），--step LABEL。",
    ),
    "explain.place": ("Round {round}, {label}", "第 {round} 轮的 {label}"),
    "compare.rest.one": (
        "{n} other quantity shows no difference beyond chance, or has too few calls; --format markdown lists all.",
        "另有 {n} 项指标未见超出偶然的差别，或样本量不足；--format markdown 可全部列出。",
    ),
    "compare.rest.many": (
        "{n} other quantities show no difference beyond chance, or have too few calls; --format markdown lists all.",
        "另有 {n} 项指标未见超出偶然的差别，或样本量不足；--format markdown 可全部列出。",
    ),
}
