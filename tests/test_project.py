"""The project around the package: what is installed, what is promised, what must not be in a file."""

import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import lstm_ref

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

# Written in parts, so that this file is not what it looks for.
HOSTS = [
    "py" + "pi.org",
    "python" + "hosted.",
    "npm" + "js.",
    "anaconda" + ".org",
    "deb" + "ian.org",
]
HOSTS += ["download." + "pytorch", "artifactory" + ".", "nexus" + "3."]
REGISTRY = re.compile("|".join(map(re.escape, HOSTS)), re.IGNORECASE)
MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(?:home|root|Users|opt|mnt|work|tmp)/\w|[A-Z]:\\Users")


def slips(text: str) -> list[str]:
    """Return what ties a text to one machine or to one package registry."""
    return [match[0] for pattern in (REGISTRY, MACHINE_PATH) for match in pattern.finditer(text)]


def tracked_files() -> list[Path]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, encoding="utf-8")
    return [ROOT / name for name in names.stdout.split("\0") if (ROOT / name).is_file()]


def test_no_file_names_a_machine_or_a_registry() -> None:
    files = tracked_files()
    assert Path(__file__).resolve() in files
    found = {
        str(path.relative_to(ROOT)): slips(path.read_text(encoding="utf-8", errors="replace"))
        for path in files
    }
    assert {name: bad for name, bad in found.items() if bad} == {}


@pytest.mark.parametrize(
    ("text", "is_bad"),
    [
        ("see https://" + HOSTS[0] + "/simple", True),
        ("open('" + "/ho" + "me/me/data.txt')", True),
        ("cd " + "/wo" + "rk/main", True),
        ("C:" + "\\Users\\me", True),
        ("https://example.org" + "/wo" + "rk/home", False),
        ("book/home/index.md", False),
    ],
)
def test_machine_paths_and_registries_are_found(text: str, is_bad: bool) -> None:
    assert bool(slips(text)) == is_bad


def test_the_installed_package_is_tested_not_the_checkout() -> None:
    where = Path(lstm_ref.__file__).resolve()
    assert ROOT / "lstm_ref" not in where.parents, "run the tests with: python -m nox -s tests"


def test_the_wheel_holds_the_package_alone() -> None:
    files = importlib.metadata.files("lstm-ref") or []
    version = PYPROJECT["project"]["version"]
    assert {path.parts[0] for path in files} == {"lstm_ref", f"lstm_ref-{version}.dist-info"}
    assert "lstm_ref/py.typed" in {path.as_posix() for path in files}


def test_numpy_is_the_only_dependency() -> None:
    needed = importlib.metadata.requires("lstm-ref") or []
    assert [need for need in needed if "extra ==" not in need] == ["numpy>=2.0"]


def test_the_version_is_the_same_everywhere() -> None:
    version = PYPROJECT["project"]["version"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert importlib.metadata.version("lstm-ref") == lstm_ref.__version__ == version
    assert re.search(r"^version: (.+)$", citation, re.MULTILINE)[1] == version  # type: ignore[index]


def test_the_readme_is_short_and_its_snippet_runs(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (snippet,) = re.findall(r"^```python\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    assert readme.count("\n") <= 60
    done = subprocess.run(
        [sys.executable, "-P", "-W", "error", "-c", snippet],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    first, last = map(float, re.findall(r"loss (\S+) -> (\S+)", done.stdout)[0])
    assert last < first / 10
