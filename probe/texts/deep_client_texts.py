"""The cases of `probe check --deep` that look at tools and the prompt cache."""

DEEP_CLIENT: dict[str, tuple[str, str]] = {
    "deep.tools.title": (
        "a tool gets its arguments unchanged, its result comes back",
        "工具调用的参数无误，结果也能传回",
    ),
    "deep.tools.request": ("a call of a tool", "工具调用"),
    "deep.tools.pass": (
        "the arguments came equal to the byte, stop_reason is tool_use, and the model got the tool's answer",
        "参数逐字节一致，stop_reason 为 tool_use，模型收到了工具的结果",
    ),
    "deep.tools.seen": (
        "{bytes} bytes of arguments with quotes, pipes and letters of many languages; pieces: {pieces}",
        "{bytes} 字节的参数，含引号、竖线和多种文字；分 {pieces} 段",
    ),
    "deep.tools.breaks": (
        '"Invalid tool parameters", files written with wrong content, commands that fail.',
        "出现“Invalid tool parameters”，文件内容写错，命令失败。",
    ),
    "deep.tools.do": (
        "Send the operator the request id and the evidence: the relay has to pass tool calls on unchanged.",
        "把请求 ID 和证据发给运营者：中转必须原样转发工具调用。",
    ),
    "deep.parallel_tools.title": ("two calls of a tool in one answer", "一次回答中的两个工具调用"),
    "deep.parallel_tools.request": ("two calls of a tool", "两个工具调用"),
    "deep.parallel_tools.pass": (
        "both calls came in one answer, with ids of their own, and both results went back",
        "两个调用在同一回答中到达，ID 各不相同，两个结果都传回了",
    ),
    "deep.parallel_tools.ids": ("ids: {ids}", "ID：{ids}"),
    "deep.parallel_tools.indexes": ("indexes of the blocks: {indexes}", "各块的 index：{indexes}"),
    "deep.parallel_tools.same_id": ("two calls have the same id, or one has none", "两个调用的 ID 相同，或缺少 ID"),
    "deep.parallel_tools.same_index": ("two blocks have the same index", "两个块的 index 相同"),
    "deep.parallel_tools.twice": (
        "the same call came twice, and the other not at all",
        "同一调用来了两次，另一个没有来",
    ),
    "deep.parallel_tools.gap": ("a block is missing between the others", "中间缺少一个块"),
    "deep.parallel_tools.only_one": (
        "only one of two calls came: the model may have chosen so, or the relay dropped the other",
        "两个调用只来了一个：可能是模型的选择，也可能是中转丢了另一个",
    ),
    "deep.parallel_tools.output": (
        "the answer counts {tokens} output tokens",
        "回答计为 {tokens} 个输出 token",
    ),
    "deep.parallel_tools.only_one.do": (
        "Try again, or with another model of this upstream.",
        "再试一次，或换该上游的另一个模型。",
    ),
    "deep.parallel_tools.breaks": (
        "Calls get lost or their arguments run together; the next request is refused with 400.",
        "调用丢失或参数混在一起；下一个请求被 400 拒绝。",
    ),
    "deep.parallel_tools.do": (
        "Send the operator the request id and the evidence: each call needs a block, an index and an id of its own.",
        "把请求 ID 和证据发给运营者：每个调用都要有自己的块、index 和 ID。",
    ),
    "deep.tool.not_offered": (
        "the client did not offer the tool: its server may have started too late",
        "客户端没有提供该工具：工具服务器可能启动太晚",
    ),
    "deep.tool.not_offered.do": ("Try again on an idle machine.", "在空闲的机器上再试。"),
    "deep.tool.no_call": ("the model did not call the tool", "模型没有调用工具"),
    "deep.tool.no_call.do": (
        "Try again; if it stays so, the relay may drop the tools of the request: ask its operator.",
        "再试一次；若仍如此，中转可能丢掉了请求中的工具：请询问运营者。",
    ),
    "deep.tool.lost": ("stop_reason is tool_use, and no call came", "stop_reason 为 tool_use，却没有调用"),
    "deep.tool.as_text": ("the call came as text", "调用以普通文本形式到达"),
    "deep.tool.odd_pieces": (
        "{n} pieces of the arguments (input_json_delta) are no text",
        "参数中有 {n} 段（input_json_delta）不是文本",
    ),
    "deep.tool.no_json": ("the arguments are no JSON object", "参数不是 JSON 对象"),
    "deep.tool.empty": ("the arguments came empty", "参数为空"),
    "deep.tool.other_call": ("another tool was called, or another argument given", "调用了别的工具，或给了别的参数"),
    "deep.tool.differs": (
        "the arguments differ from those asked for, in a way in which a model may have changed them",
        "参数与要求的不同，但也可能是模型自己改的",
    ),
    "deep.tool.mangled": ("the arguments are mangled: {how}", "参数被改坏：{how}"),
    "deep.tool.mangled.escaped": ("escaped once too often", "多转义了一次"),
    "deep.tool.mangled.html": ("HTML entities put in or undone", "HTML 实体被加入或还原"),
    "deep.tool.mangled.mojibake": ("UTF-8 read in another encoding", "UTF-8 被按其他编码读取"),
    "deep.tool.mangled.lost_letters": ("letters beyond ASCII are lost", "ASCII 以外的字符丢失"),
    "deep.tool.mangled.quotes": ("quotes or backslashes are missing or changed", "引号或反斜杠缺失或被改"),
    "deep.tool.mangled.pipes": ("pipes are missing", "竖线缺失"),
    "deep.tool.mangled.cut": ("the end is cut off", "结尾被截断"),
    "deep.tool.difference": ("asked for: …{sent}… came: …{came}…", "要求：…{sent}… 到达：…{came}…"),
    "deep.tool.sent": ("the arguments as sent: {text}", "收到的参数：{text}"),
    "deep.tool.said": ("the answer: {text}", "回答：{text}"),
    "deep.tool.stop_reason": (
        "a tool is called, and stop_reason is {reason}, not tool_use",
        "调用了工具，stop_reason 却是 {reason}，不是 tool_use",
    ),
    "deep.tool.stop_reason.seen": (
        "clients that go by stop_reason end the turn here",
        "按 stop_reason 判断的客户端会在此结束这一轮",
    ),
    "deep.tool.not_usable": ("the client could not make the call", "客户端无法执行该调用"),
    "deep.tool.no_second": ("the client did not hand the result in", "客户端没有提交结果"),
    "deep.tool.result_refused": ("the request with the tool's result is refused", "带工具结果的请求被拒绝"),
    "deep.tool.no_mark": (
        "the answer does not repeat what the tool said, as it was asked to",
        "回答没有按要求重复工具的结果",
    ),
    "deep.cache.title": ("the prompt cache is written and read", "提示缓存能写入也能读取"),
    "deep.cache.request.first": ("a long prompt", "长提示"),
    "deep.cache.request.again": ("the same again", "再发一次"),
    "deep.cache.request.other_end": ("the same with another end", "只换结尾"),
    "deep.cache.request.turn1": ("first turn of a session", "会话第一轮"),
    "deep.cache.request.turn2": ("second turn of the session", "会话第二轮"),
    "deep.cache.turns": ("two turns of a session: {first}, then {second}", "会话两轮：{first}，然后 {second}"),
    "deep.cache.seen": (
        (
            "tokens read from the cache / written into it / neither: a long prompt {first}; the same again {again}; "
            "with another end {other}"
        ),
        "从缓存读取/写入缓存/其余的 token：首次 {first}；重复 {again}；换结尾 {other}",
    ),
    "deep.cache.pass": (
        "what was sent before is read from the cache, also with another end",
        "已发送过的部分从缓存读取，换结尾时也是",
    ),
    "deep.cache.never_read": (
        "the prompt is written into the cache each time, and never read from it",
        "每次都写入缓存，却从不读取",
    ),
    "deep.cache.never_written": (
        "the prompt is never written into the cache",
        "提示从未写入缓存",
    ),
    "deep.cache.only_alike": (
        "the cache is read for the very same request only, not for one with another end",
        "只有完全相同的请求才读取缓存，换结尾就不读",
    ),
    "deep.cache.not_said": (
        "the answers do not say whether a cache was used",
        "回答没有说明是否使用了缓存",
    ),
    "deep.cache.not_said.do": (
        "Compare the upstream's bill with what was sent; ask its operator to pass usage on.",
        "把上游账单与发送量对照；请运营者转发 usage。",
    ),
    "deep.cache.breaks": (
        "Each turn of a session pays for the whole conversation again, and waits for it.",
        "会话的每一轮都要为整段对话重新付费，也更慢。",
    ),
    "deep.cache.do": (
        (
            "Ask the operator to pass `cache_control` on, and to keep a session on one account or server: a cache "
            "belongs to one of them."
        ),
        "请运营者转发 `cache_control`，并让同一会话固定在同一账号或服务器：缓存只属于其中之一。",
    ),
}
