"""The verdict, put into words for people who know no statistics. `.one` and `.many` are the forms for a count."""

VERDICT: dict[str, tuple[str, str]] = {
    # what sentences are joined with
    "join.sentences": (" ", ""),
    "join.items": (", ", "、"),
    "join.clauses": (", ", "，"),
    "join.last": (" and ", "，"),
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
    # the answer in one word, and in one line
    "answer.COLD": ("COLD", "存在冷启动效应"),
    "answer.NO_COLD_EFFECT": ("NO COLD EFFECT", "无冷启动效应"),
    "answer.UNDECIDED": ("UNDECIDED", "尚无定论"),
    "line.COLD.both": (
        "COLD after {rounds}: the first call fails more often and is slower",
        "存在冷启动效应（{rounds}）：首次调用失败更多，也更慢",
    ),
    "line.COLD.fails": (
        "COLD after {rounds}: the first call fails more often",
        "存在冷启动效应（{rounds}）：首次调用失败更多",
    ),
    "line.COLD.slower": ("COLD after {rounds}: the first call is slower", "存在冷启动效应（{rounds}）：首次调用更慢"),
    "line.COLD.together": (
        "COLD after {rounds}: the first call is worse, failures and slowness taken together",
        "存在冷启动效应（{rounds}）：失败与变慢合并来看，首次调用更差",
    ),
    "line.NO_COLD_EFFECT": (
        "NO COLD EFFECT after {rounds}: first calls fail less than {delta} points more often, and are not 25 % slower",
        "无冷启动效应（{rounds}）：首次调用的失败率高出不到 {delta} 个百分点，平均耗时也没有长 25%",
    ),
    "line.UNDECIDED": ("UNDECIDED after {rounds}", "尚无定论（已测 {rounds}）"),
    "line.to_go.one": ("about {n} more would settle it", "预计再测约 {n} 轮可有结论"),
    "line.to_go.range": ("{low} to {high} more would settle it", "预计再测 {low} 至 {high} 轮可有结论"),
    "line.to_go.open": (
        "{low} more or longer would settle it, perhaps over {ahead}",
        "预计还需 {low} 轮或更多，也可能超过 {ahead} 轮",
    ),
    "line.to_go.unseen": ("it takes more than {ahead} more", "预计还需 {ahead} 轮以上"),
    "rounds.one": ("{n} round", "{n} 轮"),
    "rounds.many": ("{n} rounds", "{n} 轮"),
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
        "A round has one call only, so there is no second call to hold the first against.",
        "每轮只有一次调用，没有第二次调用可供对比。",
    ),
    "verdict.not_alike": (
        "The second call is expected to be refused here, so the two are not held against each other.",
        "这里第二次调用预期会被拒绝，因此不把两次调用相互对比。",
    ),
    "verdict.no_pairs": (
        "No round has both a first and a second call that count, so the two cannot be compared.",
        "没有哪一轮同时具备有效的首次调用和第二次调用，两者无法比较。",
    ),
    # the paragraph: the answer
    "verdict.COLD.both": (
        "The first call is worse than the second: it fails more often, and it is slower.",
        "首次调用比第二次调用差：失败更多，而且更慢。",
    ),
    "verdict.COLD.fails": ("The first call fails more often than the second.", "首次调用比第二次调用更容易失败。"),
    "verdict.COLD.slower": ("The first call is slower than the second.", "首次调用比第二次调用慢。"),
    "verdict.COLD.slower_often": (
        "The first call is slower than the second more often than the other way round.",
        "首次调用比第二次调用慢的轮次更多。",
    ),
    "verdict.COLD.together": (
        (
            "The first call is worse than the second, failures and slowness taken together; the data do not carry "
            "either of the two by itself."
        ),
        "失败与变慢合并来看，首次调用比第二次调用差；单看其中任何一项，数据都还不足以下结论。",
    ),
    "verdict.NO_COLD_EFFECT": (
        (
            "No cold effect: first calls do not fail {delta} percentage points more often than second calls, and they "
            "are not 25 % slower on average. A smaller effect is not ruled out."
        ),
        ("无冷启动效应：首次调用的失败率没有高出 {delta} 个百分点，平均耗时也没有长 25%。更小的差别不能排除。"),
    ),
    "verdict.UNDECIDED.one": (
        "Undecided after {n} round: it neither shows that the first call is worse than the second, nor rules it out.",
        "测了 {n} 轮，尚无定论：既不能证明首次调用比第二次调用差，也不能排除。",
    ),
    "verdict.UNDECIDED.many": (
        "Undecided after {n} rounds: they neither show that the first call is worse than the second, nor rule it out.",
        "测了 {n} 轮，尚无定论：既不能证明首次调用比第二次调用差，也不能排除。",
    ),
    "verdict.UNDECIDED.all_failed": (
        "Undecided: all calls failed, so nothing tells a first call from a second.",
        "尚无定论：所有调用都失败了，无从区分首次调用与第二次调用。",
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
        "the first call was slower by more than {slower_by} in {first} of {n} round, the second in {second}",
        "{n} 轮中，首次调用慢 {slower_by} 以上的有 {first} 轮，第二次调用慢 {slower_by} 以上的有 {second} 轮",
    ),
    "slower.rounds.many": (
        "the first call was slower by more than {slower_by} in {first} of {n} rounds, the second in {second}",
        "{n} 轮中，首次调用慢 {slower_by} 以上的有 {first} 轮，第二次调用慢 {slower_by} 以上的有 {second} 轮",
    ),
    "slower.neither.one": (
        "in the one round neither call was slower than the other by more than {slower_by}",
        "这一轮中，两次调用耗时相差不超过 {slower_by}",
    ),
    "slower.neither.many": (
        "in none of {n} rounds was either call slower than the other by more than {slower_by}",
        "{n} 轮中，两次调用耗时相差均不超过 {slower_by}",
    ),
    "slower.none": ("none", "0"),
    "slower.unknown": (
        "In {count} of {n} rounds nobody can tell which call was slower, since calls that failed might have gone on.",
        "{n} 轮中有 {count} 轮无法判断哪次调用更慢，因为失败的调用本来还会持续多久无从得知。",
    ),
    "slower.unknown.all": (
        (
            "Which call was slower cannot be told in any round: calls failed, and how long they would have gone on is "
            "not known."
        ),
        "没有哪一轮能判断哪次调用更慢：有调用失败，它们本来还会持续多久无从得知。",
    ),
    "mean.same": (
        "on average a first call took as long as a second{interval}",
        "首次调用与第二次调用平均耗时相同{interval}",
    ),
    "mean.longer": (
        "on average a first call took {by} longer than a second{interval}",
        "首次调用平均比第二次调用多用 {by}{interval}",
    ),
    "mean.shorter": (
        "on average a first call took {by} less than a second{interval}",
        "首次调用平均比第二次调用少用 {by}{interval}",
    ),
    "mean.interval": (" (95 % interval: {interval})", "（95% 区间：{interval}）"),
    "ratio.same": (
        "Typically a first call takes as long as a second{interval}.",
        "典型情况下，首次调用与第二次调用耗时相同{interval}。",
    ),
    "ratio": (
        "Typically a first call takes {ratio} times as long as a second{interval}.",
        "典型情况下，首次调用耗时是第二次调用的 {ratio} 倍{interval}。",
    ),
    "ratio.censored": (
        (
            "Typically a first call takes {least} to {most} times as long as a second, depending on how long the "
            "calls that failed would have gone on{interval}."
        ),
        "典型情况下，首次调用耗时是第二次调用的 {least} 至 {most} 倍，取决于失败的调用若继续等待还要多久{interval}。",
    ),
    # the paragraph: how sure
    "sure.COLD": (
        (
            "How sure: if first calls were no worse than second ones, evidence this strong would turn up in at most "
            "{odds} such measurements, however often one looked."
        ),
        "把握程度：假如首次调用并不比第二次调用差，出现这样强的证据的概率不超过{odds}，中途查看多少次都成立。",
    ),
    "sure.NO_COLD_EFFECT": (
        (
            "How sure: if first calls were worse by {delta} percentage points or more, evidence this strong against "
            "it would turn up in at most {odds} such measurements, however often one looked."
        ),
        (
            "把握程度：假如首次调用确实差 {delta} 个百分点以上，出现这样强的反面证据的概率不超过{odds}，"
            "中途查看多少次都成立。"
        ),
    ),
    "sure.UNDECIDED": (
        (
            "If first calls were no worse than second ones, evidence this strong could still turn up in as many as "
            "{odds} such measurements, which is too many to decide."
        ),
        "假如首次调用并不比第二次调用差，出现这样强的证据的概率仍可高达{odds}，不足以下结论。",
    ),
    "sure.nothing": (
        "So far there is next to no evidence that the first call is worse.",
        "目前几乎没有证据表明首次调用更差。",
    ),
    "odds": ("1 of {n}", " 1/{n}"),
    "odds.million": ("1 of 1,000,000", "百万分之一"),
    "settled.one": ("The answer stood after {n} round.", "第 {n} 轮后即有结论。"),
    "settled.many": ("The answer stood after {n} rounds.", "第 {n} 轮后即有结论。"),
    "taken_back.one": (
        "The answer stood after {n} round, but all rounds together no longer carry it: something may have changed.",
        "第 {n} 轮后曾有此结论，但全部轮次合起来已不再支持：情况可能中途有变。",
    ),
    "taken_back.many": (
        "The answer stood after {n} rounds, but all rounds together no longer carry it: something may have changed.",
        "第 {n} 轮后曾有此结论，但全部轮次合起来已不再支持：情况可能中途有变。",
    ),
    # the paragraph: the client's own part
    "control.own": (
        (
            "The client's own part in the mean difference, measured on the embedded upstream in the same minutes, is "
            "{own}. With that taken off, {left} is left to the upstream and the way to it."
        ),
        "平均差值中有一部分来自客户端自身：同一时段在内置上游上测得为 {own}。扣除之后，归于上游及其链路的为 {left}。",
    ),
    # the paragraph: how many more rounds
    "to_go.one": (
        "If rounds go on like these, about {n} more would settle it.",
        "若后续各轮与目前相似，大约再测 {n} 轮可有结论。",
    ),
    "to_go.range": (
        "If rounds go on like these, {low} to {high} more would settle it (in 8 of 10 forecasts).",
        "若后续各轮与目前相似，再测 {low} 至 {high} 轮可有结论（十次预测中有八次落在此范围）。",
    ),
    "to_go.open": (
        (
            "If rounds go on like these, it takes {low} more or longer to settle it (in 9 of 10 forecasts), perhaps "
            "more than {ahead}."
        ),
        "若后续各轮与目前相似，还需 {low} 轮或更多才有结论（十次预测中有九次如此），也可能超过 {ahead} 轮。",
    ),
    "to_go.unseen": (
        "If rounds go on like these, it takes more than {ahead} more to settle it (in 9 of 10 forecasts).",
        "若后续各轮与目前相似，还需 {ahead} 轮以上才有结论（十次预测中有九次如此）。",
    ),
}
