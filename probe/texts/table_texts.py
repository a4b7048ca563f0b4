"""Headings, tables, and what stands below them."""

TABLES: dict[str, tuple[str, str]] = {
    "points": ("{value} points", "{value} 个百分点"),
    "gate.nothing": ("no data", "没有数据"),
    "gate.nothing_of": ("no data for {label}", "{label} 没有数据"),
    # headings
    "title": ("probe report: {title}", "probe 报告：{title}"),
    "measured": ("Measured {when} UTC", "测量时间：{when} UTC"),
    "charts.title": ("Charts", "图表"),
    "rounds.title": ("Round by round", "逐轮结果"),
    "calls.title": ("Calls", "调用"),
    "durations.title": ("Durations", "耗时"),
    "pairs.title": ("First and second calls compared", "首次调用与第二次调用对比"),
    "outcomes.title": ("Outcomes", "结果"),
    "phases.title": ("Where the time went", "时间花在哪里"),
    "models.title": ("Models and tokens", "模型与 token"),
    "gates.title": ("Gates", "门限"),
    "notes.title": ("Notes", "备注"),
    "operator.title": ("For the operator: calls that failed or recovered", "供运维排查：失败或补救后成功的调用"),
    "provenance.title": ("Provenance", "来源"),
    "details.title": ("Details: {name}", "详情：{name}"),
    "comparison.title": ("{candidate} compared with {base}", "{candidate} 对比 {base}"),
    # columns
    "column.target": ("target", "目标"),
    "column.step": ("step", "步骤"),
    "column.ok": ("ok", "符合预期"),
    "column.clean": ("clean", "一次成功"),
    "column.recovered": ("recovered", "补救后成功"),
    "column.failed": ("failed", "失败"),
    "column.timed_out": ("at deadline", "其中到时限"),
    "column.failure_rate": ("failure rate (95 % interval)", "失败率（95% 区间）"),
    "column.failure_share": ("share of failures (95 % interval)", "失败占比（95% 区间）"),
    "column.success_median": ("median duration", "耗时中位数"),
    "overview.note": (
        (
            "Worst first. The intervals hold for all {n} targets together (Clopper and Pearson's, with Bonferroni's "
            "rule); the median is of the calls that succeeded."
        ),
        "按从差到好排列。各区间对 {n} 个目标同时成立（Clopper–Pearson 区间，Bonferroni 校正）；中位数只含成功的调用。",
    ),
    "column.figure": ("figure", "指标"),
    "column.value": ("value", "数值"),
    "column.interval": ("95 % interval", "95% 区间"),
    "column.calls": ("calls", "调用"),
    "column.min": ("min", "最小"),
    "column.median": ("median", "中位数"),
    "column.max": ("max", "最大"),
    "column.outcome": ("outcome", "结果"),
    "column.meaning": ("meaning", "含义"),
    "column.party": ("who acts", "由谁处理"),
    "column.phase": ("phase", "阶段"),
    "column.mean": ("mean", "平均"),
    "column.asked": ("requested", "请求的模型"),
    "column.served": ("answered by (calls)", "实际作答的模型（次数）"),
    "column.input": ("input tokens", "输入 token"),
    "column.output": ("output tokens", "输出 token"),
    "column.cache_read": ("cache read", "缓存读取"),
    "column.cache_share": ("share read from cache (95 % interval)", "缓存读取占比（95% 区间）"),
    "column.cost": ("cost (USD)", "费用（USD）"),
    "column.gate": ("gate", "门限"),
    "column.result": ("result", "结果"),
    "column.observed": ("observed", "实测"),
    "column.run": ("run", "运行"),
    "column.round": ("round", "轮"),
    "column.took": ("took", "耗时"),
    "column.flags": ("flags", "标记"),
    "column.session": ("session id", "会话 ID"),
    "column.requests": ("requests: UTC, outcome, ids", "各请求：UTC 时间、结局、ID"),
    "column.request_ids": ("request ids", "请求 ID"),
    "column.evidence": ("evidence", "证据"),
    "column.what": ("item", "项目"),
    "column.is": ("value", "内容"),
    "column.quantity": ("quantity", "指标"),
    "column.judgement": ("judgement", "判断"),
    "column.difference": ("difference", "差值"),
    # rows
    "row.median": ("median", "中位数"),
    "row.quantile": ("{percent} quantile", "{percent} 分位数"),
    "row.failed_after": ("failed after (median)", "失败前用时（中位数）"),
    "row.first_token": ("time to first token", "首 token 时间"),
    "row.ttft": ("median time to first token", "首 token 时间中位数"),
    "row.flag": ("flag `{flag}`", "标记 `{flag}`"),
    "row.as_expected": ("{words}; as expected", "{words}；符合预期"),
    "pairs.n": ("rounds with both calls", "两次调用都有效的轮数"),
    "pairs.only_first": ("only the first call failed", "仅首次调用失败"),
    "pairs.only_second": ("only the second call failed", "仅第二次调用失败"),
    "pairs.both": ("both failed", "两次都失败"),
    "pairs.none": ("neither failed", "两次都成功"),
    "pairs.difference": ("difference in failure rate", "失败率之差"),
    "pairs.difference_valid": ("the same, interval valid at any stopping time", "同上，随时停止都有效的区间"),
    "pairs.difference_one_sided": ("the same, one-sided limits: at least; at most", "同上，单侧：至少；至多"),
    "pairs.mcnemar": ("McNemar's test, mid-p; exact", "McNemar 检验：mid-p；精确 p"),
    "pairs.slower": (
        "first slower; second slower; alike; unknown (margin {slower_by})",
        "首次更慢；第二次更慢；相当；无法判断（以 {slower_by} 为界）",
    ),
    "pairs.means": (
        "mean time of first; second calls, a failed call counted at its timeout",
        "首次调用；第二次调用的平均用时（失败的调用按其时限计）",
    ),
    "pairs.mean": ("mean difference of these times", "平均用时之差"),
    "pairs.sign_flip": ("sign-flip test of that difference, p", "其符号翻转检验的 p"),
    "pairs.ratio": ("typical ratio of these times", "典型用时比"),
    "pairs.evidence": ("e-values, log10: fails more; slower; both", "e 值（log10）：失败更多；更慢；两者合并"),
    "pairs.p": ("always-valid p: no worse; worse by {delta} points", "随时有效的 p：并不更差；差 {delta} 个百分点以上"),
    "pairs.control_own": (
        "mean difference on the embedded upstream (control): Claude Code's own",
        "内置上游上的平均差值（对照）：客户端自身的部分",
    ),
    "pairs.control_left": ("mean difference without it", "扣除后的平均差值"),
    "gate.failed": ("failed", "未通过"),
    "gate.passed": ("passed", "通过"),
    "fact.cpus": ("{cpus} CPUs", "{cpus} 个 CPU"),
    "phase.boot": ("boot", "客户端启动"),
    "phase.boot.live": ("boot", "准备"),
    "phase.boot.plain": ("boot", "准备"),
    "phase.retries": ("retries", "重试"),
    "phase.connect": ("connect", "连接"),
    "phase.wait": ("wait", "等待首字节"),
    "phase.stream": ("stream", "接收流"),
    "phase.exit": ("exit", "退出"),
    "phase.exit.plain": ("exit", "收尾"),
    "phase.unsplit": ("unsplit", "未细分"),
    "source.wire": ("as recorded on the wire", "依据链路记录"),
    "source.client": ("as the client reports them", "依据客户端自述"),
    # what stands below tables and charts
    "rounds.legend": (
        "{clean} clean   {recovered} recovered   {timed_out} stopped at the deadline   {failed} failed",
        "{clean} 一次成功   {recovered} 补救后成功   {timed_out} 到时限终止   {failed} 失败",
    ),
    "rounds.some": (
        "{shown} of {total} rounds are shown, those with failures or retries first.",
        "共 {total} 轮，此处显示 {shown} 轮，优先显示有失败或重试的轮次。",
    ),
    "calls.legend": (
        (
            "*ok*: the outcome that the scenario expects. *recovered*: ok, but only because the client silently "
            "retried or fell back; *clean*: ok at the first attempt."
        ),
        (
            "*符合预期*：结果与场景预期一致。*补救后成功*：符合预期，但只因客户端静默重试或回退；*一次成功*："
            "首次尝试即符合预期。"
        ),
    ),
    "durations.legend": (
        (
            "Wall time of the whole call, from the client's start to its end. Quantiles are of the calls that "
            "succeeded; *failed after* is how long failed calls took until they failed."
        ),
        "整次调用的墙钟时间，从客户端启动到退出。分位数只含成功的调用；*失败前用时*是失败的调用到失败为止所用的时间。",
    ),
    "pairs.legend": (
        (
            "Methods: e-processes on paired rounds and always-valid p (the verdict; valid however often one looks). "
            "All other intervals and p-values hold for one look at the end: Tango's score interval, McNemar's test, "
            "paired t interval, sign-flip test, Hodges-Lehmann on logarithms."
        ),
        (
            "方法：结论基于逐轮配对的 e-process 与随时有效的 p，中途查看多少次都成立；其余区间和 p "
            "值只对最后一次查看成立：Tango 得分区间、McNemar 检验、配对 t 区间、符号翻转检验、对数上的 Hodges-Lehmann "
            "估计。"
        ),
    ),
    "phases.legend": (
        (
            "Means over the calls that succeeded, {source}. *boot*: until the client's first request. *retries*: "
            "attempts that failed, and the waits between them. *wait*: the upstream's silence after the request that "
            "counted."
        ),
        (
            "对成功的调用取平均，{source}。*客户端启动*：到客户端发出首个请求为止。*重试*："
            "失败的尝试及其间的等待。*等待首字节*：最终生效的请求发出后上游的静默时间。"
        ),
    ),
    "models.unknown": ("unknown", "未知"),
    "models.legend": (
        (
            "Tokens are counted on the wire, or else reported by the client. The client computes the cost and prices "
            "every model as its own. *unknown*: nobody reported it."
        ),
        (
            "token 数以链路记录为准，没有记录时以客户端上报为准。费用由客户端计算，对所有模型都按自家价格计费。"
            "*未知*表示无人上报。"
        ),
    ),
    "operator.target": (
        "Target {target}, token {token}. Times are UTC.",
        "目标 {target}，令牌：{token}。时间均为 UTC。",
    ),
    "operator.more": ("{n} more; `probe export` lists every call.", "另有 {n} 次；`probe export` 可列出全部调用。"),
    "comparison.interleaved": (
        "Measured side by side, round by round: {candidate} {candidate_rounds}, {base} {base_rounds} rounds.",
        "同一时段内逐轮交替测量：{candidate} {candidate_rounds} 轮，{base} {base_rounds} 轮。",
    ),
    "comparison.apart": (
        (
            "Measured at different times ({candidate} {candidate_rounds}, {base} {base_rounds} rounds), so part of a "
            "difference may come from the time of day."
        ),
        "在不同时间测量（{candidate} {candidate_rounds} 轮，{base} {base_rounds} 轮），差别可能部分来自时段。",
    ),
    "provenance.unknown": ("Unknown: the run has no readable manifest.", "未知：该次运行没有可读的清单文件。"),
    "table.none": ("None.", "无。"),
    # JUnit
    "junit.gate": ("{expression}: observed {observed}", "{expression}：实测 {observed}"),
    "junit.outcome": ("{count}: {words}; who acts: {party}", "{count} 次调用：{words}；由{party}处理"),
    "junit.unexpected": ("{count}: {words}, which the scenario does not expect", "{count} 次调用：{words}，与预期不符"),
    "junit.no_call": ("no call counts", "没有可计入统计的调用"),
    "junit.never": ("no call had this outcome", "没有调用得到此结果"),
    "junit.cause": ("cause {cause}: {n}", "原因 {cause}：{n} 次"),
    "junit.unnamed": ("not named", "未说明"),
    "junit.incident": (
        "round {round}, {at}, session {session}: {evidence}",
        "第 {round} 轮，{at}，会话 {session}：{evidence}",
    ),
    # comparisons
    "quantity.failure_rate": ("failure rate", "失败率"),
    "quantity.clean_rate": ("share of clean calls", "一次成功率"),
    "quantity.timeout_rate": ("timeout rate", "超时率"),
    "quantity.mean_wall": ("mean time, failed calls at their timeout", "平均用时（失败的调用按其时限计）"),
    "quantity.median_wall": ("median time, failed calls at their timeout", "用时中位数（失败的调用按其时限计）"),
    "quantity.p50_duration": ("median duration", "耗时中位数"),
    "quantity.p75_duration": ("75 % quantile of durations", "耗时 75% 分位数"),
    "quantity.p90_duration": ("90 % quantile of durations", "耗时 90% 分位数"),
    "quantity.p95_duration": ("95 % quantile of durations", "耗时 95% 分位数"),
    "quantity.ttft": ("time to first token", "首 token 时间"),
    "quantity.first_call_cost": ("extra time of a first call over a second call", "首次调用比第二次调用多用的时间"),
    "quantity.outcome": ("calls with outcome {name}", "结果为 {name} 的调用"),
    "quantity.phase": ("{name} phase", "{name}阶段用时"),
    "judgement.better": ("better", "更好"),
    "judgement.worse": ("worse", "更差"),
    "judgement.no_difference_seen": ("no difference seen", "未见差别"),
    "judgement.too_few": ("too few calls", "样本量不足，无法判断"),
    "comparison.sentence": (
        "{label}, {quantity}: {judgement}. {candidate} instead of {base}, a difference of {difference}.",
        "{label} 的{quantity}：{judgement}。{candidate}，基准为 {base}，差值 {difference}。",
    ),
    "comparison.values": (
        "{label}, {quantity}: {judgement}. {candidate} instead of {base}.",
        "{label} 的{quantity}：{judgement}。{candidate}，基准为 {base}。",
    ),
    # provenance
    "fact.runs": ("runs", "运行"),
    "fact.rounds": ("rounds", "轮数"),
    "fact.rounds_of": ("{finished} of {planned}", "计划 {planned} 轮，完成 {finished} 轮"),
    "fact.probe": ("probe", "probe 版本"),
    "fact.target": ("target", "目标"),
    "fact.kind.real": ("real", "真实上游"),
    "fact.kind.embedded": ("embedded", "内置上游"),
    "fact.faults": ("faults", "注入的故障"),
    "fact.token": ("token", "令牌"),
    "fact.model": ("model", "模型"),
    "fact.scenario": ("scenario", "场景"),
    "fact.sessions": ("sessions", "会话方式"),
    "fact.timeouts": ("timeouts", "超时时限"),
    "fact.gap": ("idle time before a round", "每轮前的空闲时间"),
    "fact.workload": ("workload", "负载"),
    "fact.client": ("client", "客户端"),
    "fact.version_unknown": ("(version unknown)", "（版本未知）"),
    "fact.retries": ("client retries", "客户端重试次数"),
    "fact.default": ("its default", "客户端默认值"),
    "fact.driver": ("driver", "驱动方式"),
    "fact.recorder": ("recorder in the path", "链路中有记录器"),
    "fact.way": ("route to the target", "到目标的链路"),
    "way.direct": ("direct", "直连"),
    "way.unknown": ("unknown", "未记录"),
    "way.proxy": ("through the proxy {place}", "经代理 {place}"),
    "fact.primed": ("sandbox primed", "沙箱已预热"),
    "fact.concurrency": ("rounds in parallel", "同时运行的轮数"),
    "fact.variables": ("environment variables set", "设置的环境变量"),
    "fact.machine": ("machine", "机器"),
    "fact.delta": ("smallest difference in failure rate that matters", "有意义的最小失败率差值"),
    "fact.slower_by": ("counts as slower from", "计为“更慢”的最小差值"),
    "fact.interrupted": ("interrupted calls", "被中止的调用"),
    "fact.not_counted": ("{n}, not counted", "{n} 次，未计入统计"),
    "fact.corrupt": ("unreadable", "无法读取"),
    "fact.none": ("none", "无"),
    "fact.built_in": ("built in", "内置"),
    "fact.yes": ("yes", "是"),
    "fact.no": ("no", "否"),
}
