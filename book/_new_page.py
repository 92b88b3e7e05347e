"""Start a page from the template: ``nox -s new-page -- training/momentum "Momentum"``."""

from __future__ import annotations

import re
import sys
from pathlib import Path

BOOK = Path(__file__).parent
PATH = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)*")
TOCTREE = re.compile(r"^```\{toctree\}\n(?:.*\n)*?```$", re.MULTILINE)
USAGE = 'nox -s new-page -- training/momentum "Momentum"'


class Refused(Exception):
    """What is asked for cannot be made."""


def page_text(template: str, title: str, key: str) -> str:
    """Return the template with another title, and with labels that are the page's own."""
    text = re.sub(r"^# .*$", lambda _: f"# {title}", template, count=1, flags=re.MULTILINE)
    quoted = title.replace("\\", "\\\\").replace('"', '\\"')
    says = f'description: "{quoted}: what its reader will be able to do, in one sentence."'
    text = re.sub(r"description: .*", lambda _: says, text, count=1)
    return re.sub(r"(\b(?:eq|fig|ex|sol)-|[`\"])template-", rf"\g<1>{key}-", text)


def with_entry(index: str, entry: str, which: int) -> str:
    """Return an index page with one more entry at the end of one of its tables of contents."""
    end = list(TOCTREE.finditer(index))[which].end() - len("```")
    return f"{index[:end]}{entry}\n{index[end:]}"


def plan(name: str, title: str, book: Path = BOOK) -> dict[Path, str]:
    """Return the files to write, or refuse; nothing is written yet."""
    name = name.removeprefix("book/").removesuffix(".md")
    if not PATH.fullmatch(name):
        bad = f"{name!r} is no path for a page: small letters, digits, hyphens, such as"
        raise Refused(f"{bad} training/momentum")
    folder, _, last = name.rpartition("/")
    if (book / f"{name}.md").exists():
        raise Refused(f"book/{name}.md exists; choose another path")
    index = book / folder / "index.md"
    if not index.exists() or not TOCTREE.search(index.read_text(encoding="utf-8")):
        known = sorted(path.parent.relative_to(book).as_posix() for path in book.glob("*/index.md"))
        raise Refused(f"book/{folder}/ has no index page to list it; the chapters are: {known}")
    if not title.strip() or "\n" in title:
        raise Refused(f"a page needs a title of one line, in quotes: {USAGE}")
    texts = [path.read_text(encoding="utf-8") for path in sorted(book.rglob("[!_]*.md"))]
    taken = any(re.search(rf"\b(eq|fig|ex|sol)-{last}-", text) for text in texts)
    key = name.replace("/", "-") if taken else last
    template = (book / "chapter-template.md").read_text(encoding="utf-8")
    which = -1 if folder else 0  # the front page lists the chapters first
    return {
        book / f"{name}.md": page_text(template, title.strip(), key),
        index: with_entry(index.read_text(encoding="utf-8"), last, which),
    }


def main(arguments: list[str]) -> None:
    """Write the page and its entry, and say what comes next."""
    if len(arguments) != 2:
        sys.exit(f"new-page takes a path and a title: {USAGE}")
    try:
        files = plan(*arguments)
    except Refused as refusal:
        sys.exit(f"new-page: {refusal}")
    for path, text in files.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    page, index = (path.relative_to(BOOK.parent).as_posix() for path in files)
    print(f"{page} is there, the last entry in a table of contents of {index}:")
    print(
        "move it to where it belongs, and say on book/index.md what its reader will be able to do."
    )
    print(f"Write it with: nox -s live\nCheck it with: nox -s check-page -- {page}")


if __name__ == "__main__":
    main(sys.argv[1:])
