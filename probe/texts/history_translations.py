"""Chinese for help and errors of the history of calls."""

HISTORY_TRANSLATIONS: dict[str, str] = {
    "Keep the calls of months in Parquet files, and ask them in SQL.": "用 Parquet 文件保存数月的调用，并用 SQL 查询。",
    "Add runs to the history: a Parquet file a run, without prompts, answers and tokens.": (
        "把运行加入历史：每个运行一个 Parquet 文件，不含提示词、回答和令牌。"
    ),
    "A run that is added again takes the place of what the history has of it. The run's directory stays.": (
        "再次加入的运行会替换历史中原有的部分。运行目录保持不变。"
    ),
    "Where the history is. (default: `history` of probe.toml, else reports/history)": (
        "历史所在目录。（默认：probe.toml 中的 `history`，否则为 reports/history）"
    ),
    "Ask the history a question in SQL.": "用 SQL 查询历史。",
    (
        "The view `calls` has a row a call; times are in UTC, durations in ms. A query reads the history and nothing "
        "else: no other file, no network, no extensions."
    ): (
        "视图 `calls` 每次调用一行；时间为 UTC，时长单位为 ms。"
        "查询只能读取历史：不能读取其他文件，不能联网，不能加载扩展。"
    ),
    "A SELECT on the view `calls`, in the SQL of DuckDB.": "对视图 `calls` 的 SELECT 语句，用 DuckDB 的 SQL。",
    "a history of calls needs DuckDB and pyarrow, which are not installed": (
        "调用历史需要 DuckDB 和 pyarrow，但没有安装"
    ),
    "has no manifest that can be read, so nobody knows what was measured": "没有可读的 manifest，不知道测量的是什么",
    "holds no finished round": "没有已完成的轮次",
    "is not one SELECT statement, and a history is only read": "不是单条 SELECT 语句，而历史只能读取",
    "DuckDB cannot run it: {problem}": "DuckDB 无法执行：{problem}",
    "the query takes more memory than there is": "查询所需内存超过可用内存",
    "Ask for fewer rows or columns.": "请减少查询的行或列。",
    "pip install 'claude-probe[history]'": "pip install 'claude-probe[history]'",
    "Move it away, or add its run again.": "请移走该文件，或重新加入它的运行。",
    "Show calls by day and hour, and the nights of `probe nightly`.": (
        "按日和小时显示数月的调用，以及 `probe nightly` 的每晚结果。"
    ),
    (
        "Calls are those that `probe history add` has kept. Nights of a series are alike in all that matters, so they "
        "can be compared."
    ): "调用来自 `probe history add` 的历史。同一系列的各晚在各方面都一致，因此可以比较。",
    "How many nights of each series, and days of each target, to show.": "每个系列显示多少晚，每个目标显示多少天。",
    "Make one file of the small files of each month that has ended.": "把已结束月份的小文件合并为一个文件。",
    "Every query says the same as before. Files that cannot be read stay as they are.": (
        "查询结果不变。无法读取的文件保持原样。"
    ),
    "Remove old run directories whose calls are in the history, which stays.": (
        "删除调用已在历史中的旧运行目录；历史保留。"
    ),
    (
        "Lists them with their sizes and asks first. A run of which the history lacks a call stays, and so does a "
        "recording. What only the directory has (raw output, exchanges, reports) is gone then."
    ): (
        "先列出运行及其大小并询问。历史缺少其调用的运行会保留，录制也会保留。"
        "只存在于目录中的内容（原始输出、链路记录、报告）将不复存在。"
    ),
    "Remove runs begun longer ago, such as 90d.": "删除更早开始的运行，例如 90d。",
    "is no file of a history": "不是历史文件",
}
