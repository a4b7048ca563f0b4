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
    "targets.default": ("default", "默认"),
    "targets.token_set": ("token: variable {variable}, which is set", "令牌：环境变量 {variable}，已设置"),
    "targets.token_not_set": ("token: variable {variable}, which is NOT set", "令牌：环境变量 {variable}，未设置"),
    "targets.token_command": ("token: printed by the command {command}", "令牌：由命令 {command} 输出"),
    "targets.token_there": (
        "The token is there ({masked}). On a terminal it is not shown; a pipe gets it.",
        "令牌存在（{masked}）。终端上不显示令牌，仅输出到管道。",
    ),
}
