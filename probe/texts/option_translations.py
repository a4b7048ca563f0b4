"""Chinese for the help of options and arguments."""

_PROBE_TOML = "当前目录或上级目录中最近的 probe.toml，以及 ~/.config/probe/probe.toml"
_RUN = "`latest`、`latest~1`、`probe ls` 中的 ID、名称的一部分，或目录"

OPTION_TEXTS: dict[str, str] = {
    "Show this message and exit.": "显示此帮助并退出。",
    "Language of output and reports. (default: PROBE_LANG, else the locale)": (
        "输出和报告的语言。（默认：PROBE_LANG，其次为系统区域设置）"
    ),
    "Print the versions of probe, the client and the platform, and exit.": "显示 probe、客户端和平台的版本并退出。",
    "Install completion for the current shell.": "为当前 shell 安装自动补全。",
    "Show completion for the current shell, to copy it or customize the installation.": (
        "显示当前 shell 的补全脚本，可复制或自定义安装。"
    ),
    # targets
    "A target of probe.toml, or `embedded`. (default: the file's default_target)": (
        "probe.toml 中的目标，或 `embedded`。（默认：文件中的 default_target）"
    ),
    (
        "A target of probe.toml, or `embedded`; several are measured side by side, in random order. "
        "(default: the file's default_target)"
    ): ("probe.toml 中的目标，或 `embedded`；可给出多个，以随机顺序同时测量。（默认：文件中的 default_target）"),
    "The address of the upstream. (default: ANTHROPIC_BASE_URL)": "上游地址。（默认：ANTHROPIC_BASE_URL）",
    "The model to ask for. (default: the target's, or ANTHROPIC_MODEL)": (
        "要请求的模型。（默认：目标的模型，或 ANTHROPIC_MODEL）"
    ),
    "The variable that holds the token. (default: ANTHROPIC_AUTH_TOKEN)": (
        "存放令牌的变量。（默认：ANTHROPIC_AUTH_TOKEN）"
    ),
    (
        "Read targets from this file alone. (default: the nearest probe.toml here or above, and "
        "~/.config/probe/probe.toml)"
    ): f"只从此文件读取目标。（默认：{_PROBE_TOML}）",
    "Read this file alone. (default: the nearest probe.toml here or above, and ~/.config/probe/probe.toml)": (
        f"只读取此文件。（默认：{_PROBE_TOML}）"
    ),
    "A further variable for the client; may be repeated.": "传给客户端的额外变量；可重复。",
    "Add rounds against the embedded upstream, to take off what a first call costs the client itself.": (
        "增加对内置上游的轮次，以扣除首次调用中客户端自身的开销。"
    ),
    "Its name.": "名称。",
    "The program whose settings are read.": "要读取哪个程序的设置。",
    "Its settings: a file or a directory. (default: where it keeps them)": (
        "其设置：文件或目录。（默认：该程序的默认位置）"
    ),
    "Its settings: a file or a directory.": "其设置：文件或目录。",
    "Import this target alone; may be repeated.": "只导入此目标；可重复。",
    "The model of targets that name none.": "没有写明模型的目标所用的模型。",
    "Add the targets to a probe.toml; else print them.": "把目标写入 probe.toml；否则只输出。",
    "With --write: this file. (default: ~/.config/probe/probe.toml)": (
        "与 --write 一起用：写入此文件。（默认：~/.config/probe/probe.toml）"
    ),
    "The provider, as the program knows it.": "该程序中的供应商名称。",
    # rounds
    "A shipped scenario's name, or a file. (default: cold-start)": "自带场景的名称，或文件。（默认：cold-start）",
    "How many. (default: the scenario's)": "轮数。（默认：由场景决定）",
    "Deadline of every call, such as 90s or 2m. (default: the scenario's, 240s in most)": (
        "每次调用的时限，如 90s 或 2m。（默认：由场景决定，多为 240s）"
    ),
    "Idle time before a round, from the end of the call before. (default: the scenario's)": (
        "每轮之前的空闲时间，从上一次调用结束算起。（默认：由场景决定）"
    ),
    "How the second call's session relates to the first's. (default: the scenario's)": (
        "第二次调用的会话与第一次的关系。（默认：由场景决定）"
    ),
    "Give each round an idle time of its own, from --gap to this: how long does the upstream stay warm?": (
        "每轮的空闲时间各不相同，从 --gap 到此值：用于测出上游能保持多久不变冷。"
    ),
    "Rounds at a time; they keep an upstream warm and share this machine. (default: 1)": (
        "同时进行的轮数；它们会让上游保持预热，并共用本机资源。（默认：1）"
    ),
    "A shell command to run before each round, to restart a relay say.": ("每轮之前执行的 shell 命令，例如重启中转。"),
    (
        "Before the first round, try the connection and one tiny call; stop if every call would fail. (default: "
        "preflight, but for the embedded upstream)"
    ): "第一轮之前先试连接和一次极小的调用；若所有调用都会失败则停止。（默认：preflight，内置上游除外）",
    "Make all rounds, whatever the preflight finds, and though every call of three rounds failed alike.": (
        "无论预检结果如何，也无论是否连续三轮全部同样失败，都做完所有轮次。"
    ),
    # the client
    (
        "What makes the calls: claude-print, claude-live, agent-sdk, agent-sdk-isolated, messages, chat-completions. "
        "Several are measured side by side. (default: claude-print)"
    ): (
        "由什么发起调用：claude-print、claude-live、agent-sdk、agent-sdk-isolated、messages、chat-completions。"
        "可给出多个同时测量。（默认：claude-print）"
    ),
    "Beside a driver that keeps a client running, measure one that starts a client for each call.": (
        "对使用常驻客户端的驱动，同时测量每次调用另起客户端进程的驱动。"
    ),
    "The client's command, of one or more words. (default: PROBE_CLIENT, PATH, SDK)": (
        "客户端命令，可含多个词。（默认：PROBE_CLIENT、PATH、SDK）"
    ),
    "The client's own request, or one of about 2 KB. (default: full)": (
        "客户端的完整请求，或约 2 KB 的精简请求。（默认：full）"
    ),
    "How often the client may retry. (default: its own, 10)": "客户端最多重试几次。（默认：客户端自己的，10 次）",
    (
        "Start the client once in each sandbox, away from the target, so that its own first start is not measured. "
        "(default: prime)"
    ): "先在每个沙箱中启动一次客户端（不接触目标），以免测到它自身的首次启动。（默认：prime）",
    "Record the wire between client and upstream. (default: recorder)": (
        "记录客户端与上游之间的链路。（默认：recorder）"
    ),
    "What the client prints; json leaves nothing of a killed call. (default: stream-json)": (
        "客户端的输出格式；用 json 时被终止的调用不留任何输出。（默认：stream-json）"
    ),
    "Keep the bodies of requests and responses, redacted.": "保存请求和响应的正文（已脱敏）。",
    "Keep all that the client prints, also for calls that went well.": "保留客户端的全部输出，包括顺利完成的调用。",
    "Do not remove the sandboxes.": "不删除沙箱。",
    "Let the upstream run any command on this machine, as you. Not needed to measure it.": (
        "允许上游以你的身份在本机执行任何命令。测量并不需要它。"
    ),
    "Make two calls with the real client too.": "同时用真实客户端发起两次调用。",
    # the embedded upstream
    "What it does wrong, or `none`; see `probe upstream faults`. May be repeated.": (
        "让它出什么故障，或 `none`；见 `probe upstream faults`。可重复。"
    ),
    "Port on 127.0.0.1; 0 lets the system choose.": "127.0.0.1 上的端口；0 为由系统选择。",
    "What goes wrong, and when; may be repeated.": "出什么故障、何时触发；可重复。",
    "Do not print requests.": "不显示请求。",
    # limits, gates, the verdict
    "End with 3 when this holds: 'call1.failure_rate > 0.1'. May be repeated.": (
        "条件成立时退出码为 3，如 'call1.failure_rate > 0.1'。可重复。"
    ),
    "Start no further round when the client has reported this cost. (default: no limit)": (
        "客户端报告的费用达到此值后不再开始新的一轮。（默认：无限制）"
    ),
    "Start no further round when this many tokens are used. (default: no limit)": (
        "用掉这么多 token 后不再开始新的一轮。（默认：无限制）"
    ),
    "Stop as soon as the verdict is settled.": "一有结论就停止。",
    "With --until-sure: at most so many. (default: 200)": "与 --until-sure 一起用：最多这么多轮。（默认：200）",
    "The least difference of failure rates that matters. (default: 0.15)": ("失败率相差多少才算重要。（默认：0.15）"),
    "The least difference of failure rates that matters.": "失败率相差多少才算重要。",
    "How much longer a call must take to be slower. (default: 1s, or a quarter of a usual call)": (
        "慢多少才算“更慢”。（默认：1s，或通常用时的四分之一）"
    ),
    "How much longer a call must take to be slower.": "慢多少才算“更慢”。",
    "A call that takes longer makes the target SLOW. (default: no limit)": (
        "有调用超过此用时，目标即为“慢”。（默认：不限）"
    ),
    "A call that takes longer makes the target SLOW.": "有调用超过此用时，目标即为“慢”。",
    # output
    "Go on with a run: `latest`, `latest~1`, an id of `probe ls`, part of a name, or a directory.": (
        f"继续某个运行：{_RUN}。"
    ),
    "Say what would be run, and stop.": "说明将运行什么，然后停止。",
    (
        "Write report.md and report.html into the run's directory, which takes a second; `probe report` makes them at "
        "any time."
    ): "在运行目录中写入 report.md 和 report.html，约需一秒；随时可用 `probe report` 生成。",
    "No progress.": "不显示进度。",
    "Say more: all reasons for the verdict, and further tables.": "输出更多：结论的全部依据和更多表格。",
    "Directory for runs and reports; runs go into its `runs`.": "运行和报告的目录；运行保存在其中的 `runs`。",
    "Print the result as one JSON object on standard output.": "把结果作为一个 JSON 对象输出到标准输出。",
    "Write here instead of to standard output.": "写入此文件，而不是标准输出。",
    "How to write it.": "输出格式。",
    "Of a recording: the request with this number.": "用于记录：这个编号的请求。",
    "Of a recording: a request stalls where nothing of its answer comes for so long. (default: 30s)": (
        "仅用于记录：回答在这么长时间内没有任何内容，即为停滞。（默认：30s）"
    ),
    "How to write it. (default: markdown; on a terminal, as that shows it best)": (
        "输出格式。（默认：markdown；在终端上为最适合终端的形式）"
    ),
    "How to write it. (default: markdown; on a terminal, what differs)": (
        "输出格式。（默认：markdown；在终端上只显示差别）"
    ),
    "How to write it. (default: markdown; on a terminal, fitted to it)": (
        "输出格式。（默认：markdown；在终端上适应其宽度）"
    ),
    "With Markdown and --output: charts as SVG files beside it.": (
        "与 Markdown 和 --output 一起用：在旁边写入 SVG 图表。"
    ),
    "Look at the names in your own settings.json files, never at values.": (
        "查看你自己 settings.json 中的名称，从不查看值。"
    ),
    # runs
    "`latest`, `latest~1`, an id of `probe ls`, part of a name, or a directory. (default: latest)": (
        f"{_RUN}。（默认：latest）"
    ),
    "Each is `latest`, `latest~1`, an id of `probe ls`, part of a name, or a directory.": f"每个为 {_RUN}。",
    "Each is `latest`, `latest~1`, an id of `probe ls`, part of a name, or a directory. (default: latest)": (
        f"每个为 {_RUN}。（默认：latest）"
    ),
    (
        "Each is `latest`, `latest~1`, an id of `probe ls`, part of a name, or a directory, or a summary of the "
        "original script. (default: latest)"
    ): f"每个为 {_RUN}，或原脚本的 summary。（默认：latest）",
    "A run: `latest`, `latest~1`, an id of `probe ls`, part of a name, or a directory.": f"运行：{_RUN}。",
    "The run to hold against it.": "与之比较的运行。",
    "End with 3 when the candidate is worse beyond chance.": "后者变差且超出偶然范围时，退出码为 3。",
    "The round; else the most telling one.": "轮次；省略时为最能说明问题的一轮。",
    "Only this step's call.": "只看此步骤的调用。",
    "List so many of the newest runs; 0 for all.": "列出最新的这么多个运行；0 为全部。",
    "Print the path of the page, and open nothing.": "只输出页面路径，不打开。",
    "Remove the runs begun longer ago, such as 30d.": "删除更早开始的运行，如 30d。",
    "Remove all but so many of the newest runs.": "只保留最新的这么多个运行。",
    "Do not ask.": "不询问。",
    "Write here. (default: probe-RUN.zip in this directory)": "写到这里。（默认：当前目录下的 probe-RUN.zip）",
    # a new probe.toml
    "The upstream. (default: ANTHROPIC_BASE_URL)": "上游地址。（默认：ANTHROPIC_BASE_URL）",
    "The model to ask for. (default: ANTHROPIC_MODEL)": "要请求的模型。（默认：ANTHROPIC_MODEL）",
    "Or a command that prints it, such as 'pass show glm'.": "或输出它的命令，如 'pass show glm'。",
    "The target's name. (default: from the host)": "目标名称。（默认：取自主机名）",
    "The file; what is in it stays.": "文件；其中已有的内容保留。",
    "Check the upstream by plain HTTP first.": "先用普通 HTTP 检查上游。",
    "Ask nothing; take the defaults.": "不询问，使用默认值。",
    # plans
    "First calls fail in this share of rounds.": "首次调用失败的轮次比例。",
    "Second calls do.": "第二次调用失败的轮次比例。",
    "First calls take so much longer.": "首次调用慢多少。",
    "They do in this share of rounds.": "变慢的轮次比例。",
    "What a call usually takes.": "一次调用通常的用时。",
    "By how much that varies.": "用时上下浮动多少。",
    "The share of runs to be settled.": "要有结论的测量比例。",
    "Its steps count for time.": "按其步骤估算时间。",
    "What Claude Code sends.": "Claude Code 发送的请求。",
    # nights
    "Where the nights are kept.": "各夜结果的保存位置。",
    "Keep the last N nights of each series; the rule looks back 67.": "每个系列保留最近 N 夜；规则回看 67 夜。",
    "Show the calls and nights of this vantage alone.": "只显示此观测点的调用与夜晚。",
    "Compare nights of different machines: a CI's runners are new each night.": (
        "比较不同机器上的各夜：CI 的机器每夜都是新的。"
    ),
    "Forget the nights before: what changed is meant to stay.": "不再与此前各夜比较：变化是有意的。",
    "Append a Markdown summary. (default: $GITHUB_STEP_SUMMARY)": (
        "追加 Markdown 摘要。（默认：$GITHUB_STEP_SUMMARY）"
    ),
    "Draw the failure rates of the series measured last, as SVG.": "把最近测量的系列的失败率画成 SVG。",
    "How many nights of each series to show.": "每个系列显示多少夜。",
    (
        "Annotate health, failed gates and findings, and set the job summary and outputs of the step. "
        "(default: none of it)"
    ): ("为健康状况、未通过的门限和检查结果添加注释，并设置作业摘要和步骤输出。（默认：不添加）"),
    # captures, waits, schemas, scenarios
    "Say what differs between two captures, and capture nothing.": "比较两次捕获的差别，不进行捕获。",
    "Where to. (default: captures/VERSION-TIME.json in --out)": (
        "写到哪里。（默认：--out 下的 captures/VERSION-TIME.json）"
    ),
    "A file of `probe capture`.": "`probe capture` 生成的文件。",
    "How many, of two calls each.": "轮数，每轮两次调用。",
    "The longest wait to try.": "最长试到多久。",
    "How close to come.": "精确到多少。",
    "Of this command. (default: probe itself)": "该命令的手册页。（默认：probe 本身）",
    "Write the pages of all commands into the directory man1 of this one.": (
        "把全部命令的手册页写入此目录下的 man1 目录。"
    ),
    "Only this; may be repeated.": "只测这一种；可重复。",
    "Of what.": "哪种文件。",
    "A shipped name or a file.": "自带场景的名称，或文件。",
    "Shipped names or files.": "自带场景的名称，或文件。",
}
