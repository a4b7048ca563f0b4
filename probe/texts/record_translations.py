"""Chinese for `probe record`: its help, its errors and their remedies."""

RECORD_TRANSLATIONS: dict[str, str] = {
    # help
    "Record the requests of a command of your own, as you work.": "在你工作时记录你自己的命令发出的请求。",
    (
        "The command has your terminal, your configuration and your directory; only the base URL leads through the "
        "recorder. Requests are kept as they end, without prompts and answers. Ends as the command ends."
    ): (
        "命令使用你的终端、配置和目录；只是 base URL 指向记录器。请求结束时即保存，不含提示和回答。"
        "命令如何结束，probe 就如何结束。"
    ),
    "The command, with its options.": "命令及其选项。",
    "Keep requests and answers too, without secrets.": "同时保存请求和回答，机密除外。",
    "A name for the recording. (default: the target's)": "记录的名称。（默认：目标的名称）",
    "A target of probe.toml. (default: the upstream that the command would use)": (
        "probe.toml 中的目标。（默认：命令本来会用的上游）"
    ),
    "Start nothing; listen for programs that are started elsewhere.": "不启动命令，只监听，供在别处启动的程序使用。",
    "Let other machines use --listen, if its HOST is one that they reach.": (
        "若 --listen 的 HOST 可从其他机器访问，则允许它们使用。"
    ),
    "Say nothing at the end.": "结束时不输出任何内容。",
    "Show what is in flight in a recording that goes on; the latest, or RUN.": (
        "显示正在进行的记录中未完成的请求；默认为最新的记录，也可指定 RUN。"
    ),
    # errors
    "records nothing": "不进行记录",
    "Name one recording at most: probe record --watch RUN": "最多指定一个记录：probe record --watch RUN",
    "there is no command to run, and no address to listen on": "既没有要运行的命令，也没有要监听的地址",
    "probe record -- claude, or probe record --listen 127.0.0.1:8080": (
        "请运行 probe record -- claude，或 probe record --listen 127.0.0.1:8080"
    ),
    "starts nothing, and a command is given": "不启动命令，却给出了命令",
    "is for --listen, which is not given": "仅用于 --listen，但没有给出 --listen",
    "A variable in it may not be set.": "其中的变量可能没有设置。",
    "{name} has no letter or digit": "{name} 不含字母或数字",
    "For example: --name refactoring": "例如：--name refactoring",
    "{host} is not this machine alone: others could send requests through it": (
        "{host} 不限于本机：其他机器也能经它发送请求"
    ),
    "Use 127.0.0.1, or add --expose if they are meant to.": "请用 127.0.0.1；若有意如此，请加上 --expose。",
    "cannot listen on {place}: {error}": "无法监听 {place}：{error}",
    "{named} does not read as HOST:PORT": "{named} 不符合 HOST:PORT 的形式",
    "For example: 127.0.0.1:8080": "例如：127.0.0.1:8080",
    "{name} is no address that a command could use": "{name} 不是命令可以使用的地址",
    "Start it with `probe upstream serve`, and set ANTHROPIC_BASE_URL to the address that it prints.": (
        "请用 `probe upstream serve` 启动它，并把 ANTHROPIC_BASE_URL 设为它输出的地址。"
    ),
    "is set, so nothing can be recorded: {reason}": "已设置，因此无法记录：{reason}",
    "its requests go to another cloud, signed for that address": "请求发往其他云平台，并针对该地址签名",
    "its requests go through a socket, and not to an address": "请求经套接字发送，而不是发往某个地址",
    "the upstream asks for a certificate of the client's, which only the client can show": (
        "上游要求客户端证书，只有客户端自己能出示"
    ),
    "Unset it, or set it to 0, and name an upstream with --target or ANTHROPIC_BASE_URL.": (
        "请取消设置或设为 0，并用 --target 或 ANTHROPIC_BASE_URL 指定上游。"
    ),
    "is set there, and no setting of ours wins over that: the client would go past the recorder": (
        "在那里设置，且无法被覆盖：客户端的请求不会经过记录器"
    ),
    "Ask whoever manages this machine, or record another command.": "请询问本机管理员，或记录其他命令。",
    "Set {variable} to an http:// proxy.": "请把 {variable} 设为 http:// 代理。",
    "the recorder ended before it was ready": "记录器在就绪之前退出",
}
