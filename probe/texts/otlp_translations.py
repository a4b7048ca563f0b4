"""Chinese for help and errors of the export to OpenTelemetry."""

OTLP_TRANSLATIONS: dict[str, str] = {
    "Write the table of calls, requests as HAR, metrics, or traces.": ("导出调用表、HAR 格式的请求、指标或链路追踪。"),
    (
        "A row a call, and every row says where it came from. HAR is what browsers and HAR viewers read; it has bodies "
        "only where --record-bodies kept them. OpenMetrics are the report's figures, for a file that a node exporter "
        "picks up. OTLP is sent to a collector, or written as JSON lines: a trace a round, a span a call, a phase and "
        "a request."
    ): (
        "每次调用一行，每行都注明来源。HAR 供浏览器和 HAR 查看器读取，只有用 --record-bodies 保存过才含正文。"
        "OpenMetrics 是报告中的数字，写成文件供 node exporter 采集。"
        "OTLP 会发送到收集器，或写成 JSON 行：每轮一条追踪，每次调用、每个阶段、每个请求各一个 span。"
    ),
    "Send OTLP to this collector, over HTTP. (default: OTEL_EXPORTER_OTLP_ENDPOINT, else JSON lines)": (
        "通过 HTTP 把 OTLP 发送到该收集器。（默认：OTEL_EXPORTER_OTLP_ENDPOINT，否则写 JSON 行）"
    ),
    "A header for the collector; may be repeated. Tokens are better put into OTEL_EXPORTER_OTLP_HEADERS.": (
        "发给收集器的请求头；可重复。令牌最好放在 OTEL_EXPORTER_OTLP_HEADERS 中。"
    ),
    "is for --format otlp alone": "只能与 --format otlp 一起使用",
    "is for a file, and --endpoint for a collector; keep one": "用于写文件，而 --endpoint 用于收集器；请只保留一个",
    "there is no collector to send it to": "没有可发送的收集器",
    "Add --endpoint URL.": "请加上 --endpoint URL。",
    "holds a user or a password": "含有用户名或密码",
    "Use --header Authorization=…": "请用 --header Authorization=…",
    "{variable} is an address for gRPC, and probe sends OTLP over HTTP": (
        "{variable} 是 gRPC 地址，而 probe 通过 HTTP 发送 OTLP"
    ),
    "Name the collector's HTTP address: --endpoint http://HOST:4318": (
        "请指定收集器的 HTTP 地址：--endpoint http://HOST:4318"
    ),
    "a header is not NAME=VALUE; it is not shown, as it may hold a token": (
        "请求头不是 NAME=VALUE 的形式；可能含有令牌，因此不显示"
    ),
    "sending OTLP needs opentelemetry-proto, which is not installed": "发送 OTLP 需要 opentelemetry-proto，但没有安装",
    "pip install 'claude-probe[otel]', or write a file with --output, which needs nothing.": (
        "pip install 'claude-probe[otel]'；或用 --output 写文件，不需要安装任何东西。"
    ),
    "did not answer in time": "没有及时响应",
    "Is it a collector, and is it well?": "这是收集器吗？它是否正常？",
    "cannot be reached: {words}": "无法连接：{words}",
    "Is a collector listening there for OTLP over HTTP?": "那里有收集器在监听 HTTP 上的 OTLP 吗？",
    "refuses the spans: HTTP {answer}": "拒绝接收 span：HTTP {answer}",
    "answers with something else than a collector does": "响应不像来自收集器",
    "Add --header Authorization=…, or set OTEL_EXPORTER_OTLP_HEADERS.": (
        "请加上 --header Authorization=…，或设置 OTEL_EXPORTER_OTLP_HEADERS。"
    ),
    "Name the collector's address for OTLP over HTTP, as a rule http://HOST:4318.": (
        "请指定收集器接收 HTTP 上 OTLP 的地址，一般为 http://HOST:4318。"
    ),
    "Let the collector take larger requests.": "请让收集器接受更大的请求。",
    "Set OTEL_EXPORTER_OTLP_COMPRESSION=none where it takes no gzip.": (
        "若收集器不接受 gzip，请设置 OTEL_EXPORTER_OTLP_COMPRESSION=none。"
    ),
}
