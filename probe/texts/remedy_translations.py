"""Chinese for the remedies of errors. `{…}` stand for what a remedy names; see `translations.py`."""

REMEDIES: dict[str, str] = {
    # options and targets
    "A variable in it may not be set. Leave it out, or say what is meant.": (
        "其中的变量可能没有设置。请去掉该选项，或写明要用的值。"
    ),
    "Unset it, or say what is meant.": "请取消设置，或写明要用的值。",
    "Leave it out, or add --driver claude-print.": "请去掉，或加上 --driver claude-print。",
    "Leave it out.": "请去掉。",
    "Give a smaller --concurrency, or raise the limit of processes (`ulimit -u`).": (
        "请减小 --concurrency，或提高进程数上限（`ulimit -u`）。"
    ),
    "Run `ulimit -n {needed}` first, or use --concurrency {fits}.": (
        "请先运行 `ulimit -n {needed}`，或改用 --concurrency {fits}。"
    ),
    "Lower it, or use --driver messages or --driver chat-completions.": (
        "请调低，或改用 --driver messages 或 --driver chat-completions。"
    ),
    "Install it: pip install 'claude-probe[sdk]'": "请安装：pip install 'claude-probe[sdk]'",
    "Name a program: a script that runs them does.": "请指定单个程序，例如运行该命令的脚本。",
    "Add --driver claude-live or --driver agent-sdk.": "请加上 --driver claude-live 或 --driver agent-sdk。",
    "Add --driver claude-live, or use another session, such as resume.": (
        "请加上 --driver claude-live，或改用其他 session，例如 resume。"
    ),
    "Choose one of {formats}.": "请从 {formats} 中选择。",
    "Leave out one of the two.": "请去掉其中一个。",
    "Use one of the two.": "请只用其中一个。",
    "Known: {names}.": "可用：{names}。",
    "Give the target another name.": "请给目标换个名称。",
    "Put them into the [targets.NAME] tables of probe.toml.": "请写入 probe.toml 的 [targets.NAME] 表。",
    "Add --model NAME, or set ANTHROPIC_MODEL.": "请加上 --model NAME，或设置 ANTHROPIC_MODEL。",
    "Add --target embedded.": "请加上 --target embedded。",
    "Add --output FILE.": "请加上 --output FILE。",
    "Add --output FILE.md.": "请加上 --output FILE.md。",
    "Requests: {first} to {last}; `probe report` lists them.": "请求：{first} 到 {last}；`probe report` 会列出。",
    "It has none.": "其中没有请求。",
    "Use `calls`.": "请用 `calls`。",
    "Name it alone: recordings are never pooled, with each other or with scripted runs.": (
        "请单独指定它：记录之间、记录与脚本化的运行之间都不合并。"
    ),
    "`probe report`, `explain`, `show`, `export` and `rm` take recordings; `probe.load` has their `requests`.": (
        "`probe report`、`explain`、`show`、`export` 和 `rm` 可用于记录；`probe.load` 有它们的 `requests`。"
    ),
    "Use probe run for metrics.": "指标请用 probe run 测量。",
    "Name a run that was made with the recorder, without --no-recorder.": (
        "请指定用记录器运行（没有 --no-recorder）的运行。"
    ),
    "export MY_TOKEN=…, and give its name: {example}. Tokens are never taken as arguments.": (
        "先 export MY_TOKEN=…，再写变量名：{example}。令牌不能作为参数。"
    ),
    "export {name}=…, or name another variable with {flag}. Tokens are never taken from the command line.": (
        "请 export {name}=…，或用 {flag} 指定另一个变量。令牌不能写在命令行上。"
    ),
    "Name the file with --config FILE, or remove the directory or give it another name.": (
        "请用 --config FILE 指定文件，或删除该目录，或给它改名。"
    ),
    "Save it as UTF-8, or name the right file.": "请把它保存为 UTF-8，或指定正确的文件。",
    "Try it by hand: {command}": "手动运行试试：{command}",
    (
        'Name a variable that holds it (token_env = "GLM_TOKEN") or a command that prints it '
        '(token_command = "pass show glm"). And change the token: it has been in a file.'
    ): (
        '请改为指定存放令牌的变量（token_env = "GLM_TOKEN"）或输出令牌的命令（token_command = "pass show glm"）。'
        "并更换令牌：它已写在文件里。"
    ),
    (
        "If you trust it, name it: --config {path}\nIf not, remove it, or change its owner and mode."
    ): "若信任它，请指定：--config {path}\n否则请删除它，或修改其所有者和权限。",
    "Copy the token again, by itself: without a second line, typographic quotes or an ellipsis.": (
        "请重新复制令牌本身：不要带上第二行、弯引号或省略号。"
    ),
    "It is to be kept as text.": "它要以文本保存。",
    "Use --base-url, --model, --token-env or the target's keys; the directories are fixed.": (
        "请用 --base-url、--model、--token-env 或目标的键；目录是固定的。"
    ),
    "A header's name has letters, digits and hyphens only, its value letters of ASCII.": (
        "请求头名称只能含字母、数字和连字符，值只能是 ASCII 字符。"
    ),
    "Add --until-sure, or give the number of rounds with --rounds.": "请加上 --until-sure，或用 --rounds 给出轮数。",
    "Give the number of rounds with --rounds.": "请用 --rounds 给出轮数。",
    "Use another scenario or --second-call-mode, or the driver claude-print alone.": (
        "请换一个场景或 --second-call-mode，或只用驱动 claude-print。"
    ),
    "Give the targets shorter names, or make one run for each.": "请缩短目标名，或逐个运行。",
    "Run it with: {command}": "请用以下命令运行：{command}",
    # the client and this machine
    "Use Linux, for example in WSL 2. macOS is untested.": "请使用 Linux，例如 WSL 2。macOS 未经测试。",
    "Use --workload full, or a newer client.": "请用 --workload full，或更新的客户端。",
    "Install Claude Code, or `pip install 'claude-probe[client]'`, or name it: --client 'node cli.js'.": (
        "请安装 Claude Code，或 `pip install 'claude-probe[client]'`，或用 --client 'node cli.js' 指定。"
    ),
    "Check --client.": "请检查 --client。",
    "Give a path, or a name on PATH.": "请给出路径，或 PATH 中的名称。",
    "Use a newer client, or name another one with --client.": "请使用更新的客户端，或用 --client 指定另一个。",
    "Set {variable} to an http:// proxy, or leave the recorder out: probe run --no-recorder": (
        "请把 {variable} 设为 http:// 代理，或不用记录器：probe run --no-recorder"
    ),
    "Ran: {command}": "执行的命令：{command}",
    "Set TMPDIR to a directory that you may write.": "请把 TMPDIR 设为可写的目录。",
    "Move it away, or set TMPDIR to a directory with no such file above it.": (
        "请移走它，或把 TMPDIR 设为上级没有这类文件的目录。"
    ),
    "give another port, or 0 for any": "请换一个端口，或用 0 自动选择",
    "What the client sent is kept all the same. `probe check` says what is wrong with an upstream.": (
        "客户端发送的内容仍已保存。`probe check` 可以查明上游有什么问题。"
    ),
    # files
    "Update probe.": "请更新 probe。",
    "Upgrade probe.": "请升级 probe。",
    "Make the directory, or name another file.": "请创建该目录，或指定另一个文件。",
    "Name a directory that you may write: --out DIR.": "请指定可写的目录：--out DIR。",
    "Name a directory that you may write: --history DIR.": "请指定可写的目录：--history DIR。",
    "The charts go there: name another file with --output.": "图表要写到那里：请用 --output 指定另一个文件。",
    "Wait a second, or name another --out.": "请等一秒，或指定另一个 --out。",
    "Wait for it to end.": "请等它结束。",
    "pip install 'claude-probe[parquet]'": "请运行 pip install 'claude-probe[parquet]'",
    # scenarios and faults
    "See `probe scenarios show cold-start`.": "参见 `probe scenarios show cold-start`。",
    "steps: {steps}": "步骤：{steps}",
    "faults: {faults}": "故障：{faults}",
    "write name(key=value, key=value)": "请写成 name(key=value, key=value)",
    "write {form}": "请写成 {form}",
    # runs
    "{meant}Runs are in {folder}; name one, or a directory.": (
        "{meant}运行保存在 {folder}；请指定其中一个，或一个目录。"
    ),
    "Make one with `probe capture`.": "请用 `probe capture` 生成一份。",
    "Make one with `probe run`, or name its directory.": "请用 `probe run` 运行一次，或指定其目录。",
    "Rounds: {first} to {last}; steps: {steps}": "轮次：{first} 至 {last}；步骤：{steps}",
    "Name one: {names}": "请指定一个：{names}",
    "Name one of them: {names}": "请指定其中一个：{names}",
    "probe report {path} --format html --output FILE.html": (
        "请运行 probe report {path} --format html --output FILE.html"
    ),
    "Name two runs.": "请指定两个运行。",
    "Name the runs in `arms`.": "请指定 `arms` 中的运行。",
    "Run it as it was, or start a new run.": "请按原样运行，或开始新的运行。",
    "Give {options} again, as it was.": "请按原样再次给出 {options}。",
    "Give all --env options again: their values may be secret, so only their names were kept.": (
        "请再次给出所有 --env 选项：其值可能是机密，因此只保存了名称。"
    ),
    "Set it in the environment, or in the env of the target {target} in probe.toml.": (
        "请在环境变量中或 probe.toml 中目标 {target} 的 env 中设置。"
    ),
    " Looked in {files} too.": "（也查找了 {files}。）",
    # gates
    "Metrics: {names}": "指标：{names}",
    "Steps: {names}": "步骤：{names}",
    "Vantages: {names}": "观测点：{names}",
    "The run has no vantages; leave it out.": "该运行没有观测点；请去掉它。",
    "For example: {example}": "例如：{example}",
    "Use `surely` with rates, shares and durations.": "`surely` 用于比率、占比和时长。",
    "keys of {name}: {keys}\nkeys of every fault: {others}": "{name} 的键：{keys}\n所有故障共有的键：{others}",
    "did you mean {text}?\n{keys}": "是否指 {text}？\n{keys}",
    "The {metric} is one of {names}.": "{metric} 可用：{names}。",
    "{near}`probe --help` lists the commands.": "{near}`probe --help` 会列出命令。",
    "Leave the command out.": "不要给出命令。",
    "Write 0.1 or 10% for rates, 30s for durations, 3 for counts.": "比率写 0.1 或 10%，时长写 30s，次数写 3。",
}
