"""docs/licences.md names everything that is pinned, and nothing that the project could not be passed on with."""

import sys

import pytest

from tests.licences import PAGE, SERVING, TOOLKIT, Row, needed, objections, pinned, rows

LISTED = rows(PAGE.read_text(encoding="utf-8"))


def test_it_lists_what_is_pinned() -> None:
    assert sorted((one.name, one.version) for one in LISTED) == sorted(pinned().values())
    assert len(LISTED) > 90


def test_it_says_what_is_installed_to_serve_and_with_the_toolkit() -> None:
    names = {spelled: name for name, (spelled, _) in pinned().items()}
    serving = {names[one.name] for one in LISTED if one.section == SERVING}
    toolkit = {names[one.name] for one in LISTED if one.section == TOOLKIT}
    assert needed() <= serving
    assert needed("verify") <= serving | toolkit
    if sys.version_info[:2] == (3, 11) and sys.platform == "linux":  # others need less of what is pinned
        assert (serving, toolkit) == (needed(), needed("verify") - needed())


def test_nothing_stands_in_the_way_of_passing_it_on() -> None:
    assert objections(LISTED) == []


@pytest.mark.parametrize(
    "licence",
    [
        *("UNKNOWN", "", "GPL-3.0-only", "GNU Lesser General Public License v3 (LGPLv3)", "MIT AND AGPL-3.0-or-later"),
        *("BSD-3-Clause; GNU General Public License v2 (GPLv2)", "Proprietary", "(MIT OR SSPL-1.0)"),
    ],
)
def test_what_would_is_told(licence: str) -> None:
    (objection,) = objections([Row(SERVING, "new-one", "1.0", licence)])
    assert objection.startswith("new-one: ")


@pytest.mark.parametrize(
    "licence",
    [
        *("MIT", "MPL-2.0 AND (Apache-2.0 OR MIT)", "Apache Software License; MIT License"),
        "Mozilla Public License 2.0 (MPL 2.0)",
    ],
)
def test_what_would_not_is_not(licence: str) -> None:
    assert objections([Row(SERVING, "new-one", "1.0", licence)]) == []
