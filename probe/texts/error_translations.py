"""Chinese for errors. `{…}` stand for what an error names; see `translations.py`."""

ERRORS: dict[str, str] = {
    # options and targets
    "is empty": "为空",
    "needs about {needed} open files, and this shell allows {allowed}": (
        "大约需要打开 {needed} 个文件，而当前 shell 只允许 {allowed} 个"
    ),
    "this machine allows {started} threads for rounds, and no more": "本机最多只允许为各轮启动 {started} 个线程",
    "at most {most} rounds are made at a time": "最多同时运行 {most} 轮",
    "--driver {client} starts clients, of which at most {most} run at a time": (
        "--driver {client} 会启动客户端，最多同时运行 {most} 个"
    ),
    "no such file": "没有这个文件",
    "is a directory; a {name} is a file": "是目录，而 {name} 应是文件",
    "is not a text file in UTF-8 (byte {n} cannot be decoded)": "不是 UTF-8 文本文件（第 {n} 个字节无法解码）",
    "no target {name}{none}": "没有目标 {name}{none}",
    "no model is named": "没有指定模型",
    "no driver {name}": "没有驱动 {name}",
    "{named} is not one of {names}": "{named} 不是以下之一：{names}",
    "{name} is a name of probe's own: {what}": "{name} 是 probe 的保留名称：{what}",
    "an address or a token for one target, and several targets": "给出了单个目标的地址或令牌，却有多个目标",
    "is no name of a variable; it is not shown, as it may be the token itself": (
        "不是变量名；可能就是令牌本身，因此不显示"
    ),
    "is no name of a variable, such as GLM_TOKEN; it is not shown, as it may be the token itself": (
        "不是变量名（例如 GLM_TOKEN）；可能就是令牌本身，因此不显示"
    ),
    "the variable {name} is not set, so there is no token for {url}": "变量 {name} 没有设置，因此没有用于 {url} 的令牌",
    "{text} does not read as KEY=VALUE": "{text} 不符合 KEY=VALUE 的形式",
    "did not end within {seconds} s": "没有在 {seconds} s 内结束",
    "a token does not belong into this file": "令牌不应写在这个文件里",
    "the embedded upstream has an address of its own": "内置上游有自己的地址",
    "the token has a line break or a character beyond ASCII in it, so no header can hold it": (
        "令牌含有换行或非 ASCII 字符，无法放入请求头"
    ),
    "holds a NUL character, which cannot be handed to a program": "含有 NUL 字符，无法传给程序",
    "holds a byte that is no text in UTF-8": "含有不是 UTF-8 文本的字节",
    "{name} is set by probe itself, for the sandbox or from the target": "{name} 由 probe 根据沙箱或目标自行设置",
    "the header {name} cannot be sent": "请求头 {name} 无法发送",
    "only the embedded upstream can be told to misbehave, and the target is {target}": (
        "只有内置上游可以设置故障，而目标是 {target}"
    ),
    "{url} is no http:// or https:// address": "{url} 不是 http:// 或 https:// 地址",
    "{url} has no port that there is; it is a number from 1 to 65535": "{url} 的端口无效；应为 1 到 65535",
    "a base URL has no '?' and no '#'; a key belongs into token_env": "基础 URL 中不能有“?”或“#”；密钥应放在 token_env",
    (
        "a base URL holds no user and no password; set them by env, as in "
        "ANTHROPIC_CUSTOM_HEADERS='Authorization: Basic …', or put the token into token_env"
    ): (
        "基础 URL 中不能有用户名和密码；请用 env 设置，如 ANTHROPIC_CUSTOM_HEADERS='Authorization: Basic …'，"
        "或把令牌放在 token_env"
    ),
    "token_env and token_command are both set; keep one": "同时设置了 token_env 和 token_command；请保留一个",
    "{text} is not a duration; write it as 90s, 2m, 1h30m or 250ms": "{text} 不是时长；请写成 90s、2m、1h30m 或 250ms",
    "{text} is longer than 20 days, the longest time there is for anything": "{text} 超过了 20 天的上限",
    "{text} is no time at all; it must be more than 0": "{text} 必须大于 0",
    "{text} is not one of {names}.": "{text} 不是以下之一：{names}",
    "must be no more than --upto": "不能大于 --upto",
    "is a limit for --until-sure alone": "只能与 --until-sure 一起使用",
    "no client is run with --driver {driver}, so this would do nothing": (
        "--driver {driver} 不运行客户端，因此该选项不起作用"
    ),
    "--driver {driver} reads what it measures from the recorder": "--driver {driver} 依靠记录器测量",
    "the step {step} goes on in the process of the step before, and --driver {driver} starts one for each call": (
        "步骤 {step} 要在上一步的进程中继续，而 --driver {driver} 每次调用都另起进程"
    ),
    "the package {package}, which this driver runs, is not installed": "没有安装该驱动所用的软件包 {package}",
    "{package} {found} is too old for this driver, which needs {oldest} or newer": (
        "{package} {found} 对该驱动来说太旧，需要 {oldest} 或更新版本"
    ),
    "{package} {found} cannot be loaded: {told}": "{package} {found} 无法加载：{told}",
    "the Agent SDK runs one program, and {command} is several words": (
        "Agent SDK 只能运行一个程序，而 {command} 由多个词组成"
    ),
    "asks for a client process a call beside one that goes on, and no driver keeps one": (
        "要求在常驻进程之外再测每次调用另起进程，但没有驱动使用常驻进程"
    ),
    "--driver {driver} talks to the client in stream-json": "--driver {driver} 以 stream-json 与客户端对话",
    "restarting something before a round cannot be told apart from the other rounds that are under way": (
        "在一轮之前重启服务会影响同时进行的其他轮"
    ),
    "rounds that run side by side keep the upstream warm for each other": "同时进行的各轮会互相为上游预热",
    "such rounds tell how long the upstream stays warm, and have no verdict to wait for": (
        "这样的轮次用于测量上游能保持多久不变冷，没有可等待的结论"
    ),
    "the step {step} expects {outcome}, which only a client says": "步骤 {step} 预期 {outcome}，只有客户端才会给出",
    "compares two files and captures nothing; leave out {options}": "只比较两个文件，不进行捕获；请去掉 {options}",
    "Parquet is binary": "Parquet 是二进制格式",
    "is a recording, which stands in a report of its own": "是一份记录，单独成一份报告",
    "is a recording of real work, and no scripted run": "是真实工作的记录，不是脚本化的运行",
    "is for scripted runs, and this is a recording": "只用于脚本化的运行，而这是一份记录",
    "is for recordings, and this is a scripted run": "只用于记录，而这是脚本化的运行",
    "is no recording: it has no {file}": "不是记录：没有 {file}",
    "cannot be read as a recording's description": "无法作为记录的说明读取",
    "no main request was recorded, so there is nothing to tell": "没有记录到主请求，无可讲述",
    "no request {number} in this recording": "这份记录中没有请求 {number}",
    "scripted runs have calls, and only recordings have requests": "脚本化的运行有 calls，只有记录才有 requests",
    "has no form for a recording": "没有用于记录的形式",
    "no request is stored in this recording": "这份记录中没有保存任何请求",
    "no request is stored: nothing stood between the client and its upstream": (
        "没有保存任何请求：客户端与上游之间没有记录器"
    ),
    "are files beside a Markdown file": "是 Markdown 文件旁边的文件",
    # proxies and connections
    "{name} has no http:// before its host, and Claude Code does not start so": (
        "{name} 的主机前没有 http://，这样 Claude Code 无法启动"
    ),
    "the {what} must be {schemes}://host[:port]": "{what} 必须是 {schemes}://host[:port]",
    "the {what} has port 0, where nothing can listen": "{what} 的端口为 0，不可能有服务监听",
    "the {what} is no address": "{what} 不是地址",
    "the recorder cannot go through an https:// proxy, as {variable} names one": (
        "记录器不能经 https:// 代理连接，而 {variable} 指定了这样的代理"
    ),
    "cannot read certificates: {error}": "无法读取证书：{error}",
    # the client and this machine
    "Windows is not supported": "不支持 Windows",
    "Claude Code {version} has no --tools, so its request cannot be cut down": (
        "Claude Code {version} 没有 --tools，无法缩减请求"
    ),
    "no claude found: not by --client, not in PROBE_CLIENT, not on PATH, not in the claude-agent-sdk package": (
        "找不到 claude：--client、PROBE_CLIENT、PATH 和 claude-agent-sdk 包中都没有"
    ),
    "{command} is not Claude Code: its --help knows no --print": "{command} 不是 Claude Code：其 --help 中没有 --print",
    "{command} cannot be started: {reason}": "{command} 无法启动：{reason}",
    "{source} is empty": "{source} 为空",
    "{source}: {program} is no program": "{source}：{program} 不是程序",
    "{source}: {words} cannot be read as a command: {error}": "{source}：{words} 不是有效的命令：{error}",
    "Claude Code {version} ({source}) lacks {options}, which {purpose} needs": (
        "Claude Code {version}（{source}）缺少 {purpose} 所需的 {options}"
    ),
    "{path} is no path: it does not begin with '/'": "{path} 不是路径：没有以“/”开头",
    "{path} is no path: it holds a control character": "{path} 不是路径：含有控制字符",
    "the command of --prepare {problem}": "--prepare 的命令：{problem}",
    "cannot make a sandbox: {error}": "无法创建沙箱：{error}",
    "cannot make a directory for the sandboxes: {error}": "无法创建沙箱目录：{error}",
    "the client would read {file}, which lies above the sandboxes": "客户端会读取沙箱上级目录中的 {file}",
    "cannot listen on 127.0.0.1:{port}: {error}": "无法监听 127.0.0.1:{port}：{error}",
    "no request was answered: {failure}": "没有任何请求得到应答：{failure}",
    "the client sent no request: {outcome}: {evidence}": "客户端没有发出请求：{outcome}：{evidence}",
    # files
    "cannot be read: {error}": "无法读取：{error}",
    "cannot be written: {error}": "无法写入：{error}",
    "cannot be written to: {error}": "无法写入：{error}",
    "cannot be made: {error}": "无法创建：{error}",
    "cannot be opened: {error}": "无法打开：{error}",
    "cannot be written: there is no directory {folder}": "无法写入：没有目录 {folder}",
    "exists already": "已经存在",
    "is a directory; name a file": "是目录；请指定文件",
    "is larger than {most} bytes": "大于 {most} 字节",
    "is no capture": "不是捕获文件",
    "is no JSON, so no capture": "不是 JSON，因此不是捕获文件",
    "holds no request for an answer, so there is nothing to send again": "不含要求作答的请求，没有可重发的内容",
    "was written by a newer probe (format {version})": "由更新版本的 probe 写入（格式 {version}）",
    "was written by a newer probe (schema {version}; this one knows {known})": (
        "由更新版本的 probe 写入（schema {version}；当前版本支持 {known}）"
    ),
    "is not TOML: {error}": "不是 TOML：{error}",
    "is not YAML: {error}": "不是 YAML：{error}",
    "Parquet needs pandas and pyarrow, which are not installed": "Parquet 需要 pandas 和 pyarrow，但没有安装",
    # scenarios and faults
    "no such scenario: neither the name of a shipped one nor a file": "没有这个场景：既不是自带场景的名称，也不是文件",
    "holds no keys; a scenario has at least `name` and `steps`": "没有任何键；场景至少要有 `name` 和 `steps`",
    "the scenario {name} has one step only; there is no second call": "场景 {name} 只有一步，没有第二次调用",
    "the scenario {name} is a search, with trials that depend on each other": "场景 {name} 是搜索，各次试验互相依赖",
    "{value} is no outcome; one of: {outcomes}": "{value} 不是结果；可用：{outcomes}",
    "two arms would be called {name}: with several drivers, names of targets are cut to make room": (
        "两个分支会同名 {name}：使用多个驱动时，目标名会被截短"
    ),
    "a fault is missing": "缺少故障名",
    "{spec} does not end in ')'": "{spec} 没有以“)”结尾",
    "{name}: on: there is no step {step}": "{name}：on：没有步骤 {step}",
    "{name}: {missing} is missing in {arguments}": "{name}：{arguments} 中缺少 {missing}",
    "{name} needs {parameter}": "{name} 需要 {parameter}",
    "{name}: {part} is not key=value": "{name}：{part} 不是 key=value",
    "{name}: {key} is given twice": "{name}：{key} 给出了两次",
    "{name}: {key}: {error}": "{name}：{key}：{error}",
    # values in files and in faults
    "two steps are called {name}; labels name files, so each needs its own": (
        "有两个步骤都叫 {name}；标签用作文件名，因此不能重复"
    ),
    "the first step's session is {session}; there is none before it: use 'new'": (
        "第一个步骤的 session 是 {session}，而此前没有会话：请用 'new'"
    ),
    "must be more than `gap`, which is {gap} s and must be more than 0": ("应大于 `gap`；`gap` 为 {gap} s，且应大于 0"),
    "needs a second step that is answered: it shows what a warm upstream does": (
        "需要得到回答的第二个步骤：它显示上游不冷时的情况"
    ),
    "{name}: is empty; leave it out, or name a model": "{name}：为空；请去掉，或写明模型",
    "holds half of a letter, or a byte that is no text": "含有不完整的字符，或不是文本的字节",
    "a time needs its zone": "时间需要带时区",
    "a time that no calendar has": "不存在的时间",
    "{value} is no number of JSON": "{value} 不是 JSON 的数字",
    "a number too large for any program": "数字过大，任何程序都无法使用",
    "nested too deeply": "嵌套过深",
    "{value} is not between 0 and {most}": "{value} 不在 0 与 {most} 之间",
    "{value} is none of {names}": "{value} 不是以下之一：{names}",
    "{value} is not a JSON object": "{value} 不是 JSON 对象",
    "{value} is not an integer": "{value} 不是整数",
    "{value} is not a number": "{value} 不是数字",
    "{value} is neither true nor false": "{value} 既不是 true 也不是 false",
    "{value} is not JSON: {error}": "{value} 不是 JSON：{error}",
    "{value} is not a quoted string: {error}": "{value} 不是带引号的字符串：{error}",
    "{gate}: {problem}": "{gate}：{problem}",
    # runs
    "no such run: {name}": "没有这个运行：{name}",
    "{n} runs have {part} in their ids": "{n} 个运行的 ID 含有 {part}",
    "there are only {n} runs, so none is {back} before the latest": "只有 {n} 个运行，最新运行之前没有第 {back} 个",
    "is of the original script, beside which no report is kept": "是原脚本的运行，没有保存报告",
    "no run is stored here": "这里没有保存任何运行",
    "is no run directory: it has no manifest.json and no journal.jsonl": (
        "不是运行目录：没有 manifest.json 和 journal.jsonl"
    ),
    "is not a directory of a run of probe, and not a summary.json of the script that probe replaces": (
        "既不是 probe 的运行目录，也不是 probe 所取代的脚本的 summary.json"
    ),
    "is not as the original script writes it: {problem}": "不符合原脚本的格式：{problem}",
    "no call of round {number}{called}": "没有第 {number} 轮的调用{called}",
    "no call of this run can be told of": "该运行没有可以讲述的调用",
    "several runs were made side by side": "有多个并行的运行",
    "is the run to compare with": "与自己相比较",
    "holds no calls to a target": "不含对目标的调用",
    "holds more than one target ({names})": "含有多个目标（{names}）",
    "another probe is writing this run": "另一个 probe 正在写入该运行",
    "cannot be read as exchanges": "无法读取为链路记录",
    "cannot be read as a group of schema {version}": "无法读取为 schema {version} 的运行组",
    "its manifest cannot be read, so nobody knows what to go on with": "manifest 无法读取，不知道该如何继续",
    "its arms are {mine}, and these {yours}": "它的分支是 {mine}，而这次是 {yours}",
    "its calls and new ones could not be pooled; {changed}": "它的调用不能与新的合并；{changed}",
    "the run was made with a value that looked like a secret, so it was not stored whole": (
        "该运行用过疑似机密的值，因此没有完整保存"
    ),
    "the run was made with values that are not stored: {names}": "该运行用过没有保存的值：{names}",
    "the value of {name} is not part of the run's specification, and is set nowhere": (
        "{name} 的值不在运行规格中，也没有在别处设置"
    ),
    # parts of the errors above
    ": there is no {name} here, above, or in ~/.config/probe": "：当前目录、上级目录和 ~/.config/probe 中都没有 {name}",
    "{problem}; did you mean {name}?": "{problem}；是否指 {name}？",
    "unknown metric {name}": "未知指标 {name}",
    "the scenario has no step {name}": "场景没有步骤 {name}",
    "the run has no vantage {name}": "该运行没有观测点 {name}",
    "does not read as [STEP][@VANTAGE].METRIC OP VALUE": "不符合 [STEP][@VANTAGE].METRIC OP VALUE 的形式",
    "{metric} is a word about all vantages, and names none": "{metric} 是关于所有观测点的词，不能指定观测点",
    "the run has no vantages to compare": "该次运行没有可比较的观测点",
    "{metric} is a word about the whole run: it has no step, and only == and !=": (
        "{metric} 是关于整个运行的词：没有步骤，只能用 == 和 !="
    ),
    "{metric} has no interval to be sure by": "{metric} 没有可用于 `surely` 的区间",
    "{name} has no key {key}": "{name} 没有键 {key}",
    "{value} is no value for {metric}": "{value} 不是 {metric} 的有效值",
    "no command {name}": "没有命令 {name}",
    "writes the pages of all commands": "会写出全部命令的手册页",
    "{name} is no fault": "没有故障 {name}",
}
