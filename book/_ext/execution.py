"""Where and how the cells run: one kernel profile, one cache that knows what the cells import."""

import ast
import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
import sys
from pathlib import Path

from nbclient import NotebookClient

STYLE = Path(__file__).parents[1] / "_style"

# Digits must not depend on a thread count nor on the order of a set.
LIBRARIES = ("OMP", "OPENBLAS", "MKL")


def prepare_kernel(build: Path) -> None:
    """Let every kernel start with the book's profile and figure style.

    The profile is copied because IPython writes into the folder it is in.
    """
    profile = build / "ipython" / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(STYLE / "ipython_kernel_config.py", profile / "ipython_kernel_config.py")
    os.environ["IPYTHONDIR"] = str(build / "ipython")
    os.environ["MATPLOTLIBRC"] = str(STYLE / "matplotlibrc")
    os.environ["PYTHONHASHSEED"] = "0"
    os.environ |= {f"{library}_NUM_THREADS": "1" for library in LIBRARIES}
    # A kernel that has run its page has nothing to save: a polite farewell costs 0.4 s a page.
    NotebookClient.shutdown_kernel.default_value = "immediate"


def cache_path(build: Path) -> Path:
    """Return a folder named after all that a cell's output depends on beside its code.

    jupyter-cache compares code only: after a change in lstm_ref it would return old results. (But
    not after one in what lstm_ref says of itself, which no cell prints.)
    """
    spec = importlib.util.find_spec("lstm_ref")
    if spec is None or spec.submodule_search_locations is None:
        raise ModuleNotFoundError("the book runs lstm_ref: pip install .[sweep,plots]")
    package = Path(spec.submodule_search_locations[0])
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(path.name.encode() + what_runs(path.read_bytes()))
    for path in [*sorted(STYLE.iterdir()), Path(__file__)]:
        digest.update(path.name.encode() + path.read_bytes())
    digest.update(sys.version.encode())
    for name in ("numpy", "matplotlib", "joblib", "cloudpickle"):
        digest.update(importlib.metadata.version(name).encode())
    return build / "cache" / digest.hexdigest()[:16]


def what_runs(source: bytes) -> bytes:
    """Return a module without its docstrings and comments, and however it is laid out."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            del node.body[0]
    return ast.dump(tree).encode()
