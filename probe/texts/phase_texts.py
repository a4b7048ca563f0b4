"""The phase that makes the difference between first and second calls."""

PHASES: dict[str, tuple[str, str]] = {
    "main_phase.part": (
        (
            "Where both succeeded ({rounds}), {slower} took {total} longer on average; {part} of it is {phase} "
            "({interval})."
        ),
        "在两次调用都成功的 {rounds}中，{slower}平均多用 {total}，其中 {part} 是{phase}（{interval}）。",
    ),
    "main_phase.all": (
        "Where both succeeded ({rounds}), {slower} took {total} longer on average; all of it is {phase} ({interval}).",
        "在两次调用都成功的 {rounds}中，{slower}平均多用 {total}，全部是{phase}（{interval}）。",
    ),
    "main_phase.more": (
        (
            "Where both succeeded ({rounds}), {slower} took {total} longer on average; {phase} took {part} more "
            "({interval}), other phases less."
        ),
        "在两次调用都成功的 {rounds}中，{slower}平均多用 {total}；{phase}多出 {part}（{interval}），其余阶段更短。",
    ),
    "main_phase.boot": ("Claude Code's start", "Claude Code 的启动时间"),
    "main_phase.retries": ("failed attempts and the waits between them", "失败的尝试及其间的等待"),
    "main_phase.connect": ("connecting and sending the request", "建立连接和发送请求的时间"),
    "main_phase.wait": ("silence before the first byte", "首字节之前的静默"),
    "main_phase.stream": ("the transfer of the answer", "接收回答的时间"),
    "main_phase.exit": ("Claude Code's exit", "Claude Code 的退出时间"),
    "main_phase.unsplit": ("time that could not be split", "未能细分的时间"),
}
