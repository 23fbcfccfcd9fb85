"""The house rules that no type checker knows: layers, rooms, sizes, first lines, one door to time and environment."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from elko_mock.settings import SETTINGS

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "elko_mock"
MODULES = sorted(PACKAGE.rglob("*.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

MUTABLE_MAKERS = {"list", "dict", "set", "bytearray", "defaultdict", "deque", "Counter", "OrderedDict"}
MUTATORS = {
    *("append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse"),
    *("update", "setdefault", "popitem", "add", "discard", "appendleft", "popleft"),
}
TIME_AND_ENVIRONMENT = {
    *("time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.perf_counter_ns"),
    *("time.localtime", "time.gmtime", "time.strftime", "datetime.now", "datetime.utcnow", "datetime.today"),
    *("datetime.datetime.now", "datetime.datetime.utcnow", "date.today", "datetime.date.today"),
    *("os.environ", "os.environb", "os.getenv", "os.putenv"),
}
UNSEEDED = {
    *("uuid.uuid1", "uuid.uuid4", "os.urandom", "random.SystemRandom"),
    *(f"random.{name}" for name in ("random", "randint", "randrange", "choice", "choices", "shuffle", "sample")),
    *(f"random.{name}" for name in ("uniform", "gauss", "seed", "getrandbits", "randbytes", "lognormvariate")),
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def dotted(node: ast.AST) -> str:
    """`a.b.c` of an attribute chain, else an empty text."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (left := dotted(node.value)):
        return f"{left}.{node.attr}"
    return ""


def used_names(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every dotted name read, and every name imported from a module, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield dotted(node), node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node.lineno


def module_level_names(tree: ast.Module) -> Iterator[tuple[str, ast.expr | None, int]]:
    for node in tree.body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id, node.value, node.lineno
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, node.value, node.lineno


def is_mutable(value: ast.expr | None) -> bool:
    if isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp):
        return True
    return isinstance(value, ast.Call) and dotted(value.func).rpartition(".")[2] in MUTABLE_MAKERS


def test_layers_and_rooms() -> None:
    """Who may import whom, and where each third-party library lives: the contracts in pyproject.toml."""
    run = subprocess.run(
        [sys.executable, "-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "0 broken" in run.stdout


def test_every_room_contract_forbids_the_whole_package_but_its_rooms() -> None:
    """An exception in a room's contract names the room that the contract's name speaks of."""
    for contract in PROJECT["tool"]["importlinter"]["contracts"]:
        if contract["type"] == "forbidden":
            assert contract["source_modules"] == ["elko_mock"]
            for exception in contract["ignore_imports"]:
                room, library = re.fullmatch(r"elko_mock\.(\w+)(?:\.\*\*)? -> (\w+)", exception).groups()  # type: ignore[union-attr]
                assert library in contract["forbidden_modules"]
                spoken = {"cli": "the command", "pytest_plugin": "the pytest plugin"}.get(room, room)
                assert spoken in contract["name"] or "the reports" in contract["name"]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
class TestModule:
    def test_is_short(self, path: Path) -> None:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400

    def test_says_its_one_responsibility_first(self, path: Path) -> None:
        docstring = ast.get_docstring(tree_of(path))
        assert docstring, f"{name_of(path)} has no docstring"
        assert docstring.splitlines()[0].endswith("."), docstring.splitlines()[0]

    def test_has_a_name_that_says_something(self, path: Path) -> None:
        assert path.stem not in {"utils", "util", "helpers", "common", "misc", "stuff", "base", "core"}
        managers = [node.name for node in ast.walk(tree_of(path)) if isinstance(node, ast.ClassDef)]
        assert not [name for name in managers if name.endswith(("Manager", "Helper", "Util", "Utils"))]

    def test_reads_time_and_environment_only_at_their_doors(self, path: Path) -> None:
        if path != PACKAGE / "clock.py" and PACKAGE / "settings" not in path.parents:
            found = [f"line {line}: {name}" for name, line in used_names(tree_of(path)) if name in TIME_AND_ENVIRONMENT]
            assert not found

    def test_draws_nothing_without_a_seed(self, path: Path) -> None:
        found = [
            f"line {line}: {name}"
            for name, line in used_names(tree_of(path))
            if name in UNSEEDED or name.startswith("secrets.token")
        ]
        assert not found

    def test_keeps_no_state_of_its_own(self, path: Path) -> None:
        tree = tree_of(path)
        names = {name for name, _, _ in module_level_names(tree)}
        found = [
            f"line {line}: {name}"
            for name, value, line in module_level_names(tree)
            if is_mutable(value) and not name.strip("_").isupper() and name != "__all__"
        ]
        for node in ast.walk(tree):
            if isinstance(node, ast.Global):
                found.append(f"line {node.lineno}: global {', '.join(node.names)}")
            elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load) and dotted(node.value) in names:
                found.append(f"line {node.lineno}: {dotted(node.value)}[...] is written")
            elif (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in MUTATORS
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id in names
                and node.func.value.id.strip("_").isupper()
            ):
                found.append(f"line {node.lineno}: {node.func.value.id}.{node.func.attr}()")
        assert not found


def test_every_setting_is_read_by_somebody() -> None:
    """A setting that changes nothing is a lie."""
    read = {
        name.rpartition(".")[2]
        for path in MODULES
        if PACKAGE / "settings" not in path.parents
        for name, _ in used_names(tree_of(path))
        if re.search(r"(^|\.)_?settings\.\w+$", name)
    }
    assert [setting.name for setting in SETTINGS if setting.name not in read] == []


def test_serving_loads_no_test_tool() -> None:
    """`elko-mock serve` imports nothing of the toolkit, beyond what its own dependencies bring along."""
    script = """
import sys, warnings
warnings.simplefilter("ignore")
import connexion, lxml.etree, orjson, jsonschema_rs, uvicorn, yaml
brought = set(sys.modules)
import elko_mock.cli, elko_mock.server.app, elko_mock.server.command
tools = {"pytest", "schemathesis", "hypothesis", "openapi_core", "rich", "httpx", "xdist", "coverage"}
print(*sorted(tools & (set(sys.modules) - brought)), sep=",")
"""
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == ""


def declared(*extras: str) -> set[str]:
    lists = [PROJECT["project"]["dependencies"]]
    lists += [PROJECT["project"]["optional-dependencies"][extra] for extra in extras]
    return {re.split(r"[^\w-]", line, maxsplit=1)[0].lower().replace("_", "-") for lines in lists for line in lines}


def test_every_third_party_import_is_declared() -> None:
    """In the serving install for what serves, in the `verify` extra for the toolkit and what it alone uses."""
    distributions = packages_distributions()
    toolkit = {"verify", "grade", "pytest_plugin.py", "stages/forward.py", "contract/second_opinion.py"}
    undeclared = []
    for path in MODULES:
        inside = path.relative_to(PACKAGE)
        allowed = declared("verify") if toolkit & {inside.parts[0], inside.as_posix()} else declared()
        for node in ast.walk(tree_of(path)):
            imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported = [node.module]
            for name in (module.partition(".")[0] for module in imported):
                if name in sys.stdlib_module_names or name == "elko_mock":
                    continue
                homes = {home.lower().replace("_", "-") for home in distributions.get(name, [name])}
                if not homes & allowed:
                    undeclared.append(f"{name_of(path)} imports {name}")
    assert not undeclared


def test_constraints_pin_every_dependency_by_name_and_version_alone() -> None:
    lines = [
        line
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9A-Za-z.+!-]*", line)] == []
    pinned = {line.partition("==")[0].lower().replace("_", "-") for line in lines}
    assert "elko-mock" not in pinned
    assert declared("verify", "dev") - {"elko-mock"} - pinned == set()
