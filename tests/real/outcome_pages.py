"""Make the tables of `docs/outcomes.md`, and of its Chinese page: `python -m tests.real.outcome_pages`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.real.catalogue import LASTING, NETWORK, PASSING, Row

_DOCS = Path(__file__).parents[2] / "docs"
_TABLE = re.compile(r"(?:^\|.*\|\n)+", re.MULTILINE)


@dataclass(frozen=True)
class OutcomePage:
    """Hold the words of the tables in one language. The text around them is the file's own."""

    file: Path
    columns: tuple[str, ...]
    network_columns: tuple[str, str]
    network: Mapping[str, str]
    default: str
    between_flags: str
    before_cause: str

    def written(self) -> str:
        """Return the page with its three tables as the catalogue has them."""
        network = [(self.network[what], f"`{outcome}`") for what, outcome in NETWORK.items()]
        tables = iter(
            [
                _table(self.columns, map(self._cells, LASTING)),
                _table(self.network_columns, iter(network)),
                _table(self.columns, map(self._cells, PASSING)),
            ]
        )
        return _TABLE.sub(lambda _: next(tables), self.file.read_text(encoding="utf-8"))

    def _cells(self, row: Row) -> tuple[str, ...]:
        outcome, cause = row.by_words or (None, None)
        return (
            " ".join([f"`{row.spec}`", *(f"`{name}={value}`" for name, value in row.env)]),
            f"{row.timeout_s:.0f} s",
            self.default if row.retries is None else str(row.retries),
            f"`{row.outcome}`",
            f"`{row.cause}`" if row.cause else "",
            self.between_flags.join(f"`{flag}`" for flag in row.flags),
            self.before_cause.join(f"`{word}`" for word in (outcome, cause) if word),
        )


def _table(columns: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = (columns, ("---",) * len(columns), *rows)
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


ENGLISH = OutcomePage(
    file=_DOCS / "outcomes.md",
    columns=("fault", "deadline", "client retries", "outcome", "cause", "flags", "without the recorder"),
    network_columns=("what is wrong", "outcome"),
    network={what: what for what in NETWORK},
    default="default",
    between_flags=", ",
    before_cause=": ",
)
CHINESE = OutcomePage(
    file=_DOCS / "zh" / "outcomes.md",
    columns=("故障", "时限", "客户端重试次数", "结果", "原因", "标记", "没有记录器时"),
    network_columns=("问题", "结果"),
    network={
        "nothing listens": "没有服务在监听",
        "a name that does not resolve": "域名无法解析",
        "a port that never accepts": "端口始终不接受连接",
        "TLS: certificate expired": "TLS：证书已过期",
        "TLS: certificate of another host": "TLS：证书属于别的主机",
        "TLS: unknown authority": "TLS：颁发机构不明",
    },
    default="默认",
    between_flags="、",
    before_cause="：",
)
PAGES = (ENGLISH, CHINESE)

if __name__ == "__main__":
    for page in PAGES:
        page.file.write_text(page.written(), encoding="utf-8")
