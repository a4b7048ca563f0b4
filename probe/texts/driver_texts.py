"""Words of the comparison of drivers."""

DRIVERS: dict[str, tuple[str, str]] = {
    "drivers.title": ("{target}: what each driver took", "{target}：各驱动的开销"),
    "drivers.legend": (
        (
            "The table has medians of the calls that succeeded. Differences are means over the rounds in which both "
            "drivers succeeded, each with a separate 95 % paired interval."
        ),
        "表中为成功调用的中位数。文中的差值是两个驱动都成功的各轮差值的平均，每个区间都是单独的 95% 配对区间。",
    ),
    "drivers.one_round": (
        "What a driver saves is told from two rounds on in which both succeeded.",
        "至少有两轮两个驱动都成功，才能给出节省多少。",
    ),
    "drivers.less": (
        "{label} took {ms} less with {candidate} than with {base} ({interval}; {rounds}).",
        "{label} 用 {candidate} 比用 {base} 少用 {ms}（{interval}；{rounds}）。",
    ),
    "drivers.more": (
        "{label} took {ms} more with {candidate} than with {base} ({interval}; {rounds}).",
        "{label} 用 {candidate} 比用 {base} 多用 {ms}（{interval}；{rounds}）。",
    ),
    "drivers.alike": (
        "{label} shows no difference between {candidate} and {base} beyond chance ({interval}; {rounds}).",
        "{label} 用 {candidate} 与用 {base} 相比，未见超出偶然的差别（{interval}；{rounds}）。",
    ),
    "drivers.process": (
        "A new client process costs {ms} ({interval}) to start and exit.",
        "新启动一个客户端进程，启动与退出共多花 {ms}（{interval}）。",
    ),
    "drivers.process.none": (
        "A new client process costs no time beyond chance ({interval}).",
        "新启动一个客户端进程，未见超出偶然的额外用时（{interval}）。",
    ),
    "drivers.connection": (
        "A warm connection saves {ms} ({interval}) of connecting and sending the request.",
        "复用已有连接，在建立连接与发送请求上省下 {ms}（{interval}）。",
    ),
    "drivers.connection.none": (
        "A warm connection saves nothing beyond chance ({interval}).",
        "复用已有连接，未见超出偶然的节省（{interval}）。",
    ),
    "column.driver": ("driver", "驱动"),
    "column.cpu": ("CPU time", "CPU 时间"),
    "column.memory": ("memory", "内存"),
}
