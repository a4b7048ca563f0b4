"""Sentences of fleets: runs over several machines."""

FLEET: dict[str, tuple[str, str]] = {
    "fleet.lost": (
        "The vantage {vantage} is lost. Waiting {time} for its worker.",
        "观测点 {vantage} 已失联，等待其工作进程 {time}。",
    ),
    "fleet.back": ("The vantage {vantage} is back.", "观测点 {vantage} 已恢复。"),
    "fleet.given_up": (
        "The vantage {vantage} makes no further rounds: {why}",
        "观测点 {vantage} 不再运行后续轮次：{why}",
    ),
    "fleet.ended": ("No further rounds are made: {why}", "不再运行后续轮次：{why}"),
    "fleet.resume": (
        "Rounds are left, since a vantage or the scheduler was lost. Go on with:",
        "因观测点或调度器失联，尚有轮次未完成。继续运行：",
    ),
    "fleet.keys.made": (
        "{member}: {path}, copy it to its machine; the certificate ends on {date}",
        "{member}：{path}，请复制到对应机器；证书于 {date} 到期",
    ),
    "fleet.keys.kept": (
        "{member}: {path}, was there already; the certificate ends on {date}",
        "{member}：{path}，已存在；证书于 {date} 到期",
    ),
    "fleet.keys.secret": (
        "{path} stays here: whoever has it can join the fleet and run programs on all its machines.",
        "{path} 请留在本机：持有它的人可以加入集群，并在所有机器上运行程序。",
    ),
    "fleet.worker.waiting": (
        "No scheduler answers at {address}. Trying again until one does.",
        "{address} 处没有调度器应答，将一直重试。",
    ),
    "fleet.worker.foreign": (
        "The certificates here and at {address} do not fit: of different keys, or one has ended. Trying again.",
        "本机与 {address} 的证书不匹配：不是同一套密钥，或其中一个已到期。正在重试。",
    ),
    "fleet.worker.connected": ("Connected to {address}.", "已连接到 {address}。"),
    "fleet.worker.lost": (
        "The connection to {address} is lost. Trying again.",
        "与 {address} 的连接已断开，正在重试。",
    ),
    "fleet.status": ("Vantages connected to {address}: {n}", "已连接到 {address} 的观测点：{n}"),
    "fleet.status.certificate": ("certificate ends on {date}", "证书于 {date} 到期"),
    "fleet.status.vantage": (
        "{vantage}: probe {version}, {client}, Python {python}",
        "观测点 {vantage}：probe {version}，{client}，Python {python}",
    ),
    "fleet.status.no_client": ("no Claude Code", "没有 Claude Code"),
    "fleet.status.clock": (
        "clock {offset} against this machine, ± {error}",
        "时钟与本机相差 {offset}，± {error}",
    ),
    "fleet.status.load": ("load {load} on {cpus} CPUs, runs: {runs}", "负载 {load}（{cpus} 个 CPU），运行数：{runs}"),
    "fleet.status.target": ("target {target} ({url}): {token}", "目标 {target}（{url}）：{token}"),
    "fleet.status.token.set": ("token is set", "令牌已设置"),
    "fleet.status.token.not_set": ("token is not set", "令牌未设置"),
    "fleet.status.token.command": ("token comes from a command", "令牌由命令取得"),
    "fleet.status.problem": ("its probe.toml cannot be used: {problem}", "其 probe.toml 无法使用：{problem}"),
    "fleet.status.no_targets": ("no targets in its probe.toml", "其 probe.toml 中没有目标"),
    "fleet.status.other_version": (
        "{vantage}: runs probe {version}; install the same version as here",
        "{vantage}：运行 probe {version}；请安装与本机相同的版本",
    ),
    "fleet.status.error": ("{vantage}: answers with an error: {problem}", "{vantage}：返回了错误：{problem}"),
    "fleet.status.silent": ("{vantage}: does not answer", "{vantage}：没有应答"),
}
