"""Remarks of a report: one sentence or two for each code of a note. `.one` is the form for a count of one."""

NOTES: dict[str, tuple[str, str]] = {
    # about the data
    "note.original_script": (
        "These calls come from a summary of the original script, which kept less than probe does.",
        "这些调用来自原始脚本的摘要，其保留的信息少于 probe。",
    ),
    "note.no_manifest": (
        "The run has no readable manifest, so it is not known for certain what was measured, and with what.",
        "该次运行没有可读的清单文件，无法确知测量的对象和条件。",
    ),
    "note.incomplete": (
        "Not complete: {finished} of {planned} rounds; {reason}.",
        "未完成：计划 {planned} 轮，完成 {finished} 轮；{reason}。",
    ),
    "note.unreadable": ("Not everything could be read: {what}, {count} times.", "有数据无法读取：{what}，{count} 处。"),
    "note.unreadable.one": (
        "Not everything could be read: {what}, {count} time.",
        "有数据无法读取：{what}，{count} 处。",
    ),
    "note.machine_shared": (
        (
            "{concurrency} rounds ran at a time on {cpus} CPUs: the clients waited for each other, so their starts "
            "and their own work are slower than they would be alone."
        ),
        "{cpus} 个 CPU 上同时运行 {concurrency} 轮：客户端互相等待，启动和自身处理都比单独运行时慢。",
    ),
    "note.machine_busy": (
        "This machine was busy (load above {load} on {cpus} CPUs) at {busy} of {n} calls: part of the time is its own.",
        "本机负载偏高：{n} 次调用中有 {busy} 次测量时负载超过 {load}（{cpus} 个 CPU），部分耗时来自本机。",
    ),
    "note.quota_ended": (
        (
            "From round {round} on (since {since}) no call came to what was expected: {count} of {n} failed for lack "
            "of money or because a limit on use was reached."
        ),
        "自第 {round} 轮（{since}）起再没有一次调用成功：{n} 次中有 {count} 次因余额不足或达到用量上限而失败。",
    ),
    "note.retry_at": (
        "The upstream refused calls and said when it may be tried again: {when}, {wait_ms} after such a call began.",
        "上游拒绝了调用，并说明何时可以重试：{when}（该次调用发出后 {wait_ms}）。",
    ),
    # seen in the series of calls
    "note.outliers": (
        (
            "{label}: {count} calls took far longer or shorter than the others, in rounds {rounds}. They are counted "
            "like all others."
        ),
        "{label}：有 {count} 次调用的耗时与其余相差悬殊（第 {rounds} 轮），统计时照常计入。",
    ),
    "note.outliers.one": (
        (
            "{label}: {count} call took far longer or shorter than the others, in round {rounds}. It is counted like "
            "all others."
        ),
        "{label}：有 {count} 次调用的耗时与其余相差悬殊（第 {rounds} 轮），统计时照常计入。",
    ),
    "note.two_clusters": (
        (
            "{label}: the durations fall in two groups, around {low_ms} and around {high_ms}; {high_share} are in the "
            "slow one. One typical value does not describe them."
        ),
        "{label}：耗时分为两群，分别在 {low_ms} 和 {high_ms} 附近，慢的一群占 {high_share}；单一典型值不足以描述。",
    ),
    "note.drift": (
        (
            "{label}: calls became {direction} in the course of the run (rank correlation {tau}; chance alone would "
            "show as much in about {p} such runs)."
        ),
        "{label}：运行过程中调用逐渐{direction}（秩相关 {tau}；若仅由偶然造成，出现同样程度的概率约为{p}）。",
    ),
    "note.autocorrelation": (
        (
            "{label}: a slow call tends to follow a slow one (correlation of neighbours {r}; chance alone would show "
            "as much in about {p} such runs), so the rounds are not quite independent and intervals may be too narrow."
        ),
        (
            "{label}：慢调用往往接连出现（相邻相关 {r}；若仅由偶然造成，出现同样程度的概率约为{p}），"
            "各轮并不完全独立，区间可能偏窄。"
        ),
    ),
    "note.alternation": (
        (
            "{label}: slow and fast calls tend to take turns (correlation of neighbours {r}; chance alone would show "
            "as much in about {p} such runs), as they do where a relay sends each call to another server."
        ),
        (
            "{label}：快慢调用往往交替出现（相邻相关 {r}；若仅由偶然造成，出现同样程度的概率约为{p}），"
            "中转把每次调用轮流发给不同服务器时就会这样。"
        ),
    ),
    "note.bursts": (
        (
            "{label}: the {failed} failures of {n} calls come in bursts (chance alone would bunch them as much in "
            "about {p} such runs), so intervals may be too narrow."
        ),
        "{label}：{n} 次调用中的 {failed} 次失败成串出现（若仅由偶然造成，出现同样程度的概率约为{p}），区间可能偏窄。",
    ),
    # what the data cannot tell
    "note.few_pairs": ("With {n} rounds only gross differences can be seen.", "只有 {n} 轮，只能看出很大的差别。"),
    "note.few_pairs.one": ("With {n} round hardly anything can be seen.", "只有 {n} 轮，几乎看不出什么。"),
    "note.no_failures_seen": (
        (
            "No failure in {n} first calls does not mean that there are none: their failure rate may still be as high "
            "as {high_share}."
        ),
        "{n} 次首次调用没有失败，不等于不会失败：其失败率仍可能高达 {high_share}。",
    ),
    "note.no_failures_seen.one": (
        "One first call that did not fail says next to nothing: the failure rate may still be as high as {high_share}.",
        "仅有的一次首次调用没有失败，几乎说明不了什么：失败率仍可能高达 {high_share}。",
    ),
    "note.usage_unknown": (
        (
            "No usage came with {count} of {n} answered calls: their tokens and cost are unknown, sums leave them out, "
            "and no limit could count them."
        ),
        "{n} 次得到回答的调用中有 {count} 次没有附带用量：其 token 数与费用未知，不计入合计，任何上限都无法将其计入。",
    ),
    "note.not_recorded": (
        "{count} calls have no record of the wire; their causes rest on the client's own words.",
        "{count} 次调用没有链路记录，其原因只能依据客户端自己的说法。",
    ),
    "note.not_recorded.one": (
        "{count} call has no record of the wire; its cause rests on the client's own words.",
        "{count} 次调用没有链路记录，其原因只能依据客户端自己的说法。",
    ),
    "note.cause_unknown": ("The cause of {count} failed calls is not known.", "{count} 次失败调用的原因不明。"),
    "note.cause_unknown.one": ("The cause of {count} failed call is not known.", "{count} 次失败调用的原因不明。"),
    "note.little_idle": (
        (
            "Before its first calls the upstream was idle for {idle_ms} only (median): one that cools down later than "
            "that looks warm here."
        ),
        "首次调用之前，上游的空闲时间（中位数）只有 {idle_ms}：若上游要更久才会变冷，这里看不出来。",
    ),
    "note.no_control": (
        (
            "There was no control on the embedded upstream, so the client's own first-call cost cannot be told from "
            "the upstream's."
        ),
        "没有在内置上游上做对照，无法区分首次调用的开销来自客户端自身还是上游。",
    ),
    "note.passing_outage": (
        (
            "A passing outage looks the same: a first call that comes after {gap} of idle time and hangs until its "
            "deadline outlasts it, and the second call finds it over."
        ),
        "短暂的中断看起来也会一样：首次调用在空闲 {gap} 之后发起，一直挂到时限，中断此时已过，第二次调用便不会遇到。",
    ),
    "note.margin_hides": (
        (
            "First calls were slower by {low_ms} to {high_ms} in {count} of {n} rounds: with --slower-by {margin} this "
            "would be COLD."
        ),
        "{n} 轮中有 {count} 轮首次调用慢了 {low_ms} 至 {high_ms}：若设 --slower-by {margin}，则会判定存在冷启动效应。",
    ),
    "note.timeout_hides": (
        "{count} calls were cut off at {timeout_ms}: they might have been answered later, or never.",
        "{count} 次调用在 {timeout_ms} 时被截断：之后可能会有回答，也可能永远没有。",
    ),
    "note.timeout_hides.one": (
        "{count} call was cut off at {timeout_ms}: it might have been answered later, or never.",
        "{count} 次调用在 {timeout_ms} 时被截断：之后可能会有回答，也可能永远没有。",
    ),
    "note.cut_off": (
        "{count} calls were cut off by their timeout: they might have been answered later, or never.",
        "{count} 次调用因超时被截断：之后可能会有回答，也可能永远没有。",
    ),
    "note.cut_off.one": (
        "{count} call was cut off by its timeout: it might have been answered later, or never.",
        "{count} 次调用因超时被截断：之后可能会有回答，也可能永远没有。",
    ),
    "note.embedded": (
        "The embedded upstream answered: this says nothing about any real upstream.",
        "应答的是内置上游：这不能说明任何真实上游的情况。",
    ),
    "note.other_expected": (
        (
            "{label} is expected to be refused ({outcome}), so its durations are not those of an answer, and the two "
            "calls are not alike."
        ),
        "{label} 预期会被拒绝（{outcome}），其耗时不是作答的耗时，两次调用并不同类。",
    ),
    # comparing and pooling
    "note.machine_differs": (
        "Measured on different machines ({base} and {candidate}): part of a difference may be theirs.",
        "在不同机器上测量（{base} 与 {candidate}）：差别可能部分来自机器。",
    ),
    "note.client_differs": (
        "Measured with different clients ({base} and {candidate}): part of a difference may be theirs.",
        "使用了不同的客户端（{base} 与 {candidate}）：差别可能部分来自客户端。",
    ),
    "note.scenario_differs": (
        "Measured with different scenarios ({base} and {candidate}): the calls are not alike.",
        "使用了不同的场景（{base} 与 {candidate}）：两边的调用并不同类。",
    ),
    "note.driver_differs": (
        (
            "Measured with different drivers: {base} and {candidate}. Plain HTTP makes one request where the client "
            "silently retries. Both are judged by what Claude Code accepts of a stream: an answer that it would throw "
            "away counts as failed with plain HTTP too."
        ),
        (
            "使用了不同的驱动方式（{base} 与 {candidate}）：普通 HTTP 只请求一次，而客户端会静默重试；"
            "两者都以 Claude Code 能接受的流为准，会被它丢弃的回答在普通 HTTP 下也算失败。"
        ),
    ),
    "note.setting_differs": (
        "The setting {name} differs: {base} and {candidate}.",
        "“{name}”设置不同：{base} 与 {candidate}。",
    ),
    "note.not_pooled": (
        "{run} was not pooled with {other}, since they differ in: {names}.",
        "{run} 没有与 {other} 合并，因为以下设置不同：{names}。",
    ),
    "note.compared_with_first": (
        "Of {n} targets, each is compared with the first, {base}, only.",
        "共有 {n} 个目标，各目标只与第一个目标 {base} 比较。",
    ),
    "note.no_common_step": (
        "The steps of one are {base}, those of the other {candidate}.",
        "一方的步骤为 {base}，另一方的步骤为 {candidate}。",
    ),
    # words that stand in notes
    "reason.completed": ("the run ended as planned", "运行按计划结束"),
    "reason.settled": ("the verdict was reached before", "已提前得出结论"),
    "reason.interrupted": ("it was interrupted", "运行被中断"),
    "reason.max_cost": ("the limit of --max-cost-usd was reached", "已达到 --max-cost-usd 的上限"),
    "reason.max_tokens": ("the limit of --max-tokens was reached", "已达到 --max-tokens 的上限"),
    "reason.cut_off": ("it is still running, or was cut off", "仍在运行，或已意外中止"),
    "direction.slower": ("slower", "变慢"),
    "direction.faster": ("faster", "变快"),
}
