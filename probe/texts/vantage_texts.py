"""Words of the comparison of vantages."""

VANTAGES: dict[str, tuple[str, str]] = {
    "vantages.title": ("{target} from each vantage", "从各观测点调用 {target}"),
    "vantages.legend": (
        (
            "Calls of the same round and step are compared that began within 2 s of each other: {pairs} pairs; {left} "
            "pairs that did not are left out. A vantage is named where E reaches {least}, which it does in 1 % of runs "
            "at most if all are alike, however often one looks. Times are medians of the calls that succeeded; *clock* "
            "is by how much the vantage's clock is ahead."
        ),
        (
            "只比较同一轮、同一步骤且开始时间相差不超过 2 秒的调用：共 {pairs} 对，另有 {left} 对不符合，未计入。"
            "E 达到 {least} 才会点名某个观测点；若各处并无差别，无论查看多少次，误点名的概率至多 1%。"
            "时间是成功调用的中位数；*时钟*是观测点时钟超前的量。"
        ),
    ),
    "column.vantage": ("vantage", "观测点"),
    "column.clock": ("clock", "时钟"),
    "fact.vantage": ("vantage", "观测点"),
    "vantages.clock": ("{offset} ± {error}", "{offset} ± {error}"),
    "vantages.health": ("All vantages together: {health}", "所有观测点合计：{health}"),
    # one vantage is worse
    "vantages.fails.network": (
        "{vantage} fails more often than {than}: its network ({points} points more{interval}; {e}).",
        "{vantage} 比 {than} 失败更多：问题在其网络（多 {points} 个百分点{interval}；{e}）。",
    ),
    "vantages.fails.relay": (
        (
            "{vantage} fails more often than {than} ({points} points more{interval}; {e}), but with answers of the "
            "relay, which treats this vantage differently."
        ),
        (
            "{vantage} 比 {than} 失败更多（多 {points} 个百分点{interval}；{e}），"
            "但失败的内容是中转的应答：中转对它区别对待。"
        ),
    ),
    "vantages.slower": (
        "{vantage} is slower than {than}: its network (calls take {ms} longer{interval}; {e}).",
        "{vantage} 比 {than} 慢：问题在其网络（每次调用多用 {ms}{interval}；{e}）。",
    ),
    "vantages.slower.connect": (
        "{vantage} is slower than {than}: its network (connecting takes {ms} longer{interval}; {e}).",
        "{vantage} 比 {than} 慢：问题在其网络（建立连接多用 {ms}{interval}；{e}）。",
    ),
    "vantages.slower.wait": (
        (
            "{vantage} is slower than {than}: its network, or the relay's servers near it (the first byte takes {ms} "
            "longer{interval}; {e})."
        ),
        "{vantage} 比 {than} 慢：问题在其网络，或中转在其附近的服务器（首字节多等 {ms}{interval}；{e}）。",
    ),
    "vantages.slower.stream": (
        "{vantage} is slower than {than}: its network (the answer takes {ms} longer to arrive{interval}; {e}).",
        "{vantage} 比 {than} 慢：问题在其网络（接收应答多用 {ms}{interval}；{e}）。",
    ),
    "vantages.changed": (
        "Later it was the other way round, so something changed between {vantage} and {than}.",
        "之后情况反转，可见 {vantage} 与 {than} 之间有变化。",
    ),
    "vantages.interval": (", {interval}", "，{interval}"),
    "vantages.e": ("E = {e}", "E = {e}"),
    "vantages.e.million": ("E > 1,000,000", "E > 1,000,000"),
    # alike
    "vantages.alike.relay": (
        "Failures are alike everywhere: the relay. No vantage fails {delta} points more often than another.",
        "各处失败相当：问题在中转。没有哪个观测点比别处多失败 {delta} 个百分点。",
    ),
    "vantages.alike.account": (
        "Failures are alike everywhere: the account. No vantage fails {delta} points more often than another.",
        "各处失败相当：问题在账号。没有哪个观测点比别处多失败 {delta} 个百分点。",
    ),
    "vantages.alike.setup": (
        "Failures are alike everywhere: your set-up. No vantage fails {delta} points more often than another.",
        "各处失败相当：问题在你的配置。没有哪个观测点比别处多失败 {delta} 个百分点。",
    ),
    "vantages.alike.client": (
        "Failures are alike everywhere: the client. No vantage fails {delta} points more often than another.",
        "各处失败相当：问题在客户端。没有哪个观测点比别处多失败 {delta} 个百分点。",
    ),
    "vantages.alike.unclear": (
        (
            "Failures are alike everywhere, so they are no single network's. No vantage fails {delta} points more "
            "often than another."
        ),
        "各处失败相当，因此不是某一处网络的问题。没有哪个观测点比别处多失败 {delta} 个百分点。",
    ),
    "vantages.alike.good": (
        "No vantage fails {delta} points more often than another.",
        "没有哪个观测点比别处多失败 {delta} 个百分点。",
    ),
    "vantages.alike.times": (
        "Times are alike: they differ by less than {percent}.",
        "耗时相当：相差不到 {percent}。",
    ),
    # cannot tell
    "vantages.open": (
        "Cannot tell yet whether one vantage is worse{more}.",
        "尚不能判断是否有观测点更差{more}。",
    ),
    "vantages.open.failures": (
        "Cannot tell yet whether one vantage fails more often{more}.",
        "尚不能判断是否有观测点失败更多{more}。",
    ),
    "vantages.open.times": (
        "Cannot tell yet whether one vantage is slower{more}.",
        "尚不能判断是否有观测点更慢{more}。",
    ),
    "vantages.more.one": (": about {n} more round", "：大约再测 {n} 轮"),
    "vantages.more.many": (": about {n} more rounds", "：大约再测 {n} 轮"),
    "vantages.more.range": (": about {low} to {high} more rounds", "：大约再测 {low} 至 {high} 轮"),
    "vantages.more.open": (
        ": at least {low} more rounds, perhaps more than {ahead}",
        "：至少再测 {low} 轮，也可能超过 {ahead} 轮",
    ),
    "vantages.more.unseen": (": more than {ahead} more rounds", "：还需 {ahead} 轮以上"),
    "vantages.no_pairs": (
        "The vantages cannot be compared: none of their calls of the same round began within 2 s of each other.",
        "无法比较各观测点：同一轮的调用没有一对在 2 秒之内开始。",
    ),
    # what to do
    "advice.vantages.network": (
        (
            "Other vantages have none of these: look at the network of this one (DNS, firewall, VPN, provider), or set "
            "HTTPS_PROXY there."
        ),
        "其他观测点没有这种失败：检查该观测点的网络（DNS、防火墙、VPN、运营商），或在那里设置 HTTPS_PROXY。",
    ),
    "advice.vantages.relay": (
        "Every vantage has these alike: send the relay's operator the times in the report.",
        "每个观测点都同样如此：把报告中的时间发给中转的运营者。",
    ),
    # whose failures are
    "vantages.kind.network.one": (
        "{n} failure ({outcome}) counts as the network's of {vantage}: no vantage without this trouble had it.",
        "{n} 次失败（{outcome}）记为 {vantage} 的网络：正常的观测点都没有。",
    ),
    "vantages.kind.network.many": (
        "{n} failures ({outcome}) count as the network's of {vantage}: no vantage without this trouble had them.",
        "{n} 次失败（{outcome}）记为 {vantage} 的网络：正常的观测点都没有。",
    ),
    "vantages.kind.relay.many": (
        "{n} failures ({outcome}) count as the relay's: every vantage had them, and networks do not fail together.",
        "{n} 次失败（{outcome}）记为中转：每个观测点都有，而各处网络不会一同失败。",
    ),
}
