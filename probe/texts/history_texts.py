"""The history of calls: what was added, what could not be read."""

HISTORY: dict[str, tuple[str, str]] = {
    "history.added.one": ("{run}: one call added to {path}", "{run}：1 次调用已加入 {path}"),
    "history.added.many": ("{run}: {n} calls added to {path}", "{run}：{n} 次调用已加入 {path}"),
    "history.not_added": ("not added: {why}", "没有加入：{why}"),
    "history.not_kept": (
        "warning: the run is stored, but was not added to the history: {problem}",
        "警告：运行已保存，但没有加入历史：{problem}",
    ),
    "history.damaged": ("left out: {path}: {problem}", "已跳过：{path}：{problem}"),
    "history.empty": (
        "{path}: the history is empty; `probe history add` adds runs.",
        "{path}：历史为空；用 `probe history add` 加入运行。",
    ),
    "history.more.one": ("One more row; --format csv writes all.", "还有 1 行；--format csv 可写出全部。"),
    "history.more.many": ("{n} more rows; --format csv writes all.", "还有 {n} 行；--format csv 可写出全部。"),
}
