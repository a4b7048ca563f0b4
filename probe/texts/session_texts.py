"""Messages of a run while it is made: warnings, limits, remarks."""

SESSION: dict[str, tuple[str, str]] = {
    "warning.of_target": ("target {target!r}: {what}", "目标 {target!r}：{what}"),
    "warning.gate": (
        "the gate {gate!r} cannot fail: calls end at their timeout, which is shorter",
        "门限 {gate!r} 不可能触发：调用到时限就会结束，而时限比它短",
    ),
    "warning.no_prices": (
        "{cost} has no effect: plain HTTP ({driver}) does not know prices; use {tokens}",
        "{cost} 不起作用：普通 HTTP（{driver}）不知道价格；请用 {tokens}",
    ),
    "warning.no_usage": (
        (
            "round {round} {label} was answered without usage: what it used is unknown, so {limits} cannot count it, "
            "nor others like it"
        ),
        "第 {round} 轮 {label} 的回答没有用量信息：用量未知，因此 {limits} 无法计入这次及同类调用",
    ),
    "usage.tokens": ("{used} of {most} tokens", "已用 {used} / {most} token"),
    "usage.cost": ("{used} of {most} USD", "已用 {used} / {most} USD"),
    "usage.cost_unknown": ("cost unknown", "费用未知"),
    "usage.unknown.one": ("and what {n} call used, which is unknown", "另有 {n} 次调用用量未知"),
    "prepare.waiting": (
        "Waiting for the command of --prepare, {time} so far (Ctrl-C ends it): {command}",
        "正在等待 --prepare 的命令，已等 {time}（Ctrl-C 可结束它）：{command}",
    ),
    "usage.unknown.many": ("and what {n} calls used, which is unknown", "另有 {n} 次调用用量未知"),
}
