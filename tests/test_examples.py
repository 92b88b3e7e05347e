"""The examples in the docstrings: every public name has some, and they print what they say."""

import doctest
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cached_property

import matplotlib.pyplot as plt
import pytest

import lstm_ref

MODULES = [name for _, name, _ in pkgutil.iter_modules(lstm_ref.__path__) if name[0] != "_"]


def documented(module) -> Iterator[tuple[str, object]]:
    """Yield all functions, classes, methods and properties that a module makes public, by name."""
    for name, thing in vars(module).items():
        if name.startswith("_") or getattr(thing, "__module__", None) != module.__name__:
            continue
        if inspect.isfunction(thing) or inspect.isclass(thing):
            yield name, thing
        if inspect.isclass(thing):
            for part, member in vars(thing).items():
                getter = getattr(member, "fget", None)
                named = (
                    getter is not None and getter.__name__ != "<lambda>"
                )  # a view says what it is
                method = inspect.isfunction(inspect.unwrap(member)) if callable(member) else False
                if part[0] != "_" and (named or method or isinstance(member, cached_property)):
                    yield f"{name}.{part}", member


THINGS = [
    pytest.param(module, name, thing, id=f"{module.__name__.partition('.')[2]}.{name}")
    for module in (importlib.import_module(f"lstm_ref.{name}") for name in MODULES)
    for name, thing in documented(module)
]


def test_all_kinds_of_names_are_held_to_have_examples() -> None:
    ids = {param.id for param in THINGS}
    assert {"lstm.step", "lstm.Params", "lstm.Params.shape", "network.Network.W_y"} <= ids
    assert {"network.Network.layers", "sweep.SweepError", "plots.curves"} <= ids


@pytest.mark.parametrize(("module", "name", "thing"), THINGS)
def test_the_examples_print_what_they_say(module, name, thing, capsys) -> None:
    # Nothing but what the reader sees: an example imports all that it uses.
    text = inspect.getdoc(thing) or ""
    test = doctest.DocTestParser().get_doctest(text, {}, name, module.__file__, 0)
    assert test.examples, f"{module.__name__}.{name} has no example: add one under Examples"
    failed = doctest.DocTestRunner().run(test).failed
    plt.close("all")
    assert not failed, capsys.readouterr().out
