"""Sentences on why a run makes no further round, or none at all."""

STOPS: dict[str, tuple[str, str]] = {
    "stop.same_failure": (
        "{target}: every call of {rounds} rounds failed, each {what}. No further round is made.",
        "{target}：{rounds} 轮的每次调用都失败，每次都{what}。不再进行后续轮次。",
    ),
    "stop.resume": (
        "Stopped: every call failed in the same way. --keep-going makes all rounds. To resume:",
        "已停止：每次调用都以同样方式失败。--keep-going 会跑完所有轮次。继续运行：",
    ),
    "preflight.asks": (
        "First asks {targets}: the connection, then a call of some 30 tokens (--no-preflight leaves it out).",
        "先询问 {targets}：检查连接，再发一次约 30 个 token 的调用（--no-preflight 可省去）。",
    ),
    "preflight.doubt": (
        "{target}: {what}. It may pass, so the run starts.",
        "{target}：{what}。这可能只是暂时的，因此照常运行。",
    ),
    "preflight.silent": (
        "{target} did not answer a tiny call within {time}. It may be slow only, so the run starts.",
        "{target} 在 {time} 内没有回答一次很小的调用。也许只是慢，因此照常运行。",
    ),
    "preflight.keep_going": (
        "{target}: {what}. The run starts all the same (--keep-going).",
        "{target}：{what}。因 --keep-going 仍照常运行。",
    ),
    "preflight.failed": (
        "{target} cannot be measured, every call would fail: {what}.",
        "无法测量 {target}，每次调用都会失败：{what}。",
    ),
    "preflight.party": ("To act: {party}", "应由谁处理：{party}"),
    "preflight.stopped": (
        "No round was made and nothing was stored. --no-preflight starts anyway.",
        "没有运行任何轮次，也没有保存任何内容。--no-preflight 可照常运行。",
    ),
}
