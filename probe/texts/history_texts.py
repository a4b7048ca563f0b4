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
    "history.compacted": (
        "{path}: one file of {n}, {now} instead of {before}",
        "{path}：{n} 个文件合并为 1 个，{before} 变为 {now}",
    ),
    "history.nothing_to_compact": (
        "There is nothing to compact: no month that has ended has files of single runs.",
        "没有可合并的文件：已结束的月份都没有单个运行的文件。",
    ),
    "history.prune_kept.one": (
        "One run is old enough and stays, for its calls are not all in the history; `probe history add` adds them.",
        "有 1 个运行已超过期限但保留，因为历史中没有它的全部调用；用 `probe history add` 加入。",
    ),
    "history.prune_kept.many": (
        "{n} runs are old enough and stay, for their calls are not all in the history; `probe history add` adds them.",
        "有 {n} 个运行已超过期限但保留，因为历史中没有它们的全部调用；用 `probe history add` 加入。",
    ),
    "history.more.one": ("One more row; --format csv writes all.", "还有 1 行；--format csv 可写出全部。"),
    "history.more.many": ("{n} more rows; --format csv writes all.", "还有 {n} 行；--format csv 可写出全部。"),
}
