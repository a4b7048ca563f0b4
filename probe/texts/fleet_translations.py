"""Chinese for help and errors of fleets."""

FLEET_TRANSLATIONS: dict[str, str] = {
    # help
    "Fleet": "集群",
    "Measure from several machines: keys, scheduler, workers.": "从多台机器测量：密钥、调度器、工作进程。",
    "The exit code is 4 where one of them cannot be used.": "其中有观测点无法使用时，退出码为 4。",
    "Say which vantages are connected: versions, clocks, load, and whether each target has a token.": (
        "列出已连接的观测点：版本、时钟、负载，以及各目标是否有令牌。"
    ),
    "The scheduler, such as tls://HOST:8786.": "调度器的地址，如 tls://HOST:8786。",
    "The directory with this member's certificate, from `probe fleet keys`. (default: none, on loopback)": (
        "该成员证书所在的目录，由 `probe fleet keys` 生成。（默认：无，仅用回环地址）"
    ),
    "Make the rounds of one vantage until Ctrl-C, with the tokens of this machine.": (
        "用本机的令牌运行一个观测点的各轮，直到按下 Ctrl-C。"
    ),
    "Tokens and the values of secret variables stay here: they come from this machine's environment and probe.toml.": (
        "令牌和保密变量的值不会离开本机：它们取自本机的环境变量和 probe.toml。"
    ),
    "The name of this place, such as fra.": "该观测点的名称，如 fra。",
    "The address to listen on. (default: the one that faces the scheduler)": "监听地址。（默认：面向调度器的地址）",
    "The address to listen on.": "监听地址。",
    "The port to listen on; 0 lets the system choose.": "监听端口；0 表示由系统选择。",
    "Where the scheduler reaches this worker: tls://HOST:PORT. (default: where it listens)": (
        "调度器连接该工作进程所用的地址：tls://HOST:PORT。（默认：监听地址）"
    ),
    "Where finished rounds are kept until they are stored. (default: ~/.local/state/probe/fleet/NAME)": (
        "已完成的轮次在入库之前的存放位置。（默认：~/.local/state/probe/fleet/NAME）"
    ),
    "Run the scheduler of a fleet until Ctrl-C.": "运行集群的调度器，直到按下 Ctrl-C。",
    "Make the certificates by which the members of a fleet know each other.": "生成集群成员用来互相验证的证书。",
    (
        "Each member gets a directory of its own, which is copied to its machine and nowhere else. What is there "
        "already stays, unless it ends within 30 days."
    ): "每个成员各有一个目录，只复制到其所在的机器。已有的证书会保留，除非 30 天内到期。",
    "The directory for all keys; new, or an earlier one.": "存放全部密钥的目录；可以是新目录，也可以是已有目录。",
    "The name of a vantage; may be repeated.": "观测点的名称；可重复给出。",
    "The scheduler of a fleet, such as tls://HOST:8786; see `probe fleet`. (default: none)": (
        "集群调度器的地址，如 tls://HOST:8786；参见 `probe fleet`。（默认：无）"
    ),
    (
        "A place that makes all rounds: a worker's vantage, or `local` for this machine; may be repeated. "
        "(default: this machine, without a fleet)"
    ): "运行所有轮次的地点：工作进程的观测点名称，或以 `local` 表示本机；可重复给出。（默认：本机，不用集群）",
    "The directory with this member's certificate; see `probe fleet keys`. (default: none, on loopback)": (
        "该成员证书所在的目录；参见 `probe fleet keys`。（默认：无，仅用回环地址）"
    ),
    "Measure though vantages have different versions of the client.": "即使各观测点的客户端版本不同也进行测量。",
    "How long to wait for the worker of a vantage that is lost. (default: 60s)": (
        "观测点失联时等待其工作进程的时间。（默认：60s）"
    ),
    # addresses and keys
    "{text} is no address of a scheduler or worker": "{text} 不是调度器或工作进程的地址",
    "Write it as tls://HOST:{port}, or tcp://127.0.0.1:{port2} on loopback.": (
        "请写成 tls://HOST:{port}；在回环地址上写成 tcp://127.0.0.1:{port2}。"
    ),
    "a tls:// address, and no directory with certificates": "给出了 tls:// 地址，却没有证书目录",
    "Add --tls DIR; see `probe fleet keys`.": "请加上 --tls DIR；参见 `probe fleet keys`。",
    "without certificates only this machine's loopback is used, and {host} is another": (
        "没有证书时只使用本机的回环地址，而 {host} 不是"
    ),
    "Add --tls DIR (see `probe fleet keys`), or reach it through SSH: ssh -L.": (
        "请加上 --tls DIR（参见 `probe fleet keys`），或通过 SSH 转发：ssh -L。"
    ),
    "certificates are given, and the address begins with tcp://": "给出了证书，而地址以 tcp:// 开头",
    "Write tls://.": "请写成 tls://。",
    "cannot listen on {place}: {why}": "无法监听 {place}：{why}",
    "cannot be read as an authority of `probe fleet keys`": "无法读作 `probe fleet keys` 生成的证书颁发机构",
    "others may read this key": "其他用户可以读取该密钥",
    "chmod 600 {path}": "chmod 600 {path}",
    "the certificate ended on {date}": "证书已于 {date} 到期",
    "Make new ones with `probe fleet keys`.": "请用 `probe fleet keys` 重新生成。",
    "there is no {name}": "没有 {name}",
    "cannot be read as a certificate": "无法读作证书",
    "Make them with `probe fleet keys`, and copy the directory of this member to this machine.": (
        "请用 `probe fleet keys` 生成，并把该成员的目录复制到本机。"
    ),
    "the package {package}, which a fleet needs, is not installed": "没有安装集群所需的软件包 {package}",
    "pip install 'claude-probe[fleet]'": "pip install 'claude-probe[fleet]'",
    # members
    "no scheduler of a fleet answers at {address}": "{address} 上没有应答的集群调度器",
    "Start one with `probe fleet scheduler`, and look at its address. ({why})": (
        "请用 `probe fleet scheduler` 启动，并检查其地址。（{why}）"
    ),
    "the certificates here and at {address} do not fit": "本机与 {address} 的证书不匹配",
    "They are of different keys, or one has ended: `probe fleet keys` makes them all.": (
        "不是同一套密钥，或其中一个已到期：请用 `probe fleet keys` 统一生成。"
    ),
    "no worker of the vantage {vantage} is connected to {address}": "观测点 {vantage} 没有工作进程连接到 {address}",
    "Connected: {names}. Start one there with `probe fleet worker`.": (
        "已连接：{names}。请在该处用 `probe fleet worker` 启动。"
    ),
    "{n} workers say that they are {vantage}": "有 {n} 个工作进程自称 {vantage}",
    "End all but one.": "请只保留一个。",
    "the worker of {vantage} runs probe {there}, and this is {here}": (
        "{vantage} 的工作进程运行 probe {there}，而本机是 {here}"
    ),
    "Install the same version at all vantages.": "请在所有观测点安装同一版本。",
    "the worker of {vantage} does not answer: {why}": "{vantage} 的工作进程没有应答：{why}",
    "a vantage does not answer: {why}": "有观测点没有应答：{why}",
    "the vantages have different clients ({clients})": "各观测点的客户端不同（{clients}）",
    "Install the same version everywhere, or add --allow-client-differences.": (
        "请在各处安装同一版本，或加上 --allow-client-differences。"
    ),
    "cannot be used as a spool: {why}": "无法用作暂存目录：{why}",
    "another worker uses this spool": "另一个工作进程正在使用该暂存目录",
    "End it, or name another directory.": "请结束它，或指定另一个目录。",
    "the vantage's probe.toml has no target {name}": "该观测点的 probe.toml 中没有目标 {name}",
    "Add it there, with the same base_url: a vantage sends its token only where its own file says.": (
        "请在该处加上它，base_url 要相同：观测点只把令牌发往自己文件中的地址。"
    ),
    "the vantage's probe.toml has {there} for this target, and the run asks for {here}": (
        "该观测点的 probe.toml 中此目标的地址是 {there}，而运行要求 {here}"
    ),
    "Make them the same: a vantage sends its token only where its own file says.": (
        "请改为一致：观测点只把令牌发往自己文件中的地址。"
    ),
    # why a vantage makes no further rounds
    "{count} attempts at round {round} were lost": "第 {round} 轮已丢失 {count} 次尝试",
    "the scheduler does not answer": "调度器没有应答",
    "no worker came back within {time}": "{time} 内没有工作进程恢复",
    "its worker came back with another machine, client or target": "其工作进程恢复后，机器、客户端或目标已变",
    # options
    "{name} is no name of a vantage": "{name} 不是观测点的名称",
    "Use a to z, 0 to 9 and -, a letter first, at most 32.": "请用 a 到 z、0 到 9 和 -，以字母开头，最多 32 个字符。",
    "the same vantage is named twice": "同一观测点给出了两次",
    "Name each vantage once.": "每个观测点请只给出一次。",
    "the vantage {name} is elsewhere, and no fleet is named": "观测点 {name} 不在本机，却没有指定集群",
    "Add --fleet tls://HOST:8786, the address of its scheduler; `local` alone needs none.": (
        "请加上 --fleet tls://HOST:8786，即调度器的地址；只用 `local` 时不需要。"
    ),
    "a fleet is named, and no vantage of it": "指定了集群，却没有指定观测点",
    "Add --vantage NAME; `probe fleet status` lists them.": (
        "请加上 --vantage NAME；`probe fleet status` 会列出观测点。"
    ),
    "the value of {names} may be secret, and secrets do not travel to a vantage": (
        "{names} 的值可能是机密，而机密不会发往观测点"
    ),
    "Put it into the env of the target in the vantage's probe.toml, or into its environment.": (
        "请写在该观测点 probe.toml 中目标的 env 里，或设置在其环境变量中。"
    ),
    "a vantage takes tokens and addresses from its own probe.toml, and {name} is in no file": (
        "观测点从自己的 probe.toml 读取令牌和地址，而 {name} 不在任何文件中"
    ),
    "Write a [targets.NAME] table here and at each vantage, and name it: --target NAME.": (
        "请在本机和各观测点写上 [targets.NAME] 表，并用 --target NAME 指定。"
    ),
    "a command before a round cannot be told apart from rounds at other places": (
        "轮次之前的命令无法与其他地点正在运行的轮次区分"
    ),
    "each vantage finds its own client: PROBE_CLIENT, PATH, SDK": "各观测点自行查找客户端：PROBE_CLIENT、PATH、SDK",
    "rounds at other places keep the upstream warm": "其他地点的轮次会让上游保持预热",
    "each vantage takes its tokens as its own probe.toml says": "各观测点按自己的 probe.toml 取得令牌",
    "an upstream would run commands on the machines of others": "上游会在他人的机器上运行命令",
    "sandboxes at a vantage are removed there": "观测点上的沙箱会在当地删除",
}
