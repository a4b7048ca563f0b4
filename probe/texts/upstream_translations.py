"""Chinese for the first lines of faults' docstrings, and for descriptions of shipped scenarios."""

UPSTREAM_TRANSLATIONS: dict[str, str] = {
    "The first byte comes late: on the first request of a call, or after keep_warm of idleness.": (
        "首字节来得晚：在调用的第一个请求，或空闲超过 keep_warm 之后。"
    ),
    "The request is taken and nothing is ever sent.": "收下请求，始终不返回任何内容。",
    "The body stops in the middle and the connection stays open: for ever, or for a pause.": (
        "响应体中途停住，连接保持打开：一直停住，或停顿一段时间。"
    ),
    "A stream of pings (comments, in chat) without an answer; only headers where no stream was asked for.": (
        "只有 ping（chat 中为注释）而没有回答的流；请求非流式时只返回响应头。"
    ),
    "An HTTP error, with Anthropic's JSON body for that code or a proxy's HTML page.": (
        "HTTP 错误，响应体为 Anthropic 对该状态码的 JSON，或代理的 HTML 页面。"
    ),
    "The connection is reset (TCP RST): before the headers, after them, or after the first content.": (
        "连接被重置（TCP RST）：在响应头之前、之后，或首段内容之后。"
    ),
    "The body ends before message_stop: properly (clean) or by a closed connection.": (
        "响应体在 message_stop 之前结束：正常结束（clean）或连接关闭。"
    ),
    "An error event inside a 200; an error object where no stream was asked for.": (
        "HTTP 200 中的错误事件；请求非流式时为错误对象。"
    ),
    "One event's data, or the JSON body, is broken JSON.": "某个事件的数据或 JSON 响应体是损坏的 JSON。",
    "The stream's framing breaks: events go on as bare JSON lines, without event: and data: fields.": (
        "流的分帧损坏：事件变成裸 JSON 行，没有 event: 和 data: 字段。"
    ),
    "A body that says gzip and cannot be decompressed.": "声明为 gzip 却无法解压的响应体。",
    "A 200 with an HTML page, as a captive portal or a login page gives it.": (
        "HTTP 200 的 HTML 页面，如网络认证页或登录页。"
    ),
    "A 200 with JSON that is neither an answer nor an error of the API, as new-api and one-api send it.": (
        "HTTP 200 的 JSON，既不是 API 的回答也不是错误，如 new-api 和 one-api 所返回的。"
    ),
    "A 200 of the right type with nothing in it.": "类型正确但内容为空的 HTTP 200。",
    "The whole answer comes in one burst, headers and all, after a wait.": "等待之后，响应头和整个回答一次性到达。",
    "One event (or half of a JSON body) each gap.": "每隔 gap 发送一个事件（或半个 JSON 响应体）。",
    "One JSON object where a stream was asked for.": "请求流式却返回单个 JSON 对象。",
    "An answer that does not say what it used: without `usage`, with an empty one, or with zeros.": (
        "回答没有用量信息：没有 `usage`、为空，或全为 0。"
    ),
    "Answers as another model than the one asked for.": "以另一个模型的名义作答。",
    "A well-formed answer with another text.": "格式正确但文字不同的回答。",
    "A well-formed answer without any text.": "格式正确但没有文字的回答。",
    "The answer ends after `chars` letters for another reason than that it is done.": (
        "回答在 `chars` 个字符后因其他原因提前结束。"
    ),
    "All of max_tokens goes into thinking, and no text comes.": "max_tokens 全部用于思考，没有文字。",
    "Letters beyond ASCII come in a wrong encoding (mojibake), or as U+FFFD.": (
        "非 ASCII 字符以错误编码返回（乱码），或变成 U+FFFD。"
    ),
    "A Messages stream whose blocks are never closed; nothing else is wrong.": (
        "内容块从不关闭的 Messages 流；其余都正常。"
    ),
    "A Messages stream with a delta of a block that was never begun, after the sound ones.": (
        "Messages 流在正常内容之后含有从未开始的内容块的 delta。"
    ),
    "A whole stream whose content-length promises more than comes before the connection closes.": (
        "流是完整的，但 content-length 大于连接关闭前实际发送的内容。"
    ),
    "The whole answer comes, and the body of the response never ends.": "回答完整到达，但响应体一直不结束。",
    "A body that is compressed, and no header that says so.": "响应体已压缩，却没有相应的响应头。",
    "Asks the client to run a tool, or with name=all every tool that it offers; made-up input touches canary only.": (
        "要求客户端执行工具；name=all 时为其提供的每个工具；虚构的输入只涉及 canary。"
    ),
    "A redirect to another address.": "重定向到另一个地址。",
    "A connection kept idle for `after` is gone: closed (fin), or its next request is reset, or never answered.": (
        "空闲达到 after 的连接不再可用：被正常关闭（fin），或其下一个请求被重置（reset）、得不到回答（silence）。"
    ),
    "The arguments of tools come mangled: quotes, pipes, letters beyond ASCII, or without their end.": (
        "工具参数被改坏：引号、竖线、ASCII 以外的字符，或缺少结尾。"
    ),
    "Calls of tools get lost or doubled, have one id, come as text, or the answer ends with another reason.": (
        "工具调用丢失、重复、共用一个 ID、以文本形式到达，或回答以其他原因结束。"
    ),
    "A tool's arguments stream as objects, not at all, unfinished or whole; or blocks have a wrong index.": (
        "流中的工具参数是对象、缺失、不完整或一次到齐；或块的 index 有误。"
    ),
    "The prompt cache is not used, is written and never read, or nothing is said of it.": (
        "提示缓存未被使用，或只写入从不读取，或回答对此只字不提。"
    ),
    "A field of the request's body is left out on the way.": "请求体中的一个字段在途中被去掉。",
    "Pictures are replaced by a text on the way: all of them, or those in results of tools.": (
        "图片在途中被换成文字：全部图片，或仅工具结果中的图片。"
    ),
    "Thinking of earlier turns is left out on the way, so that nobody looks at its signature.": (
        "先前轮次的思考在途中被去掉，因此没有人检查其签名。"
    ),
    "A prompt of the relay's own is added to each request, and counted.": (
        "中转在每个请求中加入自己的提示词并计入用量。"
    ),
    "Of a prompt that is longer than this many tokens only the end reaches the model, and nobody says so.": (
        "提示超过这么多 token 时，只有结尾到达模型，且没有任何说明。"
    ),
    "Refuses requests with this field, such as context_management or tools.defer_loading; says which if `named`.": (
        "拒绝含有该字段的请求，例如 context_management 或 tools.defer_loading；`named` 时说明是哪个字段。"
    ),
    "Refuses requests with this name in `anthropic-beta`; says which if `named`.": (
        "拒绝 `anthropic-beta` 中含有该名称的请求；`named` 时说明是哪一个。"
    ),
    "Refuses messages of the role `system`, in the API's words or in others.": (
        "拒绝角色为 `system` 的消息，用 API 的说法或其他说法。"
    ),
    "A web firewall answers an HTML page with 403 to requests that hold this text.": (
        "Web 防火墙对含有该文字的请求返回 403 HTML 页面。"
    ),
    "Refuses bodies of more bytes with 413, as a proxy does: in HTML, or in the API's shape.": (
        "请求体超过该字节数时返回 413，与代理相同：HTML 页面，或 API 的错误格式。"
    ),
    "Errors come in the shape of OpenAI or FastAPI, as text or HTML, in other words, without an id, as 500 or 200.": (
        "错误以 OpenAI 或 FastAPI 的格式、纯文本或 HTML、换了说法、没有请求 ID，或以 500 或 200 返回。"
    ),
    "The answer says this many times the input tokens: all answers, streams only, or whole answers only.": (
        "回答所报的输入 token 是实际的若干倍：全部回答、仅流式或仅非流式。"
    ),
    "The endpoint count_tokens says this many times the tokens; with 0 there is no such endpoint.": (
        "count_tokens 端点所报的 token 是实际的若干倍；为 0 时没有该端点。"
    ),
    "Thinking comes without its signature, or with one that the upstream does not take back.": (
        "思考没有签名，或带有上游不接受的签名。"
    ),
    # scenarios
    (
        "Three calls in one process of the client. Shows what a second call takes where nothing starts or connects."
    ): "在同一个客户端进程中调用三次。显示无需启动和连接时第二次调用的耗时。",
    (
        "A client that stays idle for longer and longer. Shows whether connections that it keeps are still good then."
    ): "客户端空闲的时间逐次变长。显示它所保持的连接届时是否仍可用。",
    "A first call and a second one, each in a session of its own. Shows an upstream that is slow or fails when cold.": (
        "首次调用和第二次调用，各用独立会话。可看出上游在冷状态下是否变慢或失败。"
    ),
    "How long the client waits for a first byte, in a gap, for a whole answer. Run it with `probe tolerance`.": (
        "客户端等首字节、等间隔、等完整回答各能等多久。用 `probe tolerance` 运行。"
    ),
    (
        "A first call, then its session forked. The second request carries the first exchange under a new session id."
    ): "首次调用，然后分叉其会话。第二个请求以新会话 ID 带上第一次的对话。",
    "Rounds after ever other idle times, from 5 s to 15 min. Finds how long the upstream stays warm.": (
        "每轮之前空闲时间各不相同，从 5 s 到 15 min。可测出上游能保持多久不变冷。"
    ),
    "A first call, then the same session resumed. The second request carries the first exchange.": (
        "首次调用，然后恢复同一会话。第二个请求带上第一次的对话。"
    ),
    (
        'Calls again with the id of the first session. Claude Code refuses that ("already in use"), which is expected '
        "here."
    ): "用第一个会话的 ID 再次调用。Claude Code 会拒绝（“already in use”），这正是预期结果。",
    "Two calls with an answer of some length. Tells a real stream from one that comes in a burst at the end.": (
        "两次较长的回答。可区分真正的流式和最后一次性到达的伪流式。"
    ),
}
