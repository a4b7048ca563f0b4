"""The verdict, put into words for people who know no statistics. `.one` and `.many` are the forms for a count."""

VERDICT: dict[str, tuple[str, str]] = {
    # what sentences are joined with
    "join.sentences": (" ", ""),
    "join.items": (", ", "、"),
    "join.clauses": (", ", "，"),
    "join.last": (" and ", "，"),
    "join.last_name": (" and ", "、"),
    "join.parts": ("; ", "；"),
    "named": ("{name}: {value}", "{name}：{value}"),
    "sentence": ("{what}.", "{what}。"),
    "range": ("{low} to {high}", "{low} 至 {high}"),
    "percent": ("{value} %", "{value}%"),
    "with_interval": ("{value} ({interval})", "{value}（{interval}）"),
    "at_most": ("at most {value}", "至多 {value}"),
    "at_least": ("at least {value}", "至少 {value}"),
    "too_few": ("n too small", "样本量不足"),
    "count_of": ("{count} of {n}", "{count}/{n}"),
    "may_be_nothing": ("{interval}, so it may be nothing", "{interval}，也可能没有差别"),
    # the paragraph: what it rests on
    "verdict.embedded": (
        (
            "These calls went to the embedded upstream, the stand-in that comes with probe, so they say nothing about "
            "any real upstream."
        ),
        "这些调用发往 probe 自带的内置上游（替身），不能说明任何真实上游的情况。",
    ),
    "verdict.control": (
        "This is the control: the same client on the embedded upstream, measured in the same minutes as the target.",
        "这是对照组：与目标在同一时段测量，同一客户端访问 probe 自带的内置上游。",
    ),
    "verdict.no_calls": ("No call finished, so nothing can be said.", "没有任何调用完成，无法得出结论。"),
    "verdict.one_step": (
        "A round has one call only, so there is no second call to compare the first with.",
        "每轮只有一次调用，没有第二次调用可供对比。",
    ),
    "verdict.not_alike": (
        "The second call is expected to be refused here, so the two are not compared.",
        "这里第二次调用预期会被拒绝，因此不对两次调用作比较。",
    ),
    "verdict.no_pairs": (
        "No round has both a first and a second call that count, so the two cannot be compared.",
        "没有哪一轮同时具备有效的首次调用和第二次调用，两者无法比较。",
    ),
    # the paragraph: the answer
    "verdict.COLD.both": (
        "First calls are worse: they fail more often, and they are slower, often by more than {beyond}.",
        "首次调用比第二次调用差：失败更多，而且更慢，常常慢 {beyond} 以上。",
    ),
    "verdict.COLD.fails": ("First calls fail more often than second calls.", "首次调用比第二次调用更容易失败。"),
    "verdict.COLD.slower": (
        "First calls are slower than second calls, often by more than {beyond}.",
        "首次调用比第二次调用慢，常常慢 {beyond} 以上。",
    ),
    "verdict.COLD.slower_often": (
        "In more rounds the first call is slower by more than {beyond} than the second call is.",
        "首次调用慢 {beyond} 以上的轮次，比第二次调用慢这么多的轮次多。",
    ),
    "verdict.COLD.together": (
        "First calls are worse: failures and slowness together show it; neither alone does yet.",
        "首次调用比第二次调用差：失败与变慢合并来看足以说明；单看其中任何一项，目前都还不够。",
    ),
    "verdict.NO_COLD_EFFECT": (
        (
            "No cold effect: first calls do not fail {delta} percentage points more often than second calls, and they "
            "are not 25 % slower on average. A smaller effect is not ruled out."
        ),
        "无冷启动效应：首次调用的失败率没有高出 {delta} 个百分点，平均耗时也没有长 25%。更小的差别不能排除。",
    ),
    "verdict.changed.COLD": (
        (
            "Something changed during the run: at first the first calls were worse (shown after {rounds}), later the "
            "second calls were (shown after {changed})."
        ),
        "测量期间情况有变：先是首次调用更差（{rounds}后可见），后来是第二次调用更差（{changed}后可见）。",
    ),
    "verdict.changed.SECOND_WORSE": (
        (
            "Something changed during the run: at first the second calls were worse (shown after {rounds}), later the "
            "first calls were (shown after {changed})."
        ),
        "测量期间情况有变：先是第二次调用更差（{rounds}后可见），后来是首次调用更差（{changed}后可见）。",
    ),
    "verdict.changed.NO_COLD_EFFECT": (
        (
            "Something changed during the run: at first there was no cold effect (shown after {rounds}), later first "
            "calls were worse (shown after {changed})."
        ),
        "测量期间情况有变：先是无冷启动效应（{rounds}后可见），后来是首次调用更差（{changed}后可见）。",
    ),
    "verdict.UNDECIDED.one": (
        "Undecided after {n} round: a cold effect is neither shown nor ruled out.",
        "测了 {n} 轮，尚无定论：既未证实存在冷启动效应，也未排除。",
    ),
    "verdict.UNDECIDED.many": (
        "Undecided after {n} rounds: a cold effect is neither shown nor ruled out.",
        "测了 {n} 轮，尚无定论：既未证实存在冷启动效应，也未排除。",
    ),
    "verdict.lean.one": (
        "Undecided after {n} round. So far {what}; this is not yet beyond chance.",
        "测了 {n} 轮，尚无定论。目前{what}，但还不能排除偶然。",
    ),
    "verdict.lean.many": (
        "Undecided after {n} rounds. So far {what}; this is not yet beyond chance.",
        "测了 {n} 轮，尚无定论。目前{what}，但还不能排除偶然。",
    ),
    "verdict.below_margin": (
        "Undecided after {rounds}: first calls are slower, but by less than {slower_by}.",
        "测了{rounds}，尚无定论：首次调用更慢，但慢得不到 {slower_by}。",
    ),
    "lean.fails.first": (
        "first calls fail {points} percentage points more often",
        "首次调用的失败率高出 {points} 个百分点",
    ),
    "lean.fails.second": (
        "second calls fail {points} percentage points more often",
        "第二次调用的失败率高出 {points} 个百分点",
    ),
    "lean.both.first": (
        "first calls fail {points} percentage points more often and look {by} slower",
        "首次调用的失败率高出 {points} 个百分点，而且看起来慢 {by}",
    ),
    "lean.both.second": (
        "second calls fail {points} percentage points more often and look {by} slower",
        "第二次调用的失败率高出 {points} 个百分点，而且看起来慢 {by}",
    ),
    "lean.slower.first": ("first calls look {by} slower", "首次调用看起来慢 {by}"),
    "lean.slower.second": ("second calls look {by} slower", "第二次调用看起来慢 {by}"),
    "verdict.all_failed": (
        "All calls failed, so first calls cannot be compared with second calls, and more rounds like these never can.",
        "所有调用都失败了，无法比较首次调用与第二次调用；照此下去，再测多少轮也无法比较。",
    ),
    # the paragraph: durations
    "counted.failed": ("counting a failed call at its full timeout", "失败的调用按整个超时时长计"),
    "counted.upto": (
        "counting every call up to {horizon}, the shortest timeout of a failed one",
        "每次调用最多计到 {horizon}（失败调用中最短的超时时长）",
    ),
    "counted.likewise": ("counted so", "同样计算"),
    "counted.shift": ("with the client's own {shift} taken off", "扣除客户端自身的 {shift} 后"),
    "slower.rounds.one": (
        "the first call was slower by more than {slower_by} in {first} of {n} round, the second call in {second}",
        "{n} 轮中，首次调用慢 {slower_by} 以上的有 {first} 轮，第二次调用慢 {slower_by} 以上的有 {second} 轮",
    ),
    "slower.rounds.many": (
        "the first call was slower by more than {slower_by} in {first} of {n} rounds, the second call in {second}",
        "{n} 轮中，首次调用慢 {slower_by} 以上的有 {first} 轮，第二次调用慢 {slower_by} 以上的有 {second} 轮",
    ),
    "slower.neither.one": (
        "in the one round neither call was slower by more than {slower_by}",
        "这一轮中，两次调用耗时相差不超过 {slower_by}",
    ),
    "slower.neither.many": (
        "in none of {n} rounds was either call slower by more than {slower_by}",
        "{n} 轮中，两次调用耗时相差均不超过 {slower_by}",
    ),
    "slower.in_proportion": (
        "{slower_by} (a quarter of what second calls took before)",
        "{slower_by}（此前第二次调用耗时的四分之一）",
    ),
    "slower.none": ("none", "0"),
    "slower.unknown": (
        "In {count} of {n} rounds it is not known which call was slower, since calls failed.",
        "{n} 轮中有 {count} 轮因调用失败，无法判断哪次调用更慢。",
    ),
    "slower.unknown.all": (
        "It is not known in any round which call was slower, since calls failed.",
        "每一轮都有调用失败，无法判断哪次调用更慢。",
    ),
    "mean.same": (
        "first calls took as long as second calls on average{interval}",
        "首次调用与第二次调用平均耗时相同{interval}",
    ),
    "mean.longer": (
        "first calls took {by} longer than second calls on average{interval}",
        "首次调用平均比第二次调用多用 {by}{interval}",
    ),
    "mean.shorter": (
        "first calls took {by} less than second calls on average{interval}",
        "首次调用平均比第二次调用少用 {by}{interval}",
    ),
    "mean.interval": (" (95 % interval: {interval})", "（95% 区间：{interval}）"),
    "ratio.same": (
        "Typically a first call takes as long as a second call{interval}.",
        "典型情况下，首次调用与第二次调用耗时相同{interval}。",
    ),
    "ratio": (
        "Typically a first call takes {ratio} times as long as a second call{interval}.",
        "典型情况下，首次调用耗时是第二次调用的 {ratio} 倍{interval}。",
    ),
    "ratio.censored": (
        (
            "Typically a first call takes {least} to {most} times as long as a second call, depending on how long the "
            "failed calls would have taken{interval}."
        ),
        "典型情况下，首次调用耗时是第二次调用的 {least} 至 {most} 倍，取决于失败的调用若继续等待还要多久{interval}。",
    ),
    # the paragraph: how sure
    "sure.COLD": (
        "Odds of this being chance: at most {odds} (valid at any stopping time).",
        "纯属偶然的概率：至多{odds}（何时停止测量都成立）。",
    ),
    "sure.NO_COLD_EFFECT": (
        "Odds of such an effect being missed: at most {odds} (valid at any stopping time).",
        "漏掉这样大的效应的概率：至多{odds}（何时停止测量都成立）。",
    ),
    "sure.UNDECIDED": (
        "Odds of chance alone showing as much: up to {odds} (valid at any stopping time), too many to decide.",
        "仅凭偶然出现同样程度差别的概率：可达{odds}（何时停止测量都成立），不足以下结论。",
    ),
    "sure.nothing": (
        "So far there is next to no evidence that first calls are worse.",
        "目前几乎没有证据表明首次调用更差。",
    ),
    "odds": ("1 in {n}", " 1/{n}"),
    "odds.million": ("1 in 1,000,000", "百万分之一"),
    "settled.one": ("The answer was reached after {n} round.", "第 {n} 轮后即有结论。"),
    "settled.many": ("The answer was reached after {n} rounds.", "第 {n} 轮后即有结论。"),
    "stopping_bias.fails": (
        (
            "The run stopped as soon as it was sure, which makes figures too large: here the difference of failure "
            "rates by about {points} points (simulated)."
        ),
        "一有把握就停止测量，会使数字偏大：此处失败率之差约偏大 {points} 个百分点（据模拟）。",
    ),
    "stopping_bias.slower": (
        (
            "The run stopped as soon as it was sure, which makes figures too large: here the mean difference by "
            "about {by} (simulated)."
        ),
        "一有把握就停止测量，会使数字偏大：此处平均差值约偏大 {by}（据模拟）。",
    ),
    "stopping_bias.both": (
        (
            "The run stopped as soon as it was sure, which makes figures too large: here the difference of failure "
            "rates by about {points} points, the mean difference by about {by} (simulated)."
        ),
        "一有把握就停止测量，会使数字偏大：此处失败率之差约偏大 {points} 个百分点，平均差值约偏大 {by}（据模拟）。",
    ),
    # the paragraph: the client's own part
    "control.own": (
        (
            "Claude Code itself accounts for {own} of the mean difference (measured on the embedded upstream in the "
            "same minutes); {left} come from the relay or the way to it."
        ),
        "平均差值中，Claude Code 自身占 {own}（同一时段在内置上游上测得），来自中转或其链路的为 {left}。",
    ),
    "control.none": (
        (
            "Claude Code itself accounts for none of the mean difference ({own}, measured on the embedded upstream in "
            "the same minutes); {left} come from the relay or the way to it."
        ),
        "平均差值并非来自 Claude Code 自身（同一时段在内置上游上测得 {own}），来自中转或其链路的为 {left}。",
    ),
    # the paragraph: how many more rounds
    "to_go.one": (
        "If rounds go on like these, about {n} more would settle it.",
        "若后续各轮与目前相似，大约再测 {n} 轮可有结论。",
    ),
    "to_go.range": (
        "If rounds go on like these, about {low} to {high} more would settle it.",
        "若后续各轮与目前相似，大约再测 {low} 至 {high} 轮可有结论。",
    ),
    "to_go.open": (
        "If rounds go on like these, it takes at least {low} more to settle it, perhaps more than {ahead}.",
        "若后续各轮与目前相似，至少还需 {low} 轮才有结论，也可能超过 {ahead} 轮。",
    ),
    "to_go.unseen": (
        "If rounds go on like these, it takes more than {ahead} more to settle it.",
        "若后续各轮与目前相似，还需 {ahead} 轮以上才有结论。",
    ),
}
