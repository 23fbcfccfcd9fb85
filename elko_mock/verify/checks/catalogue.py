"""All of our own checks, in the order in which they run."""

from elko_mock.verify.check import Check
from elko_mock.verify.checks import (
    access,
    carting,
    catalog,
    dates,
    limits,
    lists,
    money,
    problems,
    representations,
    routes,
    trading,
)

_FAMILIES = (access, representations, catalog, lists, routes, problems, trading, carting, dates, money, limits)

OWN: tuple[Check, ...] = tuple(
    sorted((check for family in _FAMILIES for check in family.CHECKS), key=lambda check: check.last)
)
"""What gets the account blocked comes last."""
