"""docs/verify.md names every check, in use, changed or switched off."""

import re
from pathlib import Path

from elko_mock.verify.checks.catalogue import OWN
from elko_mock.verify.conclude import ANSWERED
from elko_mock.verify.generated.tuning import CHECKS, SWITCHED_OFF
from elko_mock.verify.observing.observe import LOOKS
from elko_mock.verify.option_table import OPTIONS
from elko_mock.verify.scope import READ_ONLY
from elko_mock.verify.target import ELKO_DOMAINS

DOCS = (Path(__file__).parents[3] / "docs" / "verify.md").read_text("utf-8")


def section(title: str) -> str:
    found = re.search(rf"^(?:## |\*\*){re.escape(title)}.*?(?=^## |^\*\*|\Z)", DOCS, re.MULTILINE | re.DOTALL)
    assert found is not None, title
    return found[0]


def test_every_check_of_ours_has_its_line() -> None:
    table = section("Our own checks")
    listed = {
        name for row in re.findall(r"^\| (`[^|]*?) \|", table, re.MULTILINE) for name in re.findall(r"`([^`]+)`", row)
    }
    assert listed == {ANSWERED, *(check.id for check in OWN)}
    marked = {
        name
        for row in re.findall(r"^\| (`[^|]*?) \*w\* \|", table, re.MULTILINE)
        for name in re.findall(r"`([^`]+)`", row)
    }
    assert marked == {check.id for check in OWN if check.writes}
    assert f"{len(OWN)} checks of its own" in DOCS.replace("\n", " ")


def test_every_check_of_schemathesis_is_explained() -> None:
    used = section("Schemathesis's checks")
    assert set(CHECKS) <= set(re.findall(r"`(\w+)`", used))
    off = section("Switched off")
    assert set(SWITCHED_OFF) == set(
        re.findall(r"`(\w+)`", "\n".join(re.findall(r"^\| (`[^|]*) \|", off, re.MULTILINE)))
    )


def test_figures_and_names_are_right() -> None:
    assert len(READ_ONLY) == 16
    assert "Sixteen operations" in DOCS
    assert f"some {len(LOOKS)} entries" in DOCS
    for domain in ELKO_DOMAINS:
        assert f"`{domain}`" in DOCS
    for option in OPTIONS:
        if option.name not in {"token", "token-file", "timeout", "insecure"}:
            assert f"--{option.name}" in DOCS, option.name
