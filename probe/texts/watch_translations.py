"""Chinese for the errors of watching and reading recordings."""

WATCH_ERRORS: dict[str, str] = {
    "no such recording: {name}": "没有这份记录：{name}",
    "`probe ls` lists them.": "可用 `probe ls` 列出。",
    "this recording has ended": "这份记录已经结束",
    "`probe report` and `probe explain` show it.": "可用 `probe report` 和 `probe explain` 查看。",
    "no recording goes on here": "这里没有正在进行的记录",
    "Start one in another terminal: probe record -- claude": "请在另一个终端中启动：probe record -- claude",
    "is no recording: it has no {name}": "不是记录：其中没有 {name}",
    "cannot be read as a recording's description": "无法作为记录的说明读取",
    "cannot listen on {host}:{port}: {reason}": "无法监听 {host}:{port}：{reason}",
}
