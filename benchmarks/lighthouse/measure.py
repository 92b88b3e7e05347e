"""Give every chapter of the built site its Lighthouse scores, as on a phone: `nox -s lighthouse`.

One run says little, since the time that scripts and layout take depends on what else the machine does:
of each score and each loss the median of three counts.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "site"))

# A server that compresses, as GitHub Pages does.
from conftest import Server, Site, machine_s_chromium  # noqa: E402  (they lie with the site's tests)

RUNS = 3
# It visits pages of ours alone, and as root, as in a container, there is no sandbox.
FLAGS = ("--chrome-flags=--headless --no-sandbox --disable-gpu", "--no-enable-error-reporting")


def report(program: Path, address: str) -> dict[str, Any]:
    """Return what Lighthouse says of a page on its preset for phones, which is its default."""
    chrome = machine_s_chromium()  # else Lighthouse looks for Chrome itself
    line = ["node", str(program), address, "--quiet", "--output=json", *FLAGS]
    env = os.environ | ({"CHROME_PATH": chrome} if chrome else {})
    done = subprocess.run(line, env=env, check=True, stdout=subprocess.PIPE, encoding="utf-8")
    found: dict[str, Any] = json.loads(done.stdout)
    if error := found.get("runtimeError"):
        raise RuntimeError(f"{address}: {error['message']}")
    return found


def scores(found: dict[str, Any]) -> dict[str, int]:
    """Return the score of each category, of 100."""
    return {name: round(100 * one["score"]) for name, one in found["categories"].items()}


def losses(found: dict[str, Any]) -> dict[str, float]:
    """Return the points, of its category's 100, that each audit costs."""
    lost = {}
    for category in found["categories"].values():
        whole = sum(part["weight"] for part in category["auditRefs"])
        for part in category["auditRefs"]:
            score = found["audits"][part["id"]]["score"]
            if part["weight"] and score is not None:
                lost[part["id"]] = 100 * part["weight"] * (1 - score) / whole
    return lost


def main(program: Path, site: Site, pages: list[str]) -> int:
    """Print a table, and return how many pages have a score below 100."""
    server, below = Server(site.folder, site.path), 0
    for number, page in enumerate(pages):
        runs = [report(program, server.base + page) for _ in range(RUNS)]
        every = [scores(run) for run in runs]
        if not number:
            print("page".ljust(30), *every[0], sep="  ")
        got = {name: round(median(one[name] for one in every)) for name in every[0]}
        cells = [str(value).rjust(len(name)) for name, value in got.items()]
        parts = [losses(run) for run in runs]
        cost = {name: median(one.get(name, 0.0) for one in parts) for name in parts[0]}
        why = [f"{name} -{lost:.1f}" for name, lost in cost.items() if lost >= 0.05]
        below += min(got.values()) < 100
        print(page.ljust(30), *cells, ", ".join(why), sep="  ", flush=True)
    return below


if __name__ == "__main__":
    # The chapters: what is read in order, and no reference.
    built = Site(ROOT / "build" / "site")
    chapters = [page for page in built.chapters if not page.startswith("reference/")]
    if below := main(Path(sys.argv[1]), built, sys.argv[2:] or chapters):
        sys.exit(f"{below} pages are below 100 in a category")
