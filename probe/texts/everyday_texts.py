"""The everyday commands: the list of runs, opening, removing."""

EVERYDAY: dict[str, tuple[str, str]] = {
    # probe ls
    "ls.id": ("ID", "编号"),
    "ls.when": ("WHEN (UTC)", "时间（UTC）"),
    "ls.scenario": ("SCENARIO", "场景"),
    "ls.target": ("TARGET", "目标"),
    "ls.rounds": ("ROUNDS", "轮次"),
    "ls.health": ("HEALTH", "状态"),
    "ls.failed": ("FAILED", "失败"),
    "ls.verdict": ("FIRST CALL", "首次调用"),
    "ls.end": ("END", "结束"),
    "ls.none": (
        "No run is stored in {folder}. Make one with `probe run`.",
        "{folder} 中没有运行记录。请先用 `probe run` 运行一次。",
    ),
    "ls.more.one": (
        "{n} older run is not shown; --limit 0 lists all.",
        "另有 {n} 次更早的运行未列出；--limit 0 可全部列出。",
    ),
    "ls.more.many": (
        "{n} older runs are not shown; --limit 0 lists all.",
        "另有 {n} 次更早的运行未列出；--limit 0 可全部列出。",
    ),
    "ls.unread": ("cannot be read", "无法读取"),
    "ls.answer.COLD": ("worse", "更差"),
    "ls.answer.NO_COLD_EFFECT": ("not worse", "不更差"),
    "ls.answer.SECOND_WORSE": ("better", "更好"),
    "ls.answer.ORDER": ("order", "与次序有关"),
    "ls.answer.CACHED": ("cached", "来自缓存"),
    "ls.answer.UNDECIDED": ("undecided", "尚无定论"),
    # probe show
    "show.ssh": (
        "This is an SSH session, so no browser was opened. Copy the page, or open it on this machine:",
        "当前是 SSH 会话，因此没有打开浏览器。请把网页复制到本地，或在本机打开：",
    ),
    "show.no_display": (
        "There is no display here, so no browser was opened. The page is:",
        "这里没有图形界面，因此没有打开浏览器。网页在：",
    ),
    "show.no_browser": ("No browser could be started. The page is:", "无法启动浏览器。网页在："),
    "show.opened": ("opened: {page}", "已打开：{page}"),
    # probe rm
    "rm.none": ("There is nothing to remove.", "没有可删除的运行。"),
    "rm.ask.one": ("Remove this run?", "删除这次运行？"),
    "rm.ask.many": ("Remove these {n} runs?", "删除这 {n} 次运行？"),
    "rm.kept": ("Nothing was removed.", "没有删除任何运行。"),
    "rm.removed.one": ("Removed {n} run: {size} freed.", "已删除 {n} 次运行，释放 {size}。"),
    "rm.removed.many": ("Removed {n} runs: {size} freed.", "已删除 {n} 次运行，共释放 {size}。"),
    "rm.skipped": ("kept: {why}", "保留：{why}"),
    # probe ls, the end of a run
    "end.completed": ("done", "完成"),
    "end.settled": ("settled", "已得出结论"),
    "end.interrupted": ("interrupted", "被中断"),
    "end.max_cost": ("cost limit", "达到费用上限"),
    "end.max_tokens": ("token limit", "达到 token 上限"),
    "end.same_failure": ("same failure", "同一失败"),
    "end.vantage_lost": ("vantage lost", "观测点失联"),
    "end.fleet_lost": ("fleet lost", "集群失联"),
    "end.running": ("running", "进行中"),
    "end.cut_off": ("cut off", "意外中止"),
}
