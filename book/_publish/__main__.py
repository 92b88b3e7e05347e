"""Make the site: `python book/_publish build/html build/site --wheel build/wheel`."""

import argparse
import hashlib
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from _publish import archive, icons, licences, pages, scripts, styles


def write(path: Path, data: str | bytes) -> None:
    """Write a file, and the folders that it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)


def publish(html: Path, site: Path, wheels: Path | None = None) -> None:
    """Write the site of a built book into a folder, which is emptied first."""
    if not (html / "index.html").exists():
        raise FileNotFoundError(f"{html} holds no built book: run `nox -s book`")
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(html, site, ignore=shutil.ignore_patterns("_static", "_sources", ".*"))
    names = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    texts = {name: (html / name).read_text(encoding="utf-8") for name in names}
    found = {name: pages.find(text, name) for name, text in texts.items()}
    used = set().union(*(page.names for page in found.values()))

    for page in found.values():
        page.scripts = [script for script in page.scripts if scripts.is_needed(script, used)]
    bundles = scripts.bundles(page.scripts for page in found.values())
    written = {path: scripts.bundle(html, parts) for path, parts in bundles.items()}
    words = scripts.words("".join(written.values()))

    sheets = scripts.shared(page.sheets for page in found.values())
    for name, page in found.items():
        if extra := set(page.sheets) - set(sheets):
            raise ValueError(f"{name} alone loads {sorted(extra)}: list them in html_css_files")
    classes = {name: css for page in found.values() for name, css in page.styles.items()}
    css = "\n".join([*(styles.read(html, sheet) for sheet in sheets), styles.attributes(classes)])
    written[licences.NAME] = licences.text(css)
    css = styles.bundle(css, used | words | set(classes))
    css, fonts = icons.without_unused(css, used)
    written[styles.BUNDLE] = licences.NOTE + css

    for path, text in written.items():
        write(site / path, text)
    # With its version in its address, a browser that holds an older file asks anew.
    version = {
        path: f"{path}?v={hashlib.sha256(text.encode()).hexdigest()[:8]}"
        for path, text in written.items()
    }
    font = styles.font(css, "Book Math")  # of every page's title and equations
    for name, page in found.items():
        own = [version[path] for path in scripts.of_page(page.scripts, bundles)]
        write(site / name, pages.rewrite(texts[name], name, own, version[styles.BUNDLE], font))

    asked = styles.files(css).union(*(page.files for page in found.values()))
    for path in sorted(asked):
        if path.startswith("_static/") and (source := html / path).is_file():
            data = source.read_bytes()
            write(site / path, icons.reduced(data, css) if source.name in fonts else data)

    if wheels is not None:
        (wheel,) = wheels.glob("*.whl")
        write(site / "wheels" / wheel.name, wheel.read_bytes())
    archive.write(site)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("html", type=Path, help="the built book")
    parser.add_argument("site", type=Path, help="the folder to write; it is emptied first")
    parser.add_argument("--wheel", type=Path, help="the folder that holds the package's wheel")
    arguments = parser.parse_args()
    publish(arguments.html, arguments.site, arguments.wheel)
