"""Remarks of a report: one sentence or two for each code of a note. `.one` is the form for a count of one."""

NOTES: dict[str, tuple[str, str]] = {
    # about the data
    "note.original_script": (
        "These calls come from a summary of the original script, which kept less than probe keeps.",
        "这些调用来自原始脚本的摘要，其保留的信息少于 probe。",
    ),
    "note.no_manifest": (
        "The run has no readable manifest, so what was measured, and how, is not certain.",
        "该次运行没有可读的清单文件，无法确知测量的对象和条件。",
    ),
    "note.incomplete": (
        "Incomplete: {finished} of {planned} rounds; {reason}.",
        "未完成：计划 {planned} 轮，完成 {finished} 轮；{reason}。",
    ),
    "note.incomplete.why": (
        "Incomplete: {finished} of {planned} rounds; {reason} ({why}).",
        "未完成：计划 {planned} 轮，完成 {finished} 轮；{reason}（{why}）。",
    ),
    "note.unreadable": ("Some data could not be read: {what}, {count} times.", "有数据无法读取：{what}，{count} 处。"),
    "note.unreadable.one": (
        "Some data could not be read: {what}, {count} time.",
        "有数据无法读取：{what}，{count} 处。",
    ),
    "note.machine_shared": (
        (
            "{concurrency} rounds ran in parallel on {cpus} CPUs. The clients waited for each other, so they started "
            "and worked more slowly than alone."
        ),
        "{cpus} 个 CPU 上同时运行 {concurrency} 轮：客户端互相等待，启动和自身处理都比单独运行时慢。",
    ),
    "note.machine_busy": (
        (
            "This machine was busy (load above {load} on {cpus} CPUs) during {busy} of {n} calls, so part of the "
            "time is its own."
        ),
        "本机负载偏高：{n} 次调用中有 {busy} 次测量时负载超过 {load}（{cpus} 个 CPU），部分耗时来自本机。",
    ),
    "note.quota_ended": (
        (
            "From round {round} on (since {since}) no call succeeded: {count} of {n} failed because credit or a "
            "usage limit was used up."
        ),
        "自第 {round} 轮（{since}）起再没有一次调用成功：{n} 次中有 {count} 次因余额不足或达到用量上限而失败。",
    ),
    "note.retry_at": (
        "The relay refused calls and named a time to try again: {when} ({wait_ms} after such a call began).",
        "中转拒绝了调用，并说明何时可以重试：{when}（该次调用发出后 {wait_ms}）。",
    ),
    # seen in the series of calls
    "note.outliers": (
        (
            "{label}: {count} calls took much longer or shorter than the others (rounds {rounds}). They count like "
            "all others."
        ),
        "{label}：有 {count} 次调用的耗时与其余相差悬殊（第 {rounds} 轮），统计时照常计入。",
    ),
    "note.outliers.one": (
        (
            "{label}: {count} call took much longer or shorter than the others (round {rounds}). It counts like all "
            "others."
        ),
        "{label}：有 {count} 次调用的耗时与其余相差悬殊（第 {rounds} 轮），统计时照常计入。",
    ),
    "note.two_clusters": (
        (
            "{label}: the durations form two groups, around {low_ms} and around {high_ms}; {high_share} are in the "
            "slow one. A single typical value does not describe them."
        ),
        "{label}：耗时分为两群，分别在 {low_ms} 和 {high_ms} 附近，慢的一群占 {high_share}；单一典型值不足以描述。",
    ),
    "note.drift": (
        "{label}: calls became {direction} during the run (rank correlation {tau}; by chance in about {p} such runs).",
        "{label}：运行过程中调用逐渐{direction}（秩相关 {tau}；若仅由偶然造成，出现同样程度的概率约为{p}）。",
    ),
    "note.autocorrelation": (
        (
            "{label}: slow calls tend to follow slow calls (lag-1 correlation {r}; by chance in about {p} such "
            "runs). Rounds are not quite independent, so intervals may be too narrow."
        ),
        (
            "{label}：慢调用往往接连出现（相邻相关 {r}；若仅由偶然造成，出现同样程度的概率约为{p}），"
            "各轮并不完全独立，区间可能偏窄。"
        ),
    ),
    "note.alternation": (
        (
            "{label}: slow and fast calls tend to alternate (lag-1 correlation {r}; by chance in about {p} such "
            "runs), as when a relay sends calls to two servers in turn."
        ),
        (
            "{label}：快慢调用往往交替出现（相邻相关 {r}；若仅由偶然造成，出现同样程度的概率约为{p}），"
            "中转把调用轮流发给两台服务器时就会这样。"
        ),
    ),
    "note.bursts": (
        (
            "{label}: the {failed} failures among {n} calls come in bursts (by chance in about {p} such runs), so "
            "intervals may be too narrow."
        ),
        "{label}：{n} 次调用中的 {failed} 次失败成串出现（若仅由偶然造成，出现同样程度的概率约为{p}），区间可能偏窄。",
    ),
    # what the data cannot tell
    "note.few_pairs": ("{n} rounds show only large differences.", "只有 {n} 轮，只能看出很大的差别。"),
    "note.few_pairs.one": ("{n} round shows hardly anything.", "只有 {n} 轮，几乎看不出什么。"),
    "note.living_process": (
        (
            "{label} goes on in the client process of the call before: its time runs from the question to the end of "
            "the answer. Connections that were open already: {count} of {n} calls."
        ),
        ("{label} 沿用前一次调用的客户端进程：用时从提问到回答结束。使用已打开连接的调用：{n} 次中有 {count} 次。"),
    ),
    "note.from_the_request": (
        (
            "Second calls go on in the client process of the first, so only first calls start the client: both are "
            "compared from their first request on. First calls also connect, unless the client did so before."
        ),
        (
            "第二次调用沿用第一次的客户端进程，只有第一次调用需要启动客户端，因此两者都从首个请求起比较。"
            "若客户端没有事先建立连接，第一次调用还包含建立连接的时间。"
        ),
    ),
    "note.no_failures_seen": (
        "None of {n} first calls failed; their failure rate may still be as high as {high_share}.",
        "{n} 次首次调用都没有失败，但其失败率仍可能高达 {high_share}。",
    ),
    "note.no_failures_seen.one": (
        "The only first call did not fail; the failure rate may still be as high as {high_share}.",
        "仅有的一次首次调用没有失败，但失败率仍可能高达 {high_share}。",
    ),
    "note.usage_unknown": (
        (
            "{count} of {n} answered calls did not report their usage: their tokens and cost are unknown, sums leave "
            "them out, and no limit can count them."
        ),
        "{n} 次得到回答的调用中有 {count} 次没有附带用量：其 token 数与费用未知，不计入合计，任何上限都无法将其计入。",
    ),
    "note.cache_not_read": (
        (
            "{count} of {n} calls of {label} read nothing from the prompt cache, though their prompt begins as one "
            "that was answered in the 5 minutes before: the upstream charges for all of it again."
        ),
        (
            "{label} 有 {n} 次调用的提示词开头与此前 5 分钟内已得到回答的一次相同，其中 {count} 次却没有从提示缓存读取"
            "任何内容：上游对全部提示词重复计费。"
        ),
    ),
    "note.not_recorded": (
        "{count} calls were not recorded on the wire; their causes are what the client reports.",
        "{count} 次调用没有链路记录，其原因只能依据客户端自述。",
    ),
    "note.not_recorded.one": (
        "{count} call was not recorded on the wire; its cause is what the client reports.",
        "{count} 次调用没有链路记录，其原因只能依据客户端自述。",
    ),
    "note.cause_unknown": ("The cause of {count} failures is unknown.", "{count} 次失败调用的原因不明。"),
    "note.cause_unknown.one": ("The cause of {count} failure is unknown.", "{count} 次失败调用的原因不明。"),
    "note.preflight": (
        (
            "The preflight asked the upstream {idle_ms} before the first call: if it cools down later than that, the "
            "first round began warm (`--no-preflight` leaves it out)."
        ),
        "预检在首次调用前 {idle_ms} 询问过上游：若上游更久才变冷，第一轮就从热的开始（`--no-preflight` 可省去）。",
    ),
    "note.little_idle": (
        (
            "Rounds were {idle_ms} apart (median), so an upstream that cools down after minutes would look warm. Try "
            "`--gap 5m`."
        ),
        "各轮之间只隔 {idle_ms}（中位数）：若上游要几分钟才变冷，这里看不出来。可试 --gap 5m。",
    ),
    "note.no_control": (
        (
            "There was no control arm, so Claude Code's own first-call cost cannot be separated from the upstream's. "
            "Try --control."
        ),
        "没有对照组，无法区分首次调用的开销来自 Claude Code 自身还是上游。可加 --control。",
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
        "{count} calls were cut off at {timeout_ms}; a longer timeout might have seen an answer.",
        "{count} 次调用在 {timeout_ms} 时被截断；时限更长时或许能等到回答。",
    ),
    "note.timeout_hides.one": (
        "{count} call was cut off at {timeout_ms}; a longer timeout might have seen an answer.",
        "{count} 次调用在 {timeout_ms} 时被截断；时限更长时或许能等到回答。",
    ),
    "note.cut_off": (
        "{count} calls were cut off by their timeout; a longer one might have seen an answer.",
        "{count} 次调用到时限时被截断；时限更长时或许能等到回答。",
    ),
    "note.cut_off.one": (
        "{count} call was cut off by its timeout; a longer one might have seen an answer.",
        "{count} 次调用到时限时被截断；时限更长时或许能等到回答。",
    ),
    "note.embedded": (
        "The embedded upstream answered, so this says nothing about a real upstream.",
        "应答的是内置上游：这不能说明任何真实上游的情况。",
    ),
    "note.other_expected": (
        (
            "{label} is expected to be refused ({outcome}), so its durations are not those of an answer, and the two "
            "calls are not comparable."
        ),
        "{label} 预期会被拒绝（{outcome}），其耗时不是作答的耗时，两次调用不可比。",
    ),
    # comparing and pooling
    "note.machine_differs": (
        "Measured on different machines ({base} and {candidate}), which may account for part of a difference.",
        "在不同机器上测量（{base} 与 {candidate}）：差别可能部分来自机器。",
    ),
    "note.client_differs": (
        "Measured with different clients ({base} and {candidate}), which may account for part of a difference.",
        "使用了不同的客户端（{base} 与 {candidate}）：差别可能部分来自客户端。",
    ),
    "note.scenario_differs": (
        "Measured with different scenarios ({base} and {candidate}): the calls are not comparable.",
        "使用了不同的场景（{base} 与 {candidate}）：两边的调用不可比。",
    ),
    "note.driver_differs": (
        (
            "Measured with different drivers: {base} and {candidate}. Plain HTTP makes one request where Claude Code "
            "silently retries. Both are judged by what Claude Code accepts: an answer that it would discard counts "
            "as failed with plain HTTP too."
        ),
        (
            "使用了不同的驱动方式（{base} 与 {candidate}）：普通 HTTP 只请求一次，而 Claude Code 会静默重试；"
            "两者都以 Claude Code 能接受的回答为准，会被它丢弃的回答在普通 HTTP 下也算失败。"
        ),
    ),
    "note.client_driver_differs": (
        "Measured with different drivers: {base} and {candidate}.",
        "使用了不同的驱动方式：{base} 与 {candidate}。",
    ),
    "note.setting_differs": ("Different {name}: {base} and {candidate}.", "“{name}”设置不同：{base} 与 {candidate}。"),
    "note.not_pooled": (
        "{run} is not pooled with {other}: they differ in {names}.",
        "{run} 没有与 {other} 合并，因为以下设置不同：{names}。",
    ),
    "note.compared_with_first": (
        "Each of {n} targets is compared with the first, {base}, only.",
        "共有 {n} 个目标，各目标只与第一个目标 {base} 比较。",
    ),
    "note.no_common_step": (
        "One has the steps {base}, the other {candidate}.",
        "一方的步骤为 {base}，另一方的步骤为 {candidate}。",
    ),
    # words that stand in notes
    "reason.completed": ("the run ended as planned", "运行按计划结束"),
    "reason.settled": ("the verdict was reached before", "已提前得出结论"),
    "reason.interrupted": ("it was interrupted", "运行被中断"),
    "reason.max_cost": ("--max-cost-usd was reached", "已达到 --max-cost-usd 的上限"),
    "reason.max_tokens": ("--max-tokens was reached", "已达到 --max-tokens 的上限"),
    "reason.same_failure": (
        "every call of the last rounds failed in the same way",
        "最后几轮的每次调用都以同样方式失败",
    ),
    "reason.vantage_lost": ("its vantage was lost", "观测点失联"),
    "reason.fleet_lost": ("the fleet's scheduler was lost", "集群的调度器失联"),
    "reason.cut_off": ("it is still running, or ended unexpectedly", "仍在运行，或已意外中止"),
    "direction.slower": ("slower", "变慢"),
    "direction.faster": ("faster", "变快"),
}
