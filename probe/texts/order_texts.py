"""Answers that are not about a cold start: worse second calls, the order of requests, a cache."""

ORDER: dict[str, tuple[str, str]] = {
    "answer.SECOND_WORSE": ("SECOND CALLS WORSE", "第二次调用更差"),
    "answer.ORDER": ("ORDER OF REQUESTS", "与请求次序有关"),
    "answer.CACHED": ("CACHED", "来自缓存"),
    "line.SECOND_WORSE": (
        "SECOND CALLS WORSE after {rounds}: second calls fail more often, or are slower, than first calls",
        "第二次调用更差（{rounds}）：与首次调用相比，第二次调用失败更多或更慢",
    ),
    "line.ORDER": (
        "ORDER OF REQUESTS after {rounds}: every second request is worse, whichever call it is; no cold start is seen",
        "与请求次序有关（{rounds}）：每隔一个请求就更差，与是第几次调用无关；未见冷启动",
    ),
    "line.CACHED": (
        "CACHED: in {rounds} a cache answered, so nothing is known of the upstream behind it",
        "来自缓存：{rounds}中有回答来自缓存，不能说明其后上游的情况",
    ),
    "line.order_open": (
        "every second request being worse would look the same",
        "也可能只是每隔一个请求就更差：未能区分",
    ),
    "line.all_failed.first": ("all {n} first calls failed; {line}", "{n} 次首次调用全部失败；{line}"),
    "line.all_failed.second": ("all {n} second calls failed; {line}", "{n} 次第二次调用全部失败；{line}"),
    "verdict.all_failed.first": ("All {n} first calls failed.", "{n} 次首次调用全部失败。"),
    "verdict.all_failed.second": ("All {n} second calls failed.", "{n} 次第二次调用全部失败。"),
    "verdict.SECOND_WORSE.fails": (
        "Second calls fail more often than first calls: the opposite of a cold start.",
        "第二次调用比首次调用更容易失败：与冷启动相反。",
    ),
    "verdict.SECOND_WORSE.slower": (
        "Second calls are slower than first calls: the opposite of a cold start.",
        "第二次调用比首次调用慢：与冷启动相反。",
    ),
    "verdict.SECOND_WORSE.together": (
        "Second calls are worse: failures and slowness together show it; neither alone does yet.",
        "失败与变慢合并来看，第二次调用比首次调用差。",
    ),
    "verdict.ORDER.fails": (
        (
            "Every second request fails, whichever call it is: {failed} of {n} of these, and {others_failed} of "
            "{others} of the rest. Requests seem to go to two servers in turn, one of which is down. This is no cold "
            "start."
        ),
        (
            "每隔一个请求就失败，与是第几次调用无关：一类次序的 {n} 次中失败 {failed} 次，另一类的 {others} 次中失败 "
            "{others_failed} 次。看起来请求被轮流发往两台服务器，其中一台已不可用。这不是冷启动。"
        ),
    ),
    "verdict.ORDER.fails_more": (
        (
            "Every second request fails more often, whichever call it is: {failed} of {n} of these, and "
            "{others_failed} of {others} of the rest. Requests seem to go to two servers in turn, one of which fails "
            "more. This is no cold start."
        ),
        (
            "每隔一个请求就更容易失败，与是第几次调用无关：一类次序的 {n} 次中失败 {failed} 次，"
            "另一类的 {others} 次中失败 {others_failed} 次。看起来请求被轮流发往两台服务器，"
            "其中一台更容易失败。这不是冷启动。"
        ),
    ),
    "verdict.ORDER.slower": (
        (
            "Every second request is slower, whichever call it is: a median of {slow} against {fast} for the rest. "
            "Requests seem to go to two servers in turn, one of which is slow. This is no cold start."
        ),
        (
            "每隔一个请求就更慢，与是第几次调用无关：一类次序的中位数为 {slow}，另一类为 {fast}。"
            "看起来请求被轮流发往两台服务器，其中一台较慢。这不是冷启动。"
        ),
    ),
    "verdict.CACHED": (
        (
            "A response cache seems to have answered in {cached} of {n} rounds (by its headers, or by repeated message "
            "ids), so nothing is known of the upstream behind it: an answer from a cache is neither cold nor warm."
        ),
        (
            "{n} 轮中有 {cached} 轮的回答看来出自响应缓存（依据是缓存的响应头，或重复出现的消息 id），"
            "因此不能说明其后上游的情况：来自缓存的回答谈不上冷热。"
        ),
    ),
    "sure.SECOND_WORSE": (
        "Odds of this being chance: at most {odds} (valid at any stopping time).",
        "纯属偶然的概率：至多{odds}（何时停止测量都成立）。",
    ),
    "sure.ORDER": (
        "Odds of this being chance: at most {odds} (valid at any stopping time).",
        "纯属偶然的概率：至多{odds}（何时停止测量都成立）。",
    ),
    "sure.CACHED": (
        "More rounds would show no more as long as the cache answers.",
        "只要缓存仍在作答，再测多少轮也得不到更多信息。",
    ),
    "note.order_not_told": (
        (
            "First calls were nearly always the same one of every two requests. Two servers that answer in turn, one "
            "of them worse, would look the same."
        ),
        ("首次调用几乎总是每两个请求中固定的一个。假如两台服务器轮流应答，其中一台较差，看起来也会一样。"),
    ),
    "note.every_nth": (
        (
            "Failures follow the number of the request, whichever call it is: one request in {period} failed "
            "{failed} of {n} times, and all others {others_failed} times. Requests seem to go to {period} servers in "
            "turn, one of which is down."
        ),
        (
            "失败与请求的序号有关，与是第几次调用无关：每 {period} 个请求中固定的一个，{n} 次中失败 {failed} 次，"
            "其余共失败 {others_failed} 次。看起来请求被轮流发往 {period} 台服务器，其中一台已不可用。"
        ),
    ),
    "note.cached_answers": (
        (
            "{count} of {n} calls seem to have been answered by a cache: their headers say so, or their answer has the "
            "id of an earlier one (some relays give one id to all answers). An answer from a cache does not show how "
            "fast or reliable the upstream is."
        ),
        (
            "{n} 次调用中有 {count} 次看来由缓存作答：响应头如此声明，或其回答的 id 与先前的回答相同"
            "（有些中转对所有回答都用同一个 id）。来自缓存的回答不能说明上游有多快、多可靠。"
        ),
    ),
    "note.extra_calls": (
        (
            "{count} extra calls ({label}) were made at the end of a round, to tell a cold start from a fault of every "
            "second request. They count towards cost, not towards the figures of a step."
        ),
        (
            "在轮次末尾另外进行了 {count} 次额外调用（{label}），以便区分冷启动与每隔一个请求就出现的故障；"
            "它们计入费用，但不计入任何步骤的统计。"
        ),
    ),
    "note.extra_calls.one": (
        (
            "{count} extra call ({label}) was made at the end of a round, to tell a cold start from a fault of every "
            "second request. It counts towards cost, not towards the figures of a step."
        ),
        (
            "在轮次末尾另外进行了 {count} 次额外调用（{label}），以便区分冷启动与每隔一个请求就出现的故障；"
            "它计入费用，但不计入任何步骤的统计。"
        ),
    ),
}
