"""The README's moving parts: its tables, made from the code, and its blocks, as a reader would run them.

`python -m tests.readme` writes the tables anew.
"""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from elko_mock.contract.fidelity import Fidelity
from elko_mock.scenario.loader import bundled, load
from elko_mock.settings import SETTINGS, Setting
from elko_mock.trade.fixed import FIXED_CODES

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"

_TABLE = re.compile(r"(<!-- table: (?P<name>[\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_BLOCK = re.compile(
    r"<!-- (?P<mark>run|prints|file: (?P<file>[\w./-]+)) -->\n```(?P<language>\w+)\n(?P<text>.*?)```", re.DOTALL
)


class Block(NamedTuple):
    """One fenced block that a comment above it marks."""

    mark: str
    """`run`, `prints` (what the block before it prints) or `file`."""
    file: str
    language: str
    text: str
    line: int


def blocks(text: str) -> list[Block]:
    """All marked blocks in order."""
    return [
        Block(
            mark=found["mark"].partition(":")[0],
            file=found["file"] or "",
            language=found["language"],
            text=found["text"],
            line=text.count("\n", 0, found.start("text")) + 1,
        )
        for found in _BLOCK.finditer(text)
    ]


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def _shown(setting: Setting) -> str:
    default = setting.default
    if default is None or default == ():
        return "none"
    if isinstance(default, bool):
        return "yes" if default else "no"
    if setting.kind.metavar == "SIZE":
        return f"`{default // 1024**2}MiB`" if default % 1024**2 == 0 else f"`{default // 1024}KiB`"
    return f"`{default:g}`" if isinstance(default, float) else f"`{default}`"


def settings_table() -> str:
    """Flag, variable, default and meaning of every setting."""
    return table(
        ("flag", "variable", "default", "meaning"),
        ((f"`{one.flag}`", f"`{one.variable}`", _shown(one), one.help) for one in SETTINGS),
    )


def fixed_codes_table() -> str:
    """The product codes of fixed meaning."""
    return table(("code", "meaning"), ((f"`{one.code}`", one.meaning) for one in FIXED_CODES))


def scenarios_table() -> str:
    """The bundled scenarios with their lines."""
    return table(("scenario", "what it does"), ((f"`{name}`", load(name).line) for name in bundled()))


_LEVELS = {
    "documented": "ELKO's manual says so",
    "recorded": "a published answer shows it",
    "observed": "public clients depend on it",
    "assumed": "follows from ASP.NET Core, or had to be decided",
}


def fidelity_table() -> str:
    """How many behaviours are known how well."""
    counts = Fidelity.load().counts()
    rows = ((f"`{level}`", meaning, str(counts[level])) for level, meaning in _LEVELS.items())
    return table(("level", "meaning", "behaviours"), rows)


TABLES: dict[str, Callable[[], str]] = {
    "settings": settings_table,
    "fixed-codes": fixed_codes_table,
    "scenarios": scenarios_table,
    "fidelity": fidelity_table,
}


def written_anew(text: str) -> str:
    """The README with its tables as the code has them now. Raises KeyError for a table nobody makes."""
    return _TABLE.sub(lambda found: found[1] + TABLES[found["name"]]() + found[3], text)


if __name__ == "__main__":
    README.write_text(written_anew(README.read_text(encoding="utf-8")), encoding="utf-8")
