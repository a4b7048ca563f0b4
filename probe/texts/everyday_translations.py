"""Chinese for errors and remedies of the everyday commands, and for what was meant by an unknown word."""

EVERYDAY_ERRORS: dict[str, str] = {
    "Did you mean {meant}? ": "是否指 {meant}？",
    "Did you mean {meant}?": "是否指 {meant}？",
    "{near}Shipped: {names}": "{near}自带场景：{names}",
    "{near}Known: {known}.{searched} A target is a [targets.{name}] table with base_url, model and token_env.": (
        "{near}可用：{known}。{searched}目标是 [targets.{name}] 表，含有 base_url、model 和 token_env。"
    ),
    "{near}Allowed here: {names}": "{near}这里可用：{names}",
    "{near}Runs are in {runs}; `probe ls` lists them.": "{near}运行保存在 {runs}；用 `probe ls` 列出。",
    "{value} is not one of {names}. {near}": "{value} 不是以下之一：{names}。{near}",
    "One of these:\n{lines}": "是以下之一：\n{lines}",
    "unknown key": "未知的键",
    "{text} is not an age; write it as 12h, 30d or 4w": "{text} 不是时长；请写成 12h、30d 或 4w",
    "choose among all runs, and runs are named": "是从所有运行中选择，但已指定了运行",
    "no run is named": "没有指定运行",
    "Name runs, or add --older-than 30d or --keep N.": "请指定运行，或加上 --older-than 30d 或 --keep N。",
    "nobody can be asked here, so nothing was removed": "这里无法询问确认，因此没有删除任何内容",
    "Add --yes to remove these runs.": "加上 --yes 即可删除这些运行。",
    "has no manifest that can be read, so there is nothing to send": "没有可读的 manifest，因此没有可发送的内容",
    "a zip is no text for a terminal": "zip 不是文本，不能输出到终端",
    "Name a file: --output FILE.zip.": "请指定文件：--output FILE.zip。",
    "targets with different base URLs were measured side by side, and each has an operator of its own": (
        "同时测量了 base URL 不同的目标，它们各有自己的运营者"
    ),
    "Make a bundle for each:\n{commands}": "请各生成一份：\n{commands}",
    "is a link, and is not followed": "是符号链接，不会跟随",
    "Remove the link itself with rm.": "请用 rm 删除链接本身。",
    "is no directory of a run, so it is not removed": "不是运行的目录，因此不删除",
    "is part of a group, whose runs belong together": "属于一个组，组内的运行不能单独删除",
    "Remove {group} as a whole.": "请整体删除 {group}。",
    "cannot be removed: {error}": "无法删除：{error}",
    "is going on: a probe is writing it": "正在进行：有 probe 正在写入",
    "Wait for it, or end it with Ctrl-C.": "请等它结束，或用 Ctrl-C 结束它。",
}
