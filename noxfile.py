"""Every task of the project, one command each; ``nox -l`` lists them.

Versions are those of ``constraints.txt``. ``DEPENDENCIES=newest`` lifts them; ``DEPENDENCIES=oldest``
takes the oldest that the package allows (on Python 3.11).
"""

import os
import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2025.5"
nox.options.reuse_venv = "yes"
nox.options.sessions = ["lint", "book", "tests"]

ROOT = Path(__file__).parent
BUILD = ROOT / "build"
BUILD.mkdir(exist_ok=True)
PROJECT = nox.project.load_toml(ROOT / "pyproject.toml")["project"]

# One thread adds up in one order; a path-safe Python imports the installed package, not the checkout.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
ENV = {"PYTHONSAFEPATH": "1", **dict.fromkeys(THREADS, "1")}
SPHINX = ("-n", "-j", "2", "-d", "build/doctrees")


def versions() -> list[str]:
    """Return the arguments that tell pip which versions to take."""
    match os.environ.get("DEPENDENCIES", "locked"):
        case "locked":
            return ["-c", "constraints.txt"]
        case "newest":
            return ["--upgrade"]
        case "oldest":
            extras = PROJECT["optional-dependencies"]
            floors = [*PROJECT["dependencies"], *extras["plots"], *extras["sweep"]]
            names = {floor.partition(">=")[0] for floor in floors}
            pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
            others = [pin for pin in pins if pin.partition("==")[0] not in names]
            (BUILD / "oldest.txt").write_text("\n".join(others), encoding="utf-8")
            oldest = [floor.replace(">=", "==") + ".*" for floor in floors]
            return ["-c", "build/oldest.txt", *oldest]
        case other:
            raise ValueError(f"DEPENDENCIES must be locked, newest or oldest, not {other!r}")


def install(session: nox.Session, group: str, *, package: bool = True) -> None:
    """Install a dependency group and the package, as the wheel that a reader would get."""
    what = ["--group", group]
    if package:
        shutil.rmtree(BUILD / "wheel", ignore_errors=True)
        build = ("pip", "wheel", "-q", "--no-deps", "-w", "build/wheel", ".")
        session.run("python", "-m", *build, "--build-constraint", "constraints.txt")
        (wheel,) = (BUILD / "wheel").glob("*.whl")
        what.append(f"lstm-ref[plots,sweep] @ {wheel.as_uri()}")
    session.install(*what, *versions())
    if package:
        session.install("--no-deps", "--force-reinstall", str(wheel))  # same version, new contents
        where = "import lstm_ref; assert 'site-packages' in lstm_ref.__file__, lstm_ref.__file__"
        session.run("python", "-c", where, env=ENV)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style (ruff) and types (mypy)."""
    install(session, "lint", package=False)
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("mypy")


@nox.session
def book(session: nox.Session) -> None:
    """Build the book: every page executed, every warning an error."""
    install(session, "book")
    try:
        session.run("sphinx-build", "-W", "--keep-going", *SPHINX, "book", "build/html", env=ENV)
    except nox.command.CommandFailed:
        shutil.rmtree(
            BUILD / "doctrees", ignore_errors=True
        )  # else the next run skips the pages that warned
        raise
    session.log(f"The book is built: open {(BUILD / 'html' / 'index.html').as_uri()}")


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests on the installed wheel; what follows ``--`` goes to pytest."""
    install(session, "test")
    session.run("pytest", *session.posargs, env=ENV)


@nox.session
def live(session: nox.Session) -> None:
    """Serve the book on this machine; rebuild and reload whenever a page or the package changes."""
    session.install("--group", "live", "-e", ".[plots,sweep]", *versions())
    output = ("book", "build/live", *session.posargs)
    flags = ("-n", "-j", "2", "-d", "build/doctrees-live", "--watch", "lstm_ref")
    session.run("sphinx-autobuild", *flags, *output, env=ENV)


@nox.session
def linkcheck(session: nox.Session) -> None:
    """Follow every link of the book; needs the internet."""
    install(session, "book")
    session.run("sphinx-build", "-b", "linkcheck", *SPHINX, "book", "build/linkcheck", env=ENV)


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Time one training step side by side with PyTorch's."""
    install(session, "benchmark")
    session.run("python", "benchmarks/training_step.py", *session.posargs)


@nox.session
def lock(session: nox.Session) -> None:
    """Write constraints.txt anew, for every supported Python and platform."""
    session.install("uv")
    held = BUILD / "held.txt"
    held.write_text("torch==2.13.0\n")  # the release whose CPU-only build is at hand where CI runs
    groups = [word for name in ("build", "dev") for word in ("--group", name)]
    resolve = ("uv", "pip", "compile", "--universal", "--python-version", "3.11")
    style = ("--no-header", "--no-annotate", "--no-emit-index-url")
    what = ("-c", str(held), "--all-extras", *groups, "pyproject.toml")
    lines = session.run(*resolve, *style, *what, silent=True, stderr=None).splitlines()
    drop = ("nvidia-", "cuda-", "triton")  # PyTorch pins its own, where it wants them
    head = "# What continuous integration installs, for Python 3.11 to 3.14. Made by: nox -s lock"
    pins = "\n".join([head, *(line for line in lines if not line.startswith(drop))]) + "\n"
    (ROOT / "constraints.txt").write_text(pins, encoding="utf-8", newline="\n")
