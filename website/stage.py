"""Copy the pages of a language to where Zensical reads them, with links rewritten, and write its configuration."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from os.path import normpath, relpath
from pathlib import Path, PurePosixPath

from website.made_pages import MADE
from website.navigation import FOR_CONTRIBUTORS, LANGUAGES, MENU

ROOT = Path(__file__).parents[1]
_LINK = re.compile(r"(?<=\]\()(?!https?:|mailto:|#)([^)#\s]+)(#[^)\s]*)?(?=\))")
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_WRAPPED = re.compile(
    r"(?<=[\u3000-\u9fff\uff00-\uffef])\n(?=[\u3000-\u9fff\uff00-\uffef])|(?<=[，。；：、）])\n(?=[`\[])"
)
"""The end of a line within Chinese text, which a browser would show as a space."""
_NAMES = {"en": "English", "zh": "中文"}
_INSTEAD = {
    "README.md": "docs/index.md",
    "README.zh.md": "docs/zh/index.md",
    "docs/decisions": "docs/decisions/index.md",
    "docs/grafana": "docs/observability.md",
    "examples": "examples/README.md",
}
"""Pages that stand in the site for what a link of the repository leads to."""
_FEATURES = ("navigation.sections", "navigation.footer", "content.code.copy", "search.highlight", "toc.follow")
_ABOUT = {
    "en": "Measures how reliable Claude Code really is through a given upstream",
    "zh": "测量 Claude Code 经某个上游使用时究竟有多可靠",
}


def stage(language: str, source: Path) -> Path:
    """Write the pages of a language below `source`, to be built into `source/site`. Return the configuration."""
    shutil.rmtree(source, ignore_errors=True)
    pages = staged_pages()
    for file, place in pages.items():
        if _language(place) == language:
            _write(source / "docs" / _within(place), _staged(file, place, pages, source / "docs"))
    _write(source / "docs" / "extra.css", (Path(__file__).parent / "extra.css").read_text())
    config = source / "zensical.toml"
    _write(config, "\n".join(_configuration(language)))
    return config


def staged_pages() -> dict[str, str]:
    """Return where each page of the site stands in it, by its path in the repository; made pages count as `docs/…`."""
    pages = {f"docs/{page}": page for page in MADE}
    pages |= {file: file.removeprefix("docs/") for file in _files("docs/**/*.md")}
    pages |= {page.file: page.place for page in FOR_CONTRIBUTORS if (ROOT / page.file).is_file()}
    return pages


def _files(pattern: str) -> Iterator[str]:
    return (path.relative_to(ROOT).as_posix() for path in sorted(ROOT.glob(pattern)))


def _language(place: str) -> str:
    return next((name for name, folder in LANGUAGES.items() if folder and place.startswith(folder)), "en")


def _within(place: str) -> str:
    """Return the place of a page within the part of its language."""
    return place.removeprefix(LANGUAGES[_language(place)])


def _staged(file: str, place: str, pages: Mapping[str, str], docs: Path) -> str:
    """Return the text of a page with its links rewritten, and Chinese lines joined. Files that it names are copied."""
    text = MADE[place]() if place in MADE else (ROOT / file).read_text()
    codes = list(_FENCE.finditer(text))
    parts, end = [], 0
    for code in codes:
        parts += [_linked(text[end : code.start()], file, place, pages, docs), code[0]]
        end = code.end()
    return "".join([*parts, _linked(text[end:], file, place, pages, docs)])


def _linked(text: str, file: str, place: str, pages: Mapping[str, str], docs: Path) -> str:
    linked = _LINK.sub(lambda link: _target(link[1], file, place, pages, docs) + (link[2] or ""), text)
    return _WRAPPED.sub("", linked)


def _target(link: str, file: str, place: str, pages: Mapping[str, str], docs: Path) -> str:
    """Return a link as it is in the site: to a page of the language, to one of the other, or to a copied file."""
    wanted = normpath((PurePosixPath(file).parent / link).as_posix())
    wanted = _INSTEAD.get(wanted, wanted)
    if wanted in pages:
        target = pages[wanted]
        is_near = _language(target) == _language(place)
        return _from(place, target if is_near else target.removesuffix(".md") + ".html")
    path = ROOT / wanted
    if not path.is_file():
        return link  # which the strict build then complains of
    copy = docs / "files" / wanted
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, copy)
    return _from(_within(place), f"files/{wanted}")


def _from(place: str, target: str) -> str:
    return relpath(target, PurePosixPath(place).parent).replace("\\", "/")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _configuration(language: str) -> Iterator[str]:
    """Yield the lines of `zensical.toml`: nothing is loaded from another host."""
    yield "[project]"
    yield 'site_name = "probe"'
    yield f"site_description = {json.dumps(_ABOUT[language], ensure_ascii=False)}"
    yield 'site_dir = "site"'
    yield "use_directory_urls = false"
    yield 'extra_css = ["extra.css"]'
    yield f"nav = [{', '.join(_menu(language))}]"
    yield (Path(__file__).parent / "theme.toml").read_text()
    yield f"[project.theme]\nlanguage = {json.dumps(language)}\nfont = false"
    yield f"features = {json.dumps(_FEATURES)}"
    yield '[project.theme.icon]\nlogo = "lucide/activity"'
    for name, title in _NAMES.items():
        link = relpath(f"{LANGUAGES[name]}index.html", LANGUAGES[language] or ".")
        yield f'[[project.extra.alternate]]\nname = "{title}"\nlink = "{link}"\nlang = "{name}"'


def _menu(language: str) -> Iterator[str]:
    known = set(staged_pages().values())
    for heading, pages in MENU.items():
        there = [(title, page) for page, title in pages.items() if LANGUAGES[language] + page in known]
        yield _entry(getattr(heading, language), [_entry(getattr(title, language), page) for title, page in there])
    if language == "en":
        own = [_entry(page.title, page.place) for page in FOR_CONTRIBUTORS if page.place in known]
        yield _entry("For contributors", [*own, _entry("Decisions", "decisions/index.md")])


def _entry(title: str, value: str | list[str]) -> str:
    shown = json.dumps(value) if isinstance(value, str) else f"[{', '.join(value)}]"
    return f"{{ {json.dumps(title, ensure_ascii=False)} = {shown} }}"
