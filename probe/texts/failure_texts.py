"""Shares of calls that failed, their causes, and how much more often first calls failed than second ones."""

FAILURES: dict[str, tuple[str, str]] = {
    "failed.both": ("{first}, and {second}.", "{first}，{second}。"),
    "verdict.failed_difference": ("{first}, and {second}: {difference}.", "{first}，{second}，{difference}。"),
    "failed.none": ("none of {n} {who} failed", "{n} 次{who}没有失败"),
    "failed.none.then": ("none of {n} {who}", "{n} 次{who}没有失败"),
    "failed.all": ("all {n} {who} failed", "{n} 次{who}全部失败"),
    "failed.all.then": ("all {n} {who}", "{n} 次{who}全部失败"),
    "failed.only": ("the only {who} failed", "仅有的一次{who}失败了"),
    "failed.only.then": ("the only {who} failed", "仅有的一次{who}失败了"),
    "failed.only_good": ("the only {who} did not fail", "仅有的一次{who}没有失败"),
    "failed.only_good.then": ("the only {who} did not fail", "仅有的一次{who}没有失败"),
    "failed.some": ("{failed} of {n} {who} failed", "{n} 次{who}中有 {failed} 次失败"),
    "failed.some.then": ("{failed} of {n} {who}", "{n} 次{who}中有 {failed} 次失败"),
    "difference.more.one": ("{points} percentage point more", "首次调用的失败率高出 {points} 个百分点"),
    "difference.more.many": ("{points} percentage points more", "首次调用的失败率高出 {points} 个百分点"),
    "difference.fewer.one": ("{points} percentage point fewer", "首次调用的失败率低 {points} 个百分点"),
    "difference.fewer.many": ("{points} percentage points fewer", "首次调用的失败率低 {points} 个百分点"),
    "difference.none": ("no difference seen", "未见差别"),
    "difference.at_least": (
        "{difference}; the true difference is {low} points or more (at 95 % confidence, however often one looked)",
        "{difference}；真实差值至少为 {low} 个百分点（置信度 95%，中途查看多少次都成立）",
    ),
    "difference.at_most": (
        "{difference}; the true difference is at most {high} points (at 95 % confidence, however often one looked)",
        "{difference}；真实差值至多为 {high} 个百分点（置信度 95%，中途查看多少次都成立）",
    ),
    "difference.sure": (
        (
            "{difference}; the true difference lies between {low} and {high} points (at 95 % confidence, however "
            "often one looked)"
        ),
        "{difference}；真实差值在 {low} 至 {high} 个百分点之间（置信度 95%，中途查看多少次都成立）",
    ),
    "who.first.one": ("first call", "首次调用"),
    "who.first.many": ("first calls", "首次调用"),
    "who.second.one": ("second call", "第二次调用"),
    "who.second.many": ("second calls", "第二次调用"),
    "who.step.one": ("{label} call", " {label} 调用"),
    "who.step.many": ("{label} calls", " {label} 调用"),
    "causes.one": ("The failed {who} {what}.", "失败的那次{who}{what}。"),
    "causes.alike": ("All {n} failed {who} {what}.", "失败的 {n} 次{who}情况相同：{what}。"),
    "causes.many": ("Of {n} failed {who}, {what}.", "失败的 {n} 次{who}中，{what}。"),
    "causes.each": ("{n} {what}", "{n} 次{what}"),
    "causes.rest": ("the others came to what the table of outcomes lists", "其余见结果表"),
    "recovered": (
        "{n} {who} succeeded only after the client had made something good in silence, such as by a retry.",
        "有 {n} 次{who}是在客户端静默补救（例如重试）之后才成功的。",
    ),
    "recovered.more": (
        "{n} more {who} succeeded only after the client had made something good in silence, such as by a retry.",
        "另有 {n} 次{who}是在客户端静默补救（例如重试）之后才成功的。",
    ),
}
