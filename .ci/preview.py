"""What a pull request's comment says: written by the pull request, rendered by a trusted job.

`report` runs with the pull request's own code, in a job that has no rights, and writes facts.
`comment` runs with the main branch's code, in a job that may comment. It trusts none of the facts:
names and numbers that do not look like what they should be are refused, and nothing else is shown.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

MARK = "<!-- what a pull request changes in the book -->"
BUDGET = 5.0  # seconds that a page may take
NAME = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)*")
LONGEST = 120  # of a name
MOST, SHOWN = 5000, 100  # names that are taken, and that are shown
MEASURED = "reference/execution-times"  # no two builds have the same


def report(site: Path, base: Path, times: Path, target: Path) -> None:
    """Write which pages differ from the base's site, and how long each took to execute."""
    changed = {
        path.relative_to(site).with_suffix("").as_posix()
        for path in site.rglob("*.html")
        if content(path) != content(base / path.relative_to(site))
    } - {MEASURED}
    gone = {
        path.relative_to(base).with_suffix("").as_posix()
        for path in base.rglob("*.html")
        if not (site / path.relative_to(base)).exists()
    }
    seconds = json.loads(times.read_text(encoding="utf-8"))
    facts = {"changed": sorted(changed), "gone": sorted(gone), "seconds": seconds}
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(facts, indent=1), encoding="utf-8")


def content(page: Path) -> str:
    """Return the article of a page: the navigation around it changes with every title."""
    if not page.exists():
        return ""
    text = page.read_text(encoding="utf-8")
    return text.partition("<article")[2].rpartition("</article>")[0]


def checked(facts: object) -> tuple[list[str], list[str], dict[str, float]]:
    """Return the facts if they have the form that `report` gives them."""
    if not isinstance(facts, dict) or set(facts) != {"changed", "gone", "seconds"}:
        raise ValueError("expected changed, gone and seconds")
    seconds = facts["seconds"]
    if not isinstance(seconds, dict):
        raise ValueError("expected seconds by page")
    for names in (facts["changed"], facts["gone"], list(seconds)):
        if not isinstance(names, list) or len(names) > MOST:
            raise ValueError(f"expected a list of at most {MOST} names")
        for name in names:
            if not isinstance(name, str) or len(name) > LONGEST or not NAME.fullmatch(name):
                raise ValueError("expected names of pages: small letters, digits, - and /")
    for taken in seconds.values():
        if type(taken) not in (int, float) or not 0 <= taken < 1e4:
            raise ValueError("expected seconds from 0 to 10,000")
    return facts["changed"], facts["gone"], seconds


def comment(facts: object, address: str) -> str:
    """Return the comment, in Markdown."""
    changed, gone, seconds = checked(facts)
    lines = [MARK, f"The built site is an artifact of [this run]({address}): download `site`."]
    lines += ["", "**Pages that changed**", ""]
    pages = [f"- `{name}`" for name in changed] + [f"- `{name}`, removed" for name in gone]
    lines += [*pages[:SHOWN], *more(pages)] or ["- none"]
    lines += ["", f"**Seconds to execute**, of a budget of {BUDGET:g} a page", ""]
    lines += ["| Page | Seconds |", "| --- | ---: |"]
    slowest = sorted(seconds.items(), key=lambda item: (-item[1], item[0]))
    for name, taken in slowest[:SHOWN]:
        over = " **over**" if taken > BUDGET else ""
        lines.append(f"| `{name}` | {taken:.1f}{over} |")
    return "\n".join([*lines, *more(slowest)]) + "\n"


def more(items: list) -> list[str]:
    """Return a line that says how many are not shown: GitHub takes no comment above 65,536 letters."""
    return [f"\nand {len(items) - SHOWN} more"] * (len(items) > SHOWN)


def post(facts: object, repository: str, branch: str, commit: str, address: str) -> None:
    """Write the comment on the pull request of a commit, or renew the one that is there."""
    body = comment(facts, address)
    pulls = github(f"repos/{repository}/pulls", "-X", "GET", "-f", f"head={branch}")
    numbers = [int(pull["number"]) for pull in pulls if pull["head"]["sha"] == commit]
    if len(numbers) != 1:
        print(f"{len(numbers)} open pull requests have this commit: no comment")
        return
    comments = github(f"repos/{repository}/issues/{numbers[0]}/comments?per_page=100")
    ours = (one for one in comments if one["user"]["login"] == "github-actions[bot]")
    mine = [one["id"] for one in ours if one["body"].startswith(MARK)]
    if mine:
        github(f"repos/{repository}/issues/comments/{mine[0]}", "-X", "PATCH", "-f", f"body={body}")
    else:
        github(f"repos/{repository}/issues/{numbers[0]}/comments", "-f", f"body={body}")


def github(*arguments: str) -> list:
    """Ask GitHub; its command line takes the token from the environment."""
    done = subprocess.run(
        ["gh", "api", *arguments], check=True, capture_output=True, encoding="utf-8"
    )
    return json.loads(done.stdout)


if __name__ == "__main__":
    what, *given = sys.argv[1:]
    if what == "report":
        report(*map(Path, given))
    else:
        file, *rest = given
        post(json.loads(Path(file).read_text(encoding="utf-8")), *rest)
