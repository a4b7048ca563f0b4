"""The verdict in one word, and in one line. `.one` and `.many` are the forms for a count."""

HEADLINE: dict[str, tuple[str, str]] = {
    # the answer in one word, and in one line
    "answer.COLD": ("COLD", "存在冷启动效应"),
    "answer.NO_COLD_EFFECT": ("NO COLD EFFECT", "无冷启动效应"),
    "answer.UNDECIDED": ("UNDECIDED", "尚无定论"),
    "line.COLD.both": (
        "COLD after {rounds}: first calls fail more often and are slower, often by more than {beyond}",
        "存在冷启动效应（{rounds}）：首次调用失败更多，也更慢，常常慢 {beyond} 以上",
    ),
    "line.COLD.fails": (
        "COLD after {rounds}: first calls fail more often",
        "存在冷启动效应（{rounds}）：首次调用失败更多",
    ),
    "line.COLD.slower": (
        "COLD after {rounds}: first calls are slower, often by more than {beyond}",
        "存在冷启动效应（{rounds}）：首次调用更慢，常常慢 {beyond} 以上",
    ),
    "line.COLD.together": (
        "COLD after {rounds}: first calls are worse, failures and slowness together",
        "存在冷启动效应（{rounds}）：失败与变慢合并来看，首次调用更差",
    ),
    "line.NO_COLD_EFFECT": (
        "NO COLD EFFECT after {rounds}: first calls fail less than {delta} points more often, and are not 25 % slower",
        "无冷启动效应（{rounds}）：首次调用的失败率高出不到 {delta} 个百分点，平均耗时也没有长 25%",
    ),
    "line.changed.COLD": (
        "CHANGED: first calls were worse (shown after {rounds}), later second calls were (after {changed})",
        "情况有变：先是首次调用更差（{rounds}后可见），后来是第二次调用更差（{changed}后可见）",
    ),
    "line.changed.SECOND_WORSE": (
        "CHANGED: second calls were worse (shown after {rounds}), later first calls were (after {changed})",
        "情况有变：先是第二次调用更差（{rounds}后可见），后来是首次调用更差（{changed}后可见）",
    ),
    "line.changed.NO_COLD_EFFECT": (
        "CHANGED: no cold effect (shown after {rounds}), later first calls were worse (after {changed})",
        "情况有变：先是无冷启动效应（{rounds}后可见），后来是首次调用更差（{changed}后可见）",
    ),
    "line.UNDECIDED": ("UNDECIDED after {rounds}", "尚无定论（已测 {rounds}）"),
    "line.lean.first": (
        "UNDECIDED after {rounds}: first calls look worse so far, not yet beyond chance",
        "尚无定论（已测 {rounds}）：目前首次调用看起来更差，但还不能排除偶然",
    ),
    "line.lean.second": (
        "UNDECIDED after {rounds}: second calls look worse so far, not yet beyond chance",
        "尚无定论（已测 {rounds}）：目前第二次调用看起来更差，但还不能排除偶然",
    ),
    "line.all_failed": (
        "first and second calls cannot be compared: all calls of {rounds} failed",
        "无法比较首次调用与第二次调用：{rounds}的所有调用都失败了",
    ),
    "line.to_go.one": ("about {n} more would settle it", "预计再测约 {n} 轮可有结论"),
    "line.to_go.range": ("{low} to {high} more would settle it", "预计再测 {low} 至 {high} 轮可有结论"),
    "line.to_go.open": (
        "at least {low} more would settle it, perhaps over {ahead}",
        "预计还需 {low} 轮或更多，也可能超过 {ahead} 轮",
    ),
    "line.to_go.unseen": ("it takes more than {ahead} more", "预计还需 {ahead} 轮以上"),
    "rounds.one": ("{n} round", "{n} 轮"),
    "rounds.many": ("{n} rounds", "{n} 轮"),
}
