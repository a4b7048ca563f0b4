"""Nights, one by one and in a row."""

NIGHTS: dict[str, tuple[str, str]] = {
    "nights.title": ("Nights of {target}", "{target} 的每晚结果"),
    "nights.none": ("No nights yet.", "尚无记录。"),
    "nights.corrupt": ("{count} lines of the history are unreadable.", "历史记录中有 {count} 行无法读取。"),
    "nights.corrupt.one": ("One line of the history is unreadable.", "历史记录中有 1 行无法读取。"),
    "night.baseline": (
        "Too few nights to compare with: {nights} of {least}. This one joins the baseline.",
        "可供比较的夜晚不足：已有 {nights} 晚，至少需要 {least} 晚。本晚计入基线。",
    ),
    "night.quiet": (
        "Quiet: not clearly worse than the {nights} nights of the baseline.",
        "正常：未见明显差于基线的 {nights} 晚。",
    ),
    "night.watch": (
        "Watch: worse than the {nights} nights of the baseline. A second such night in a row is an alarm.",
        "留意：有一晚差于基线的 {nights} 晚；若下一晚仍然如此，即告警。",
    ),
    "night.alarm": (
        "ALARM: worse than the {nights} nights of the baseline, two nights in a row.",
        "告警：连续两晚差于基线的 {nights} 晚。",
    ),
    "night.finding": (
        "{label}, {quantity}: {value} instead of the usual {expected}; odds of a night this bad by chance: {odds}.",
        "{label} 的{quantity}：{value}，通常为 {expected}；仅由偶然造成同样或更差一晚的概率为 {odds}。",
    ),
    "night.repeated": (
        (
            "{label}, {quantity}: {value} instead of the usual {expected}; odds of a night this bad by chance: "
            "{odds}. The night before was as bad."
        ),
        (
            "{label} 的{quantity}：{value}，通常为 {expected}；仅由偶然造成同样或更差一晚的概率为 {odds}。"
            "前一晚也是如此。"
        ),
    ),
    "night.new_client": (
        "The client has changed since the night before: {after} instead of {before}.",
        "客户端与前一晚不同：现为 {after}，之前为 {before}。",
    ),
    "night.new_series": (
        "What is measured has changed since the night before ({names}), so a new baseline begins.",
        "所测对象与前一晚不同（{names}），因此重新积累基线。",
    ),
    "night.gates": ("Failed gates: {gates}.", "未通过的门限：{gates}。"),
    "night.report": ("Report: {path}", "报告：{path}"),
    "column.night": ("night (UTC)", "日期（UTC）"),
    "column.state": ("state", "状态"),
    "column.failed_of": ("{label} failed", "{label} 失败"),
    "column.chart_of": ("{label} failure rate", "{label} 失败率"),
    "column.median_of": ("{label} median", "{label} 中位数"),
    "column.health": ("health", "健康状况"),
    "column.verdict": ("verdict", "结论"),
    "column.client": ("client", "客户端"),
}
