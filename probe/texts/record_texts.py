"""Messages of `probe record`: before a command starts, and when it has ended."""

RECORD: dict[str, tuple[str, str]] = {
    "record.may_not_hold": (
        (
            "{place} sets {name}, which wins over the environment: Claude Code, if this command starts it, goes past "
            "the recorder. `probe record -- claude` overrides it."
        ),
        (
            "{place} 设置了 {name}，优先于环境变量：如果该命令启动 Claude Code，其请求不会经过记录器。"
            "`probe record -- claude` 可以覆盖该设置。"
        ),
    ),
    "record.listening": (
        "Recording what goes to {upstream}, until Ctrl-C.",
        "正在记录发往 {upstream} 的请求，按 Ctrl-C 结束。",
    ),
    "record.use": (
        "For the program to record: export ANTHROPIC_BASE_URL={base_url}",
        "在要记录的程序中设置：export ANTHROPIC_BASE_URL={base_url}",
    ),
    "record.token": (
        "The program sends its own token; that of the target {target} is not added.",
        "程序发送它自己的令牌；不会加上目标 {target} 的令牌。",
    ),
    "record.died.one": (
        "The recorder died, and another one took over. What was under way then may not be recorded.",
        "记录器中途退出，已由新的记录器接替。当时进行中的请求可能没有记录。",
    ),
    "record.died.many": (
        "The recorder died {n} times, and another one took over. What was under way then may not be recorded.",
        "记录器中途退出 {n} 次，已由新的记录器接替。当时进行中的请求可能没有记录。",
    ),
    "record.passed_only": (
        "After that, requests went to the upstream without being recorded.",
        "此后的请求仍发往上游，但没有记录。",
    ),
    "record.nothing": (
        (
            "No request came through the recorder. If your program did send requests, its base URL is set somewhere "
            "other than in ANTHROPIC_BASE_URL."
        ),
        "没有请求经过记录器。如果程序发出过请求，则其地址不是取自 ANTHROPIC_BASE_URL。",
    ),
    "record.kept": ("Recorded in {path}", "已记录到 {path}"),
    "record.hint": ("`probe report latest` shows it.", "用 `probe report latest` 查看。"),
}
