"""Calls over months, by day and by hour of the day."""

CALL_TREND: dict[str, tuple[str, str]] = {
    "calltrend.title": ("Calls over time", "调用趋势"),
    "calltrend.of": ("Calls of {target}", "{target} 的调用"),
    "calltrend.days": ("By day", "按日"),
    "calltrend.hours": ("By hour of the day (UTC)", "按一天中的小时（UTC）"),
    "calltrend.facts": ("{first} to {last}, {n} calls", "{first} 至 {last}，{n} 次调用"),
    "calltrend.note": (
        "p50 and p90 are of successes; a client is named where its version is new.",
        "p50 与 p90 只统计成功的调用；客户端版本只在首次出现时列出。",
    ),
    "calltrend.failures": ("Failure rate", "失败率"),
    "calltrend.failures.told": ("Failure rates, the highest: {told}.", "失败率，最高的几个：{told}。"),
    "calltrend.failures.caption": (
        "With 95 % intervals. A dashed line: a new version of the client.",
        "含 95% 区间。虚线处客户端版本更新。",
    ),
    "calltrend.durations": ("Durations of successes", "成功调用的时长"),
    "calltrend.durations.told": ("Durations of successes, at last: {told}.", "成功调用的时长，最近为：{told}。"),
    "calltrend.durations.caption": (
        "p90 only where there are enough calls for it.",
        "调用数足够时才给出 p90。",
    ),
    "calltrend.no_html": (
        "{path}: holds no calls to draw; `probe history add` adds runs",
        "{path}：没有可绘制的调用；用 `probe history add` 加入运行",
    ),
    "column.trend_day": ("day (UTC)", "日期（UTC）"),
    "column.trend_hour": ("hour (UTC)", "小时（UTC）"),
    "column.trend_p50": ("p50 of successes", "成功调用 p50"),
    "column.trend_p90": ("p90 of successes", "成功调用 p90"),
    "column.trend_in": ("tokens in", "输入 token"),
    "column.trend_out": ("tokens out", "输出 token"),
    "column.trend_cache": ("from the cache", "缓存占比"),
}
