"""Chinese for errors and remedies on files of targets, and on importing targets."""

TARGET_ERRORS: dict[str, str] = {
    "is not read: {problem}, and a {name} can name commands to run": (
        "没有读取：{problem}，而 {name} 可以指定要执行的命令"
    ),
    "no settings of {program}: there is no ~/{first}/{second}": "没有 {program} 的设置：~/{first}/{second} 不存在",
    "Name its settings file with --path.": "请用 --path 指定其设置文件。",
    "there is no home directory to write to": "没有可写入的主目录",
    "Name a file.": "请指定文件。",
    "there is no such file or directory": "没有这个文件或目录",
    "no target {name} was found": "没有找到目标 {name}",
    "Found: {names}.": "找到：{names}。",
    "has no provider {name} that can be a target (any more)": "（已）没有可作为目标的供应商 {name}",
    "Import it again: probe targets import --from {program}": "请重新导入：probe targets import --from {program}",
    "has no token for {name}": "没有 {name} 的令牌",
    "its command is not run: {problem}": "没有执行其命令：{problem}",
    "Change the file's owner and mode.": "请修改该文件的所有者和权限。",
    "has no configuration yet": "还没有配置",
    "must be {wanted}, and is {found}": "必须是{wanted}，实际是{found}",
    "is no file": "不是文件",
    "must be an object, and is {found}": "必须是对象，实际是{found}",
    "is not JSON: {error}": "不是 JSON：{error}",
    "has neither {names}": "没有 {names} 中的任何一个",
    "has more than {n} entries": "条目超过 {n} 个",
    "is no SQLite database": "不是 SQLite 数据库",
    "{program} was not closed in order, and its last changes are not yet in the file": (
        "{program} 没有正常退出，最近的修改还不在文件中"
    ),
    "Start {program} once, then try again.": "请启动一次 {program} 再重试。",
    "is locked by another program": "被其他程序锁定",
    "Close {program}, then try again.": "请关闭 {program} 再重试。",
    "no table can be added at its end: {error}": "无法在其末尾添加表：{error}",
    "Write its targets as [targets.NAME] tables, or choose another file with --config.": (
        "请把其中的目标写成 [targets.NAME] 表，或用 --config 选择另一个文件。"
    ),
    "one place of the token is enough": "令牌的来源只能指定一个",
    "standard input or standard error is no terminal, so no question can be asked": (
        "标准输入或标准错误不是终端，无法提问"
    ),
    "Answer on the command line: --yes, with --base-url, --model and --token-env or --token-command.": (
        "请在命令行上给出答案：加上 --yes，以及 --base-url、--model 和 --token-env（或 --token-command）。"
    ),
}
