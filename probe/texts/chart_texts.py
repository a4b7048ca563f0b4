"""Words in charts, and what charts tell those who cannot see them."""

CHARTS: dict[str, tuple[str, str]] = {
    "chart.time": ("wall time", "总耗时"),
    "chart.mean_time": ("mean time", "平均耗时"),
    "chart.round": ("round", "轮次"),
    "chart.done": ("calls that succeeded by then", "已成功的调用"),
    "chart.failure_rate": ("failure rate", "失败率"),
    "chart.timeout": ("timeout {time}", "时限 {time}"),
    "chart.unfinished": ("{label}: {count} of {n} failed", "{label}：{n} 次中 {count} 次失败"),
    "chart.mark.clean": ("clean", "一次成功"),
    "chart.mark.recovered": ("recovered", "补救后成功"),
    "chart.mark.failed": ("failed", "失败"),
    "chart.mark.timed_out": ("stopped at the deadline", "到时限终止"),
    "chart.state.baseline": ("baseline", "积累基线"),
    "chart.state.quiet": ("quiet", "正常"),
    "chart.state.watch": ("watch", "留意"),
    "chart.state.alarm": ("alarm", "告警"),
    "chart.rounds.told": (
        "Wall time of each call in {rounds}. {told}.",
        "{rounds}中每次调用的总耗时。{told}。",
    ),
    "chart.ecdf.told": (
        "Share of calls that succeeded by a given time. {told}.",
        "到某一时刻已成功的调用比例。{told}。",
    ),
    "chart.ecdf.of": ("{label}: {share} of {n} succeeded in the end", "{label}：{n} 次中最终成功 {share}"),
    "chart.phases.told": (
        "Mean time of each phase of calls that succeeded. {told}.",
        "成功调用各阶段的平均耗时。{told}。",
    ),
    "chart.outcomes.told": ("Outcomes of calls in order of rounds. {told}.", "按轮次排列的调用结果。{told}。"),
    "chart.nights.told": ("Failure rates of the latest nights: {told}.", "最近几晚的失败率：{told}。"),
}
