"""Conclusions of a comparison of two sections."""

COMPARISON: dict[str, tuple[str, str]] = {
    "comparison.better": ("{better} is better than {worse}: {facts}.", "{better} 优于 {worse}：{facts}。"),
    "comparison.mixed": (
        "Neither {base} nor {candidate} is better in everything: {facts}.",
        "{base} 与 {candidate} 互有优劣：{facts}。",
    ),
    "comparison.fact.failure_rate": (
        "{label} failed in {value} of calls instead of {other}, a difference of {difference}",
        "{label} 的失败率为 {value}，对方为 {other}，相差 {difference}",
    ),
    "comparison.fact.mean_wall": (
        "{label} took {value} on average instead of {other}, failed calls counted at their timeout: {difference}",
        "{label} 平均用时 {value}，对方为 {other}（失败的调用按其时限计），相差 {difference}",
    ),
    "comparison.family": (
        "Of {n} comparisons made together, each has to clear a level adjusted by Holm's method (adjusted p = {p}).",
        "共同时做了 {n} 组比较；显著水平按 Holm 法校正（校正后 p = {p}）。",
    ),
    "comparison.health": ("{name}: {health}", "{name}：{health}"),
    "comparison.regression": ("{candidate} is worse than {base}.", "{candidate} 比 {base} 更差。"),
    "comparison.no_regression": (
        "No regression: {candidate} is not shown to be worse than {base}, neither by failure rates nor by mean times.",
        "未见退化：失败率与平均耗时均未显示 {candidate} 比 {base} 更差。",
    ),
    "comparison.worse_by_chance": (
        (
            "No regression: taken alone, {candidate} is worse than {base} in {what}; with several quantities compared, "
            "that may be chance."
        ),
        "未构成退化：{candidate} 虽有单项差于 {base}（{what}），但同时比较多项指标时，这点差别可能只是偶然。",
    ),
    "comparison.failure_rate": ("failure rate of {label}", "{label} 的失败率"),
    "comparison.mean_wall": ("mean time of {label}", "{label} 的平均用时"),
    "comparison.too_few": (
        "Too few calls to say whether {candidate} is worse than {base}.",
        "样本量不足，无法判断 {candidate} 是否比 {base} 更差。",
    ),
    "comparison.no_common_step": (
        "{candidate} and {base} cannot be compared: they have no step in common.",
        "{candidate} 与 {base} 没有相同的步骤，无法比较。",
    ),
    "comparison.rule": (
        (
            "Each interval is a separate 95 % interval, so among many quantities some look better or worse by "
            "chance. Only failure rates and mean times count as a regression, with intervals widened for their "
            "number; the mean allows for failures that one side may have missed."
        ),
        (
            "每个区间都是单独的 95% 区间，因此在众多指标中，有一些会因偶然而显得更差或更好。"
            "是否退化只看失败率与平均用时，并按其个数加宽区间；平均用时之差已计入某一方可能漏见的失败。"
        ),
    ),
}
