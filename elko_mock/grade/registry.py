"""Registry: finds the rules, one module each in `elko_mock.grade.rules`."""

import inspect
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from elko_mock.grade import rules
from elko_mock.grade.rule import Rule


@cache
def rule_classes() -> tuple[type[Rule], ...]:
    """Every rule there is, in the order of their ids. A new module in the package is found by itself."""
    found: dict[str, type[Rule]] = {}
    for module in iter_modules(rules.__path__, f"{rules.__name__}."):
        for _, one in inspect.getmembers(import_module(module.name), inspect.isclass):
            if issubclass(one, Rule) and not inspect.isabstract(one) and one.__module__ == module.name:
                if one.id in found:
                    raise TypeError(f"two rules are called {one.id}: {found[one.id].__name__} and {one.__name__}")
                found[one.id] = one
    return tuple(found[id_] for id_ in sorted(found))
