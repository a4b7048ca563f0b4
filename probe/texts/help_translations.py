"""Chinese for the help of commands: their docstrings, by paragraph, and headings."""

HELP: dict[str, str] = {
    "Usage": "用法",
    "Commands": "命令",
    "Options": "选项",
    "Arguments": "参数",
    "Examples:": "示例：",
    "Common": "常用",
    "Advanced": "高级",
    "Advanced: Target": "高级：目标",
    "Advanced: Client": "高级：客户端",
    "Advanced: Embedded upstream": "高级：内置上游",
    "Advanced: Limits and gates": "高级：限制与门限",
    "Advanced: Verdict": "高级：结论",
    "Advanced: Output": "高级：输出",
    "Advanced: Fleet": "高级：集群",
    "Measure": "测量",
    "Results": "结果",
    "Set up": "配置",
    "Target": "目标",
    "Client": "客户端",
    "Embedded upstream": "内置上游",
    "Limits and gates": "限制与门限",
    "Verdict": "结论",
    "Output": "输出",
    "Measure how reliable Claude Code really is through a given upstream.": (
        "测量 Claude Code 经某个上游使用时究竟有多可靠。"
    ),
    (
        "Drives the real claude --print through scripted first and second calls, each round in a sandbox of its own, "
        "and keeps what happened as evidence."
    ): "用真实的 claude --print 执行脚本化的首次调用和第二次调用，每轮各用独立沙箱，并把经过保存为证据。",
    "Start with: probe check --base-url URL --model NAME": "从这里开始：probe check --base-url URL --model NAME",
    "Without a relay: probe run": "没有中转时：probe run",
    (
        "Exit codes: 0 done, 1 defect in probe, 2 bad usage or configuration, 3 a gate failed, 4 environment not "
        "usable, 5 done but its output could not be written, 130 interrupted."
    ): (
        "退出码：0 完成，1 probe 自身的缺陷，2 用法或配置有误，3 "
        "触发门限，4 环境不可用，5 已完成但输出无法写入，130 被中断。"
    ),
    # commands
    "Say what is wrong with an upstream, and what to do about it.": "查明上游有什么问题，以及如何处理。",
    (
        "Goes from the outside in: this machine, the way there, endpoints, streaming, models, the real client. Costs a "
        "few tiny calls, and says how many before it makes them. Ends with 3 where something is wrong. Without a "
        "target it checks the embedded upstream and says so."
    ): (
        "由外到内检查：本机、网络、接口、流式、模型、真实客户端。"
        "只需几次极小的调用，并事先说明次数。有问题时退出码为 3。"
        "没有指定目标时检查内置上游，并会说明。"
    ),
    "Run a scenario with the real client and keep every round.": "用真实客户端运行场景，并保存每一轮。",
    "Ends with a report. Without a target it uses the embedded upstream and says so.": (
        "最后给出报告。没有指定目标时使用内置上游，并会说明。"
    ),
    "Make the report of runs again from the store.": "根据已保存的运行重新生成报告。",
    (
        "Several runs are pooled where they are alike in all that matters; the report says what was not, and why. CSV "
        "is the table of calls. A recording of `probe record` stands in a report of its own, as Markdown, HTML, JSON "
        "or CSV."
    ): (
        "多个运行若各方面一致则合并统计；没有合并的，报告会说明原因。CSV 是调用明细表。"
        "`probe record` 的记录单独成一份报告，格式为 Markdown、HTML、JSON 或 CSV。"
    ),
    "Show what happened in one round, call by call.": "讲述一轮中各次调用的经过。",
    (
        "A timeline of phases and exchanges, the outcome, and the lines of evidence for it. Without --round it tells "
        "of the first call of the most frequent failure, else of one that was silently retried, else of the slowest."
    ): (
        "按时间列出各阶段和链路请求、结果及其证据。没有 --round 时，显示最常见失败中的首次调用，"
        "其次为被静默重试的调用，再次为最慢的调用。"
    ),
    (
        "Of a recording it tells in order of the requests that failed, were silently retried or stalled, or all of "
        "REQUEST."
    ): "对于记录，按时间顺序讲述失败、被静默重试或停滞的请求；给出 REQUEST 时讲述该请求的全部经过。",
    (
        "A row a call, and every row says where it came from. HAR is what browsers and HAR viewers read; it has bodies "
        "only where --record-bodies kept them. OpenMetrics are the report's figures, for a file that a node exporter "
        "picks up."
    ): (
        "每次调用一行，每行注明来源。HAR 可用浏览器和 HAR 查看器打开；只有用 --record-bodies 保存过正文时才包含正文。"
        "OpenMetrics 是报告中的数据，可写入由 node exporter 采集的文件。"
    ),
    "Compare two runs: every difference with its interval.": "比较两个运行：每项差别及其区间。",
    (
        "A regression is told from failure rates and mean durations, each with an interval widened for their number: "
        "two runs that are alike give one in at most 5 % of comparisons."
    ): "根据失败率和平均用时判断是否退化，区间已按比较项数放宽：两个相同的运行至多在 5% 的比较中被误判。",
    "Run, compare with the nights before, report, and keep the night.": "运行一次，与此前各夜比较，给出报告并保存。",
    (
        "One night that is worse is a watch; two running are an alarm. Ends with 0 when quiet or on watch; 3 on an "
        "alarm, a failed gate, or where every call failed; 4 when this machine lacks something, 130 when interrupted: "
        "then the night is not kept."
    ): (
        "一晚变差为留意，连续两晚变差为告警。正常或留意时退出码为 0；告警、触发门限或所有调用都失败时为 3；"
        "本机缺少所需为 4，被中断为 130（此时不保存）。"
    ),
    "Show the nights that `probe nightly` has kept, series by series.": "按系列显示 `probe nightly` 保存的各夜结果。",
    "Nights of a series are alike in all that matters, so they can be compared.": (
        "同一系列的各夜各方面一致，可以相互比较。"
    ),
    "Run the client for two calls and keep its requests.": "让客户端发起两次调用，并保存其请求。",
    (
        "Placeholders stand for secrets and ids. Shows betas, headers, metadata, tools, system prompt and settings. "
        "Without a target the embedded upstream answers, and nothing leaves this machine."
    ): (
        "机密和 ID 用占位符代替。显示 beta、请求头、元数据、工具、系统提示和设置。没有指定目标时由内置上游作答，"
        "任何内容都不会离开本机。"
    ),
    "Send the main request of a capture again, with your own token.": "用你自己的令牌重发捕获的主请求。",
    (
        "Measures the upstream with exactly the request that the client made, without the client; both calls of a "
        "round send it, with ids that are new each time. Ends with the same report as `probe run`. It imitates no TLS "
        "fingerprint: an upstream that admits the real client only is measured with `probe run`."
    ): (
        "不用客户端，以客户端的原样请求测量上游；一轮的两次调用都发送它，"
        "ID 每次不同。最后给出与 `probe run` 相同的报告。"
        "不模仿 TLS 指纹：只允许真实客户端的上游请用 `probe run` 测量。"
    ),
    "Find how long the client waits for an upstream.": "测出客户端会等上游多久。",
    (
        "Calls of the real client against the embedded upstream, which makes each of them wait: for the first byte, in "
        "the middle of a stream, or for the end of a slow answer. No upstream but our own is asked. Takes up to twice "
        "--upto, or more where the client does not always wait alike."
    ): (
        "让真实客户端调用内置上游，后者让每次调用等待：等首字节、在流中间等待，或等缓慢的回答结束。只请求内置上游。"
        "用时最多为 --upto 的两倍；若客户端每次等待不一，则会更长。"
    ),
    "Print the manual page of a command, or write all pages.": "输出一个命令的手册页，或写出全部手册页。",
    "It says what `--help` says, as troff for `man`, in the language of --lang.": (
        "内容与 `--help` 相同，供 `man` 使用的 troff 格式，语言由 --lang 决定。"
    ),
    "Print the JSON Schema of a report, or of another file.": "输出报告或其他文件的 JSON Schema。",
    "List, show and check scenarios.": "列出、显示和检查场景。",
    "List the scenarios that come with probe.": "列出 probe 自带的场景。",
    "Print a scenario's file, to start one of your own from.": "输出场景文件，可作为自己编写的起点。",
    "Check scenarios; an error names file, line, key and what is allowed.": (
        "检查场景；错误会指出文件、行、键以及允许的内容。"
    ),
    "Run the embedded upstream, which fails on demand.": "运行内置上游，可按要求出错。",
    "Serve the embedded upstream alone, on loopback, until Ctrl-C.": (
        "单独运行内置上游（本机回环地址），直到按 Ctrl-C。"
    ),
    "List the faults and their parameters.": "列出各种故障及其参数。",
    "List targets, and import them from other programs' settings.": "列出目标，或从其他程序的设置导入。",
    "List the targets, with the file that each comes from.": "列出目标及其所在文件。",
    "Show a target as it is used: its table, its file, and whether there is a token; never the token.": (
        "显示目标的实际配置：所在的表和文件、是否有令牌；从不显示令牌。"
    ),
    "Make targets of the settings of Claude Code, cc-switch or claude-code-router.": (
        "根据 Claude Code、cc-switch 或 claude-code-router 的设置生成目标。"
    ),
    "Tokens are never copied: a token_command fetches them from the settings when they are needed.": (
        "从不复制令牌：需要时由 token_command 从设置中读取。"
    ),
    "Print a token that another program has in its settings: the token_command of imported targets.": (
        "输出其他程序设置中的令牌：供导入的目标用作 token_command。"
    ),
    "List the stored runs, the newest first.": "列出已保存的运行，最新的在前。",
    (
        "Any command that takes a RUN takes the id in the first column, `latest`, `latest~1` for the run before it, "
        "and any part of a run's name that no other run has."
    ): "需要 RUN 的命令都接受第一列的 ID、`latest`、表示前一个运行的 `latest~1`，以及运行名中唯一的一部分。",
    "Open the report of a run in the browser. Also: `probe open`.": "在浏览器中打开运行的报告。也可用 `probe open`。",
    (
        "The page is made again where the run has grown, or for another language. Over SSH and without a display its "
        "path is printed instead."
    ): "运行有新增或换语言时会重新生成页面。经 SSH 或没有显示器时改为输出其路径。",
    "Make a probe.toml: ask for an upstream, check it, and write it.": "创建 probe.toml：询问上游、检查并写入。",
    (
        "The token is never asked for: only the variable that holds it, or a command that prints it. What is in the "
        "file stays. Ends with 3, and writes nothing, where the check finds something wrong and nobody can be asked."
    ): (
        "从不询问令牌本身：只询问存放它的变量或输出它的命令。文件中已有的内容保留。检查发现问题又无法询问时，"
        "不写入任何内容，退出码为 3。"
    ),
    "Write one redacted zip for the operator of a relay.": "为中转的运营者生成一个脱敏的 zip。",
    (
        "It has the report in English and Chinese, every failed or recovered call with its requests, and a message "
        "ready to send; of a group all vantages and drivers, and how they compare. Tokens of the environment and of "
        "probe.toml, paths, users and this machine's name are taken out once more."
    ): (
        "其中有中英文报告、每次失败或恢复的调用及其请求，以及可直接发送的消息；若是一组运行，则含所有观测点和驱动及其比较。"
        "环境变量和 probe.toml 中的令牌、路径、用户名和本机名会再次清除。"
    ),
    "Remove stored runs.": "删除已保存的运行。",
    (
        "Lists them with their sizes and asks first. With --older-than and --keep only runs go to which both apply. "
        "Removes nothing that is not a run, follows no link, and leaves a run that is going on."
    ): (
        "先列出运行及其大小并询问。同时给出 --older-than 和 --keep 时，只删除两者都符合的运行。"
        "不删除运行以外的内容，不跟随链接，不动正在进行的运行。"
    ),
    "Say how many rounds, minutes and tokens a question takes.": "估算回答一个问题需要多少轮次、时间和 token。",
    (
        "Simulates runs in which calls are as the options say, and judges them as `probe run --until-sure` does. "
        "Nothing is sent anywhere."
    ): "按选项所述模拟运行，并像 `probe run --until-sure` 那样判断。不会发送任何请求。",
}
