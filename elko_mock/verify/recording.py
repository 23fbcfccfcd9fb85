"""Record: a real provider's answers, by GET only, as a catalogue file and a scenario that the mock serves from."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from elko_mock.scenario.loader import ScenarioProblem, load
from elko_mock.trade.catalog import Catalog
from elko_mock.trade.loading import CatalogProblem
from elko_mock.verify.asker import NoReply
from elko_mock.verify.model import Stop, StopCause
from elko_mock.verify.plan import Plan
from elko_mock.verify.reply import Reply
from elko_mock.verify.run import ended_early
from elko_mock.verify.session import session

CATALOG = "catalog.json"
SCENARIO = "recorded.yaml"
_CUSTOMER = {"currency": "currency", "country": "country", "language": "language"}
"""What is kept of the account: nothing that says whose it is."""


class Recording(NamedTuple):
    """What was written, or why nothing was."""

    files: tuple[Path, ...] = ()
    products: int = 0
    calls: int = 0
    departures: tuple[str, ...] = ()
    """Where the product list departs from the document; it was recorded all the same."""
    problem: str = ""
    """Why the catalogue cannot be served."""
    stop: Stop | None = None

    @property
    def exit_code(self) -> int:
        """0 written, 1 written but not to be served, 3 could not be read."""
        if not self.files:
            return 3
        return 1 if self.problem else 0


def record(plan: Plan, folder: Path, progress: Callable[[str, int], None] = lambda _what, _calls: None) -> Recording:
    """Read the whole product list once, and the account; write both into a folder. Raises OSError."""
    doing = ["the whole product list"]
    products: Reply | None = None
    account: Mapping[str, Any] = {}
    with session(plan, lambda calls: progress(doing[0], calls)) as means:
        with ended_early(means.line, doing):
            products = _ask(means.asker.ask, "getProducts")
            doing[0] = "the account"
            found = _ask(means.asker.ask, "getMyAccount") if "getMyAccount" in means.asker.operations else None
            account = found.data if found is not None and isinstance(found.data, dict) else {}
        calls, stop = means.line.calls, means.line.stop
    if products is None or products.status != 200 or not isinstance(products.data, list) or not products.data:
        what = "no answer" if products is None else f"{products.status} {products.unreadable or 'without products'}"
        reason = f"the product list could not be recorded: {what}"
        return Recording(calls=calls, stop=stop or Stop(StopCause.BROKEN, reason))
    departures = tuple(f"{one.where}: {one.message}" for one in products.violations)
    files = _write(folder, products.data, account)
    return Recording(files, len(products.data), calls, departures, _unservable(products.data, files[1]), stop)


def _ask(ask: Callable[[str], Reply], name: str) -> Reply | None:
    try:
        return ask(name)
    except NoReply:
        return None


def _write(folder: Path, rows: list[Any], account: Mapping[str, Any]) -> tuple[Path, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    catalog, scenario = folder / CATALOG, folder / SCENARIO
    catalog.write_bytes(b"[\n" + b",\n".join(orjson.dumps(row) for row in rows) + b"\n]\n")
    customer = {ours: account[theirs] for ours, theirs in _CUSTOMER.items() if isinstance(account.get(theirs), str)}
    lines = [f"line: Recorded from a real account, {len(rows)} products.", f"catalog: {CATALOG}"]
    if customer:
        lines += ["customer:", *(f"  {name}: {orjson.dumps(value).decode()}" for name, value in customer.items())]
    scenario.write_text("\n".join(lines) + "\n", "utf-8")
    return catalog, scenario


def _unservable(rows: list[Any], scenario: Path) -> str:
    try:
        Catalog.from_rows(rows)
        load(str(scenario))
    except (CatalogProblem, ScenarioProblem) as problem:
        return str(problem)
    return ""
