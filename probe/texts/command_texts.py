"""Messages of commands: of capturing, replaying, the client's patience, scenarios, files that were written."""

COMMANDS: dict[str, tuple[str, str]] = {
    "command.warning": ("warning: {what}", "警告：{what}"),
    "command.written": ("written to {path}", "已写入 {path}"),
    "command.calls_written": ("{n} calls written to {path}", "{n} 次调用已写入 {path}"),
    "command.requests_written": ("{n} requests written to {path}", "{n} 个请求已写入 {path}"),
    "otlp.written": ("{n} spans written to {path}", "{n} 个 span 已写入 {path}"),
    "otlp.sent": ("{n} spans sent to {place}", "已向 {place} 发送 {n} 个 span"),
    "otlp.rejected": ("{place}: did not take {n} spans: {why}", "{place}：有 {n} 个 span 未被接受：{why}"),
    "command.unreadable": ("{run}: could not be read: {file} ({n})", "{run}：无法读取：{file}（{n}）"),
    "command.named_twice": (
        "{path}: this run was named before; it is counted once",
        "{path}：该运行前面已列出，只计一次",
    ),
    "command.interrupted": ("probe: interrupted", "probe：已中断"),
    "command.no_memory": ("probe: there is not enough memory", "probe：内存不足"),
    "command.defect": ("probe: a defect in probe: {what}", "probe：probe 自身的缺陷：{what}"),
    "command.defect.kept": (
        "The traceback is in {path}; please report it.",
        "错误堆栈在 {path} 中，请反馈。",
    ),
    "command.defect.lost": ("Set PROBE_DEBUG=1 for the traceback.", "设置 PROBE_DEBUG=1 可查看错误堆栈。"),
    "command.lost.stdout": (
        "probe: standard output could not be written: {problem}",
        "probe：无法写入标准输出：{problem}",
    ),
    "command.lost.stderr": (
        "probe: standard error could not be written: {problem}",
        "probe：无法写入标准错误：{problem}",
    ),
    "command.client": ("Client {program} {version} (from {source})", "客户端 {program} {version}（来自 {source}）"),
    "version.client": ("Claude Code {version} (from {source})", "Claude Code {version}（来自 {source}）"),
    "version.client.unknown": ("(version unknown)", "（版本未知）"),
    "version.no_client": ("Claude Code: {problem}", "Claude Code 不可用：{problem}"),
    "man.name": ("Name", "名称"),
    "man.synopsis": ("Synopsis", "概要"),
    "man.description": ("Description", "描述"),
    "man.see_also": ("See also", "另见"),
    "command.usage": (
        "Usage: {usage}\nTry '{command} {option}' for help.\n",
        "用法：{usage}\n用“{command} {option}”查看帮助。\n",
    ),
    "command.wrong_usage": ("Error: {problem}", "错误：{problem}"),
    # a dry run
    "dry.target": (
        "target: {name} ({kind}), {base_url}, model {model}",
        "目标：{name}（{kind}），{base_url}，模型 {model}",
    ),
    "dry.from": ("from: {path}", "来自：{path}"),
    "dry.fault": ("fault: {fault}", "故障：{fault}"),
    "dry.client": ("client: {program} {version} (from {source})", "客户端：{program} {version}（来自 {source}）"),
    "dry.plain_http": ("plain HTTP ({driver}), without a client", "普通 HTTP（{driver}），不用客户端"),
    "dry.rounds": ("rounds: {n}, {at_a_time} at a time", "轮数：{n}，同时进行 {at_a_time} 轮"),
    "dry.step": ("{label} (at most {time}):", "{label}（最多 {time}）："),
    "dry.environment": ("environment (names): {names}", "环境变量（仅名称）：{names}"),
    "dry.sandbox": ("sandbox of each round, mode 0700:", "每轮的沙箱，权限 0700："),
    "dry.working_directory": (
        "working directory: <sandbox>/work, empty",
        "工作目录：<sandbox>/work，为空",
    ),
    # nights
    "nightly.not_kept": ("The night is not kept.", "本次夜间结果没有保存。"),
    "nightly.no_summary": (
        "warning: the summary could not be written to {path}: {problem}",
        "警告：无法把摘要写入 {path}：{problem}",
    ),
    "trend.no_history": (
        "{path}: there is no such directory; `probe nightly` makes it, --history names another.",
        "{path}：目录不存在；`probe nightly` 会创建它，--history 可指定另一个。",
    ),
    "trend.no_chart": (
        "{path}: not written, since there is no night to draw",
        "{path}：没有写入，因为没有可绘制的夜间结果",
    ),
    # captures
    "capture.costs": ("This makes {n} calls of {url}.", "将向 {url} 发起 {n} 次调用。"),
    "capture.may_take": (
        "{label}: the client may take up to {time}, retries included",
        "{label}：客户端最长可能用 {time}，含重试",
    ),
    "capture.failed": (
        "warning: {label} came to {outcome}: {evidence}",
        "警告：{label} 的结果是 {outcome}：{evidence}",
    ),
    "capture.unanswered": ("{ending} ({evidence})", "{ending}（{evidence}）"),
    "capture.kept": ("kept: {path}", "已保存：{path}"),
    "capture.head": (
        "Claude Code {version}, workload {workload}: {n} requests",
        "Claude Code {version}，workload {workload}：{n} 个请求",
    ),
    "capture.unknown_version": ("of an unknown version", "（版本未知）"),
    "capture.size": (" ({n} bytes)", "（{n} 字节）"),
    "capture.size.tools": (" ({n} bytes, {tools} tools)", "（{n} 字节，{tools} 个工具）"),
    "capture.main": ("The main request of {call}", "{call} 的主请求"),
    "capture.headers": ("headers", "请求头"),
    "capture.betas": ("betas: {n}", "beta：{n} 个"),
    "capture.user_id": ("metadata.user_id, {form}", "metadata.user_id，{form}"),
    "capture.user_id.old": ("old form", "旧格式"),
    "capture.user_id.json": ("JSON form", "JSON 格式"),
    "capture.user_id.other": ("an unknown form", "未知格式"),
    "capture.tools": ("tools: {n}, {bytes} bytes", "工具：{n} 个，{bytes} 字节"),
    "capture.system": ("system prompt: {n}, {bytes} bytes", "系统提示：{n} 段，{bytes} 字节"),
    "capture.messages": ("messages: {n}, {bytes} bytes", "消息：{n} 条，{bytes} 字节"),
    "capture.settings": ("settings", "设置"),
    "capture.part.made with": ("made with", "捕获条件"),
    "capture.part.request": ("request", "请求"),
    "capture.part.header": ("header", "请求头"),
    "capture.part.beta": ("beta", "beta"),
    "capture.part.metadata": ("metadata", "metadata"),
    "capture.part.tool": ("tool", "工具"),
    "capture.part.system": ("system", "系统提示"),
    "capture.part.message": ("message", "消息"),
    "capture.part.cache_control": ("cache_control", "cache_control"),
    "capture.part.body": ("body", "正文"),
    "capture.client_version": ("client version", "客户端版本"),
    "capture.body_size": ("size of the body", "正文大小"),
    "capture.bytes": ("{n} bytes", "{n} 字节"),
    "capture.bytes.changed": ("{n} bytes, other content", "{n} 字节，内容不同"),
    "capture.no_difference": ("No difference.", "没有差别。"),
    "capture.only_in.a": ("{request}: only in the first", "{request}：只在第一个中"),
    "capture.only_in.b": ("{request}: only in the second", "{request}：只在第二个中"),
    "capture.again": ("{request} ({n} differences as above)", "{request}（{n} 处差别同上）"),
    "replay.hidden": (
        "warning: left out, since their values were secret: {names}",
        "警告：以下请求头的值是机密，已略去：{names}",
    ),
    # the client's patience
    "tolerance.longest": (
        "Waits of up to {upto}: at the longest about {longest}.",
        "最长试到 {upto}：最多约需 {longest}。",
    ),
    "tolerance.stood": ("{wait}: {time}: waited", "{wait}：{time}：等到了"),
    "tolerance.gave_up": (
        "{wait}: {time}: gave up after {after}, {reaction}",
        "{wait}：{time}：{after} 后放弃，{reaction}",
    ),
    "tolerance.head": ("Claude Code {version} waits:", "Claude Code {version} 的等待时间："),
    "tolerance.head.settings": (
        "Claude Code {version} waits with {settings}:",
        "Claude Code {version} 在 {settings} 下的等待时间：",
    ),
    "tolerance.column.waits": ("waits", "等得到"),
    "tolerance.column.gave_up": ("gives up at", "放弃于"),
    "tolerance.column.then": ("and then", "然后"),
    "tolerance.wait.first-byte": ("for the first byte", "等首字节"),
    "tolerance.wait.gap": ("for the next byte of a stream", "等流的下一字节"),
    "tolerance.wait.whole-answer": ("for a whole answer that keeps coming", "等持续传输的完整回答"),
    "tolerance.then": ("{reaction}; outcome of the call: {outcome}", "{reaction}；调用结果：{outcome}"),
    "tolerance.limit": (
        "Waits longer than {upto} were not tried (--upto).",
        "没有试过比 {upto} 更长的等待（--upto）。",
    ),
    "reaction.asked_again": ("asked again", "重新请求"),
    "reaction.fell_back": ("asked again without streaming", "改用非流式重新请求"),
    "reaction.error": ("ended with an error", "报错结束"),
    "reaction.never_ended": ("did not end", "没有结束"),
    # scenarios
    "scenario.valid": (
        "{name}: valid: {steps} steps, {rounds} rounds, digest {digest}",
        "{name}：有效：{steps} 步，{rounds} 轮，摘要 {digest}",
    ),
    # the embedded upstream by itself
    "upstream.fault": ("fault: {fault}", "故障：{fault}"),
    "upstream.any_token": ("Any token works. Ctrl-C ends it.", "任何令牌都可用。按 Ctrl-C 结束。"),
    "upstream.needs_step": (
        (
            "warning: it waits for the step {step!r}, which only a request to {base_url}/r/<round>/{step} names;\n"
            "no other request triggers it: leave out `on`, or use `probe run --fault`."
        ),
        (
            "警告：它只在步骤 {step!r} 触发，只有发往 {base_url}/r/<round>/{step} 的请求属于该步骤；\n"
            "其他请求不会触发：请去掉 `on`，或用 `probe run --fault`。"
        ),
    ),
    "upstream.schedule": ("When, for any of them: {schedule}", "何时触发（适用于任何故障）：{schedule}"),
    "upstream.served": (
        "{at} {id} {n} {request}: {status} in {time}, {end}",
        "{at} {id} {n} {request}：{status}，用时 {time}，{end}",
    ),
    "upstream.served.faults": (
        "{at} {id} {n} {request}: {status} in {time}, {end} [{faults}]",
        "{at} {id} {n} {request}：{status}，用时 {time}，{end} [{faults}]",
    ),
}
