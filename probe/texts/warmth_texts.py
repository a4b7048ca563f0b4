"""Sentences about how long an upstream stays warm."""

WARMTH: dict[str, tuple[str, str]] = {
    "warmth.title": ("How long it stays warm", "能保持多久不变冷"),
    "warmth.nothing": (
        "No first call followed a call that succeeded, so this run does not show how long the upstream stays warm.",
        "没有任何首次调用之前有成功的调用，无法判断上游能保持多久不变冷。",
    ),
    "warmth.found": (
        "The upstream was still warm after {last_warm} of idle time, and cold after {first_cold}.",
        "空闲 {last_warm} 后上游仍是热的，空闲 {first_cold} 后已变冷。",
    ),
    "warmth.unsure": (
        "How long the upstream stays warm is not known yet.",
        "目前还不清楚上游能保持多久不变冷。",
    ),
    "warmth.never": (
        "The upstream was still warm after the longest idle time tried, {last_warm}.",
        "在所试的最长空闲时间 {last_warm} 之后，上游仍是热的。",
    ),
    "warmth.always": (
        "The upstream was already cold after the shortest idle time tried, {first_cold}.",
        "在所试的最短空闲时间 {first_cold} 之后，上游就已变冷。",
    ),
    "warmth.sure.between": (
        "It goes cold between {low} and {high} (95 % probability).",
        "变冷发生在空闲 {low} 至 {high} 之间（概率 95%）。",
    ),
    "warmth.sure.later": (
        "It goes cold after more than {low}, perhaps more than the longest time tried, {longest} (95 % probability).",
        "空闲超过 {low} 才会变冷，也可能比所试的最长时间 {longest} 更久（概率 95%）。",
    ),
    "warmth.sure.sooner": (
        "It goes cold before {high}, perhaps before the shortest time tried, {shortest} (95 % probability).",
        "空闲不到 {high} 就会变冷，也可能比所试的最短时间 {shortest} 更短（概率 95%）。",
    ),
    "warmth.sure.open": (
        "{n} rounds are too few, or too different from each other, to say more.",
        "这 {n} 轮太少，或彼此差别太大，还不足以确定。",
    ),
    "warmth.sure.all_tried": (
        "It stays warm for longer than the longest time tried (95 % probability).",
        "它保持不变冷的时间比所试的最长时间还长（概率 95%）。",
    ),
    "warmth.sure.none_tried": (
        "It goes cold sooner than the shortest time tried (95 % probability).",
        "它变冷比所试的最短空闲时间还快（概率 95%）。",
    ),
    "warmth.counts.warm": (
        "Of {n} first calls after {last_warm} or less, {cold} met a cold upstream.",
        "空闲不超过 {last_warm} 的 {n} 次首次调用中，{cold} 次遇到变冷的上游。",
    ),
    "warmth.counts.cold": (
        "Of {n} first calls after {first_cold} or more, {cold} met a cold upstream.",
        "空闲 {first_cold} 及以上的 {n} 次首次调用中，{cold} 次遇到变冷的上游。",
    ),
    "warmth.means": (
        (
            "A first call counts as cold if it failed, or if its first content came after more than {cold_from}; "
            "second calls typically take {reference}."
        ),
        (
            "首次调用失败，或首个内容晚于 {cold_from} 才到，即记为遇到变冷的上游；第二次调用的首个内容通常在 "
            "{reference} 到达。"
        ),
    ),
    "warmth.left_out": (
        "{n} first calls are left out: the call before them failed, and may not have warmed the upstream.",
        "{n} 次首次调用未计入：其前一次调用失败，未必能让上游变热。",
    ),
    "warmth.left_out.one": (
        "{n} first call is left out: the call before it failed, and may not have warmed the upstream.",
        "{n} 次首次调用未计入：其前一次调用失败，未必能让上游变热。",
    ),
    "warmth.legend": (
        (
            "Idle time runs from the end of an answer to the next request. The share comes from isotonic regression "
            "over all calls, so it never falls."
        ),
        "空闲时间从一次应答结束算到下一个请求。占比由对全部调用的保序回归得出，因此不会下降。",
    ),
    "column.idle": ("idle before", "此前空闲"),
    "column.cold": ("cold", "变冷"),
    "column.cold_share": ("share of cold calls", "变冷占比"),
    "chart.idle": ("idle time before the call", "调用前的空闲时间"),
    "chart.first_content": ("first content after", "首个内容到达时间"),
    "chart.warmth.warm": ("warm", "热"),
    "chart.warmth.cold": ("cold", "冷"),
    "chart.warmth.failed": ("failed", "失败"),
    "chart.warmth.told": (
        "Time to first content of each first call, by the idle time before it. {told}.",
        "各首次调用的首个内容到达时间与此前空闲时间的关系。{told}。",
    ),
    "chart.warmth.level": ("after {idle} {cold} of {n} cold", "空闲 {idle} 后 {n} 次中 {cold} 次变冷"),
    "html.warmth.title": ("Warm or cold, by idle time", "空闲多久之后变冷"),
    "html.warmth.caption": (
        (
            "Each mark is a first call; above the dashed line it counts as cold. The upstream goes cold within the "
            "shaded range (95 % probability)."
        ),
        "每个点是一次首次调用，高于虚线即记为变冷。上游在阴影区间内变冷（概率 95%）。",
    ),
}
