"""What a build costs as the book grows: ``nox -s benchmarks -- building``.

Books of 20 and of 100 chapters are made from the chapter template and built: from clean, every cell
executed, then after each of seven sentences has been added to one chapter. Seconds are of the processor
(of the build and its children), so that they bear other work on the machine. To hold: an edit costs
at most 1.5 times as much among 100 chapters as among 20, a clean build at most 5 times.
"""

import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import mean, median

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "book"
SIZES = (20, 100)
EDITS = 7
sys.path.insert(0, str(BOOK))

from _new_page import page_text  # noqa: E402  (it lies there)


def make(folder: Path, chapters: int) -> Path:
    """Write a book of so many chapters beside the real one's settings, ten chapters a part."""
    book = folder / "book"
    for name in ("_ext", "_static", "_style", "_templates", "reference"):
        shutil.copytree(BOOK / name, book / name)
    shutil.copyfile(BOOK / "conf.py", book / "conf.py")
    for path in sorted((book / "reference").rglob("*.md")):  # their links lead to the real chapters
        if path.stem not in ("glossary", "bibliography"):
            path.unlink()
    shutil.rmtree(book / "reference" / "api", ignore_errors=True)
    template = (BOOK / "chapter-template.md").read_text(encoding="utf-8")
    template = re.sub(r"\{doc\}`/(lstm-cells/index|reference/notation)`", "another page", template)
    parts = range(chapters // 10)
    for part in parts:
        names = [f"chapter-{10 * part + k}" for k in range(10)]
        toctree = "```{toctree}\n" + "\n".join(names) + "\n```\n"
        (book / f"part-{part}").mkdir()
        (book / f"part-{part}" / "index.md").write_text(f"# Part {part}\n\n{toctree}")
        for name in names:
            text = page_text(template, f"Chapter {name}", name)
            (book / f"part-{part}" / f"{name}.md").write_text(text)
    entries = "\n".join([*(f"part-{part}/index" for part in parts), "reference/glossary"])
    toctree = f"```{{toctree}}\n{entries}\nreference/bibliography\n```\n"
    (book / "index.md").write_text(f"# Book\n\n{toctree}")
    return book


def build(folder: Path) -> float:
    """Build the book and return the seconds that it took of the processor, and say them meanwhile."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = ["-m", "sphinx", "-q", "-d", folder / "doctrees", folder / "book", folder / "html"]
    env = os.environ | {"BOOK_BUILD_DIR": str(folder / "build")}
    subprocess.run([sys.executable, *command], check=True, env=env, stdout=sys.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{folder.name} chapters: {seconds:.1f} s", file=sys.stderr, flush=True)
    return seconds


def main() -> None:
    """Print the table. The machine's speed drifts, so the two books take turns."""
    small, large = SIZES
    clean: dict[int, list[float]] = {size: [] for size in SIZES}
    edited: dict[int, list[float]] = {size: [] for size in SIZES}
    with tempfile.TemporaryDirectory() as name:
        folders = {size: Path(name, str(size)) for size in SIZES}
        for size in (small, large, small):
            shutil.rmtree(folders[size], ignore_errors=True)
            make(folders[size], size)
            clean[size].append(build(folders[size]))
        for edit in range(EDITS):
            for size, folder in folders.items():
                page = folder / "book" / "part-1" / "chapter-15.md"
                page.write_text(page.read_text() + f"\nEdit {edit}.\n")
                edited[size].append(build(folder))
    print("chapters  clean build s  rebuild after one edit s (median, least, most)")
    for size in SIZES:
        spread = f"{median(edited[size]):.1f} ({min(edited[size]):.1f} to {max(edited[size]):.1f})"
        print(f"{size:8d} {mean(clean[size]):14.1f} {spread:>25}")
    growth = median(edited[large]) / median(edited[small])
    clean_growth = mean(clean[large]) / mean(clean[small])
    print(f"an edit among {large} costs {growth:.2f} times one among {small}; to hold: 1.5")
    print(f"a clean build costs {clean_growth:.2f} times; to hold: {large / small:g}")


if __name__ == "__main__":
    main()
