"""Chinese for the help and the errors of `probe check --deep`."""

DEEP_TRANSLATIONS: dict[str, str] = {
    # help
    "Deep check": "深入检查",
    (
        "With --deep it tries all that Claude Code needs beyond a short answer: tools, prompt cache, thinking, images "
        "and more. Each case passes, fails or cannot be told. It says what that costs before it begins; "
        "docs/check-deep.md."
    ): (
        "加上 --deep 会检查简短回答之外 Claude Code 所需的一切：工具、提示缓存、思考、图片等。"
        "每项用例的结果是通过、失败或无法判断。开始前会说明费用；见 docs/check-deep.md。"
    ),
    (
        "`report` is what `probe report --format json` writes, of a recording `recorded-report`; `event` is a line of "
        "a journal, `deep-check` what `probe check --deep --json` prints."
    ): (
        "`report` 是 `probe report --format json` 的输出，记录的输出则是 `recorded-report`；`event` 是日志中的一行，"
        "`deep-check` 是 `probe check --deep --json` 的输出。"
    ),
    # options
    "A target of probe.toml, or `embedded`; several with --deep. (default: the file's default_target)": (
        "probe.toml 中的目标，或 `embedded`；与 --deep 一起可给出多个。（默认：文件中的 default_target）"
    ),
    "How long one step may take; all of them take three times that. (default: 20s, with --deep 60s)": (
        "单步时限；全部步骤最多用其三倍。（默认：20s，加 --deep 时为 60s）"
    ),
    "Try all that Claude Code needs, case by case.": "逐项检查 Claude Code 所需的一切。",
    "These cases alone, opt-in ones too.": "只执行这些用例，也可包括需指定的用例。",
    "These opt-in cases beside the usual ones.": "除常规用例外，再执行这些需指定的用例。",
    "A target to compare with: the case `model` counts tokens there too.": (
        "用于比较的目标：用例 `model` 也在那里计算 token。"
    ),
    "List the cases and what each costs, and stop.": "列出用例及各自的费用，然后结束。",
    "Do not ask before the first request.": "发出第一个请求前不询问。",
    "How to write the result. (default: plain text)": "结果的格式。（默认：纯文本）",
    # errors
    "there is no case {name}": "没有用例 {name}",
    "{near}Cases: {names}": "{near}用例：{names}",
    "no case is left: {names} cannot be made without the client": "没有可执行的用例：{names} 需要客户端",
    "has a meaning with --deep only": "只能与 --deep 一起使用",
    "has no meaning with --deep": "与 --deep 一起使用没有意义",
    "Add --deep.": "请加上 --deep。",
    "Leave --no-client out.": "请去掉 --no-client。",
    "several targets": "给出了多个目标",
    "Check them one by one, or compare them with --deep.": "请逐个检查，或用 --deep 比较。",
}
