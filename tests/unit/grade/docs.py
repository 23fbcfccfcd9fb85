"""The tables of docs/grading.md, written anew from the code by `python -m tests.unit.grade.docs`."""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from elko_mock.grade.profile import PROFILES
from elko_mock.grade.registry import rule_classes
from elko_mock.grade.situations import SITUATIONS

PAGE = Path(__file__).parents[3] / "docs" / "grading.md"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _rules() -> str:
    rows = []
    for rule in rule_classes():
        thresholds = "; ".join(
            f"`{name}` {meaning} (" + (f"{len(default)} of them" if isinstance(default, tuple) else f"{default}") + ")"
            for name, (default, meaning) in rule.thresholds().items()
        )
        sources = ", ".join(source.value for source in rule.sources)
        seen = rule.seen + (f"<br>Thresholds: {thresholds}." if thresholds else "")
        rows.append((rule.id, rule.name, rule.wording, seen, rule.severity.value, sources, rule.scenarios[0]))
    return _table(("id", "name", "the client ...", "how it is seen", "severity", "source", "situation"), rows)


def _situations() -> str:
    rows = []
    for one in SITUATIONS.values():
        rules = ", ".join(rule.id for rule in rule_classes() if one.name in rule.scenarios)
        rows.append((f"`{one.name}`", one.line, rules))
    return _table(("situation", "what is out of the ordinary", "gives occasion to"), rows)


def _profiles() -> str:
    rows = []
    for one in PROFILES.values():
        rules = "all" if one.rules is None else ", ".join(sorted(one.rules))
        failing = " and ".join(f"{severity.value}s" for severity in sorted(one.failing))
        rows.append((f"`{one.name}`", one.line, rules, failing, f"{one.least_exercised:.0%}"))
    return _table(("profile", "for a client that", "rules", "fails by", "error rules exercised at least"), rows)


TABLES: Mapping[str, Callable[[], str]] = {"rules": _rules, "situations": _situations, "profiles": _profiles}


def written_anew(text: str) -> str:
    """The page with its tables as the code has them."""
    for name, make in TABLES.items():
        marks = rf"(<!-- table: {name} -->\n).*?(<!-- end -->)"
        table = make()
        text = re.sub(marks, lambda found, table=table: f"{found[1]}{table}\n{found[2]}", text, flags=re.DOTALL)  # type: ignore[misc]
    return text


if __name__ == "__main__":
    PAGE.write_text(written_anew(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
