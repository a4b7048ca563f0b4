"""Sentences of `probe targets` and `probe init`, and the remarks in a `probe.toml` that they write."""

TARGETS: dict[str, tuple[str, str]] = {
    "targets.from": ("Imported from {program}: {name}", "导入自 {program}：{name}"),
    "targets.no_token": (
        "The settings hold no token: put it into the variable {variable}.",
        "该设置中没有令牌：请把令牌放入环境变量 {variable}。",
    ),
    "targets.any_token": (
        "No APIKEY is set, so the router takes any token.",
        "未设置 APIKEY，路由器接受任意令牌。",
    ),
    "targets.withheld": (
        "Not copied, as the values may be secret: {names}",
        "以下变量的值可能是机密，未复制：{names}",
    ),
    "targets.read": ("Read: {files}", "已读取：{files}"),
    "targets.skipped": ("skipped: {name}: {reason}", "已跳过：{name}：{reason}"),
    "targets.skip.login": (
        "has no address and no token: it uses a login, which `probe` cannot use",
        "既无地址也无令牌：使用的是登录方式，`probe` 无法使用",
    ),
    "targets.skip.cloud": (
        "{variable} sends calls to another cloud, which `probe` cannot measure",
        "{variable} 把请求发往其他云平台，`probe` 无法测量",
    ),
    "targets.skip.protocol": (
        "speaks {protocol}, not Anthropic's protocol; cc-switch translates for it",
        "使用 {protocol} 而非 Anthropic 协议，由 cc-switch 转换",
    ),
    "targets.skip.router": (
        "speaks {protocol}, not Anthropic's protocol; measure it through the target `ccr`",
        "使用 {protocol} 而非 Anthropic 协议；请通过目标 `ccr` 测量",
    ),
    "targets.skip.disabled": ("is switched off", "已停用"),
    "targets.skip.no_model": ("names no model; add --model NAME", "未指定模型；请加上 --model NAME"),
    "targets.skip.holds_token": (
        "its address or another of its values holds a token, which is never copied",
        "其地址或其他值中含有令牌，令牌从不复制",
    ),
    "targets.skip.unreadable": ("{place}: {problem}", "{place}：{problem}"),
    "targets.none_found": ("No target was found.", "没有找到可用的目标。"),
    "targets.skip.taken": (
        "{file} has a target {name} already; it stays as it is",
        "{file} 中已有目标 {name}，保持不变",
    ),
    "targets.written": ("Added to {file}: {names}", "已写入 {file}：{names}"),
    "targets.nothing_new": ("Nothing to add to {file}.", "没有需要写入 {file} 的内容。"),
    "targets.next": ("Next: probe check --target {name}", "下一步：probe check --target {name}"),
    "targets.write_hint": (
        "Nothing is written yet: add --write, for {file}, or --write --config FILE.",
        "尚未写入任何文件：加上 --write 写入 {file}，或用 --write --config FILE 指定文件。",
    ),
    "targets.none": (
        "No target in {files}. Make one: probe init, or probe targets import --from claude",
        "{files} 中没有目标。请新建：probe init，或 probe targets import --from claude",
    ),
    "targets.no_file": (
        "There is no probe.toml. Make one: probe init, or probe targets import --from claude",
        "没有找到 probe.toml。请新建：probe init，或 probe targets import --from claude",
    ),
    "targets.column.name": ("TARGET", "目标"),
    "targets.column.base_url": ("BASE URL", "上游地址"),
    "targets.column.model": ("MODEL", "模型"),
    "targets.column.file": ("FILE", "文件"),
    "targets.default": ("(default)", "（默认）"),
    "targets.token_set": ("token: variable {variable}, which is set", "令牌：环境变量 {variable}，已设置"),
    "targets.token_not_set": ("token: variable {variable}, which is NOT set", "令牌：环境变量 {variable}，未设置"),
    "targets.token_command": ("token: printed by the command {command}", "令牌：由命令 {command} 输出"),
    "targets.token_there": (
        "The token is there ({masked}). On a terminal it is not shown; a pipe gets it.",
        "令牌存在（{masked}）。终端上不显示令牌，仅输出到管道。",
    ),
}

INIT: dict[str, tuple[str, str]] = {
    "init.ask.base_url": (
        "Base URL, as Claude Code has it in ANTHROPIC_BASE_URL",
        "上游地址（即 Claude Code 的 ANTHROPIC_BASE_URL）",
    ),
    "init.ask.model": ("Model", "模型"),
    "init.ask.token": (
        "Where is the token? The name of a variable, or a command that prints it (pass show glm)",
        "令牌在哪里？填环境变量名，或输出令牌的命令（如 pass show glm）",
    ),
    "init.ask.name": ("Name of the target", "目标名称"),
    "init.ask.go_on": (
        "Change the answers (c), write them all the same (w), or quit (q)?",
        "修改答案（c）、仍然写入（w），还是退出（q）？",
    ),
    "init.ask.write": ("Write this to {file}?", "写入 {file}？"),
    "init.run_now": (
        "Measure it now: probe run --target {name} --rounds {rounds}?",
        "现在就测量吗：probe run --target {name} --rounds {rounds}？",
    ),
    "init.cwq": ("Please answer c, w or q.", "请输入 c、w 或 q。"),
    "init.needed": ("This is needed.", "此项必填。"),
    "init.token_itself": (
        "That looks like a token, which is never written to a file. Put it into a variable, and name the variable.",
        "这看起来像令牌本身，令牌绝不写入文件。请把它放入环境变量，再填写变量名。",
    ),
    "init.no_variable": (
        "No such variable is set. If that was the token: put it into a variable, and give the variable's name here.",
        "没有设置这个环境变量。如果输入的是令牌：请把它放入环境变量，再填写变量名。",
    ),
    "init.no_place": (
        "No variable and no command. If that was the token: put it into a variable, and give the variable's name here.",
        "这既不是环境变量名，也不是命令。如果输入的是令牌：请把它放入环境变量，再填写变量名。",
    ),
    "init.no_name": (
        "A name has lower-case letters, digits, '-' and '_', begins with a letter, and has at most 32 characters.",
        "名称只能包含小写字母、数字、“-”和“_”，以字母开头，最多 32 个字符。",
    ),
    "init.own_name": ("{name} is a name of probe's own.", "{name} 是 probe 自用的名称。"),
    "init.taken_name": (
        "The file has a target {name} already, which stays. Choose another name.",
        "文件中已有目标 {name}，不会改动。请换一个名称。",
    ),
    "init.not_checked": (
        "The variable {variable} is not set here, so nothing can be checked yet.",
        "当前未设置环境变量 {variable}，暂时无法检查。",
    ),
    "init.other_header": (
        'The upstream takes the token in the other header: auth = "{auth}". Checking again.',
        '上游从另一个请求头读取令牌：auth = "{auth}"。重新检查。',
    ),
    "init.nothing_written": ("Nothing was written.", "没有写入任何文件。"),
    "init.nothing_written_wrong": (
        "Nothing was written, as something is wrong. --no-check writes it all the same.",
        "检查发现问题，没有写入任何文件。如仍要写入，请加 --no-check。",
    ),
    "init.export": ("Before a run: export {variable}=…", "运行之前：export {variable}=…"),
    "init.next": ("Next: probe run --target {name}", "下一步：probe run --target {name}"),
    "init.remark.file": (
        "Targets of probe, see docs/targets.md. Tokens do not belong in here.",
        "probe 的目标，见 docs/targets.md。请勿在此写入令牌。",
    ),
    "init.remark.aliases": (
        'aliases = {{ haiku = "NAME" }}  # opus, sonnet, haiku, small_fast; each defaults to the model',
        'aliases = {{ haiku = "NAME" }}  # opus、sonnet、haiku、small_fast；默认均为 model',
    ),
    "init.remark.env": (
        'env = {{ API_TIMEOUT_MS = "600000" }}  # further variables of Claude Code',
        'env = {{ API_TIMEOUT_MS = "600000" }}  # Claude Code 的其他环境变量',
    ),
    "init.remark.fail_on": (
        'fail_on = ["call1.failure_rate > 10% surely"]  # gates, see docs/gates.md',
        'fail_on = ["call1.failure_rate > 10% surely"]  # 门限，见 docs/gates.md',
    ),
}
