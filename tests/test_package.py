"""The package as a whole: what imports what, what it needs, and that all of it is documented."""

import ast
import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import lstm_ref

PACKAGE = Path(lstm_ref.__file__).parent

# A file imports only files above it in this list: read from the top, nothing is used before it
# was explained. The two cells stand side by side, and neither knows the other.
ORDER = [
    "_checks",
    "activations",
    "rnn",
    "lstm",
    "network",
    "losses",
    "optimizers",
    "training",
    "datasets",
    "generation",
    "gradcheck",
    "experiment",
    "sweep",
    "plots",
    "diagrams",
]
EXTRAS = {  # a library, and the modules that need it
    "matplotlib": {"plots", "diagrams"},
    "cloudpickle": {"sweep"},
    "joblib": {"sweep"},
    "tqdm": {"sweep"},
}
OPTIONAL = [*EXTRAS, "torch", "distributed"]
MODULES = pytest.mark.parametrize("name", ORDER)


def imports(name, *, everywhere=True):
    """Return the dotted names that a module imports, at its top or also inside its functions."""
    tree = ast.parse((PACKAGE / f"{name}.py").read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree) if everywhere else tree.body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: a relative import hides where a name comes from"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def own(name):
    """Return which of the package's modules a module imports."""
    parts = [dotted.split(".") for dotted in imports(name) if dotted.startswith("lstm_ref.")]
    return {part[1] for part in parts}


def python(code):
    """Run code in a fresh interpreter, with this package in sight, and return its last line."""
    where = f"import sys; sys.path.insert(0, {str(PACKAGE.parent)!r})\n"
    done = subprocess.run(
        [sys.executable, "-P", "-W", "error", "-c", where + code],
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1]


def public(name):
    """Yield the qualified name and object of all that a module defines for others."""
    module = import_module(f"lstm_ref.{name}")
    for key, value in vars(module).items():
        if key.startswith("_") or getattr(value, "__module__", None) != module.__name__:
            continue
        if inspect.isfunction(value) or inspect.isclass(value):
            yield key, value
        if inspect.isclass(value):
            for method, function in vars(value).items():
                if not method.startswith("_") and inspect.isfunction(inspect.unwrap(function)):
                    yield f"{key}.{method}", function


def test_every_file_has_its_place_in_the_order():
    files = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}
    assert files == set(ORDER), "a module has its place in ORDER here and in __init__.py"


@pytest.mark.parametrize("name", [name for name in ORDER if name[0] != "_"])
def test_every_public_module_has_a_page_of_the_api(name):
    folder = Path(__file__).parents[1] / "book" / "reference"
    assert (folder / "api" / f"{name}.md").exists()
    assert f"api/{name}" in (folder / "api.md").read_text(encoding="utf-8")


@MODULES
def test_imports_point_one_way(name):
    above = set(ORDER[: ORDER.index(name)])
    assert own(name) <= above, f"{name} imports {sorted(own(name) - above)} from further down"


def test_the_cells_know_nothing_of_each_other():
    assert own("rnn") <= {"_checks", "activations"}
    assert own("lstm") <= {"_checks", "activations"}


def test_importing_the_package_imports_no_module_of_it():
    assert imports("__init__") == set()


def test_only_the_figures_import_matplotlib_and_none_imports_them():
    users = {name for name in ORDER if any(i.startswith("matplotlib") for i in imports(name))}
    assert users == {"plots", "diagrams"}
    assert [name for name in ORDER if own(name) & users] == ["diagrams"]
    assert own("diagrams") & users == {"plots"}


@MODULES
def test_each_module_imports_the_standard_library_numpy_and_its_own_extra_alone(name):
    roots = {dotted.split(".")[0] for dotted in imports(name, everywhere=False)}
    extra = {library for library, users in EXTRAS.items() if name in users}
    assert roots - set(sys.stdlib_module_names) <= {"numpy", "lstm_ref"} | extra


BLOCK = f"""
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {OPTIONAL}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Block())
"""


def test_all_but_the_extras_work_with_numpy_alone():
    modules = [name for name in ORDER if not any(name in users for users in EXTRAS.values())]
    code = f"""
import lstm_ref
from lstm_ref import {", ".join(modules)}
import numpy as np
rng = np.random.default_rng(0)
data = datasets.function_windows(datasets.sin, rng, windows=10)
net, history = training.fit(network.init(rng, 1, 3, 1), data, rng=rng, epochs=2, batch_size=5)
run = generation.refeed(net, datasets.sequence(datasets.sin, 0, 15), 3)
table = gradcheck.check_network(net, *data)
assert table.error < 1e-10
assert not set({OPTIONAL}) & set(sys.modules)
print(len(history.loss), run.shape)
"""
    assert python(BLOCK + code) == "4 (3, 1, 1)"


@pytest.mark.parametrize("module", ["sweep", "plots", "diagrams"])
def test_an_extra_without_its_library_says_which_is_missing(module):
    libraries = [library for library, users in EXTRAS.items() if module in users]
    code = f"""
try:
    import lstm_ref.{module}
except ModuleNotFoundError as error:
    print(error.name)
"""
    assert python(BLOCK + code) in libraries


def test_the_types_of_the_package_are_for_others_to_use():
    assert (PACKAGE / "py.typed").is_file()


@MODULES
def test_everything_public_is_documented(name):
    assert inspect.getdoc(import_module(f"lstm_ref.{name}"))
    silent = [key for key, value in public(name) if not (value.__doc__ or "").strip()]
    assert silent == []


def test_what_is_held_to_be_documented_is_everything():
    named = {key for name in ORDER for key, _ in public(name)}
    assert {"fit", "update", "History", "step", "Network.with_theta", "sweep", "curves"} <= named


def test_the_package_names_its_version():
    assert lstm_ref.__version__.count(".") == 2
