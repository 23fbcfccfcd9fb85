"""Record: a real provider's answers, by GET only, as a catalogue file and a scenario that the mock serves from."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from elko_mock.scenario.loader import ScenarioProblem, load
from elko_mock.settings.writable import folder_for
from elko_mock.trade.catalog import Catalog
from elko_mock.trade.loading import CatalogProblem
from elko_mock.verify.asker import NoReply
from elko_mock.verify.model import Stop, StopCause
from elko_mock.verify.plan import Plan
from elko_mock.verify.reply import Reply
from elko_mock.verify.run import ended_early
from elko_mock.verify.secrets import Secrets
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
        """0 written, 1 written but not to be served, 3 could not be read, or not to the end."""
        if not self.files or self.stop is not None:
            return 3
        return 1 if self.problem else 0


def record(plan: Plan, folder: Path, progress: Callable[[str, int], None] = lambda _what, _calls: None) -> Recording:
    """Read the catalogue and the account, write both into a folder. That it can be written to is found out before the
    first call, for the whole list is given once a day. Raises OSError."""
    with folder_for(folder, (CATALOG, SCENARIO)):
        return _record(plan, folder, progress)


def _record(plan: Plan, folder: Path, progress: Callable[[str, int], None]) -> Recording:
    doing = ["the whole product list"]
    products: Reply | None = None
    account: Reply | None = None
    with session(plan, lambda calls: progress(doing[0], calls)) as means:
        asks_account = "getMyAccount" in means.asker.operations
        with ended_early(means.line, doing):
            products = _ask(means.asker.ask, "getProducts")
            doing[0] = "the account"
            account = _ask(means.asker.ask, "getMyAccount") if asks_account else None
        calls, stop, secrets = means.line.calls, means.line.stop, means.line.secrets
    if products is None or products.status != 200 or not isinstance(products.data, list) or not products.data:
        return secrets.without(Recording(calls=calls, stop=stop or _unread("the product list", products)))
    if asks_account and (account is None or account.status != 200 or not isinstance(account.data, dict)):
        stop, account = stop or _unread("the account", account), None
    departures = tuple(f"{one.where}: {one.message}" for one in products.violations)
    files = _write(folder, products.data, {} if account is None else account.data, secrets)
    problem = _unservable(products.data, files[1])
    return secrets.without(Recording(files, len(products.data), calls, departures, problem, stop))


def _unread(what: str, reply: Reply | None) -> Stop:
    got = "no answer" if reply is None else f"{reply.status} {reply.unreadable or 'without what was asked for'}"
    return Stop(StopCause.BROKEN, f"{what} could not be recorded: {got}")


def _ask(ask: Callable[[str], Reply], name: str) -> Reply | None:
    try:
        return ask(name)
    except NoReply:
        return None


def _write(folder: Path, rows: list[Any], account: Mapping[str, Any], secrets: Secrets) -> tuple[Path, Path]:
    catalog, scenario = folder / CATALOG, folder / SCENARIO
    catalog.write_bytes(b"[\n" + b",\n".join(_written(row, secrets) for row in rows) + b"\n]\n")
    account = secrets.without(account)
    customer = {ours: account[theirs] for ours, theirs in _CUSTOMER.items() if isinstance(account.get(theirs), str)}
    lines = [f"line: Recorded from a real account, {len(rows)} products.", f"catalog: {CATALOG}"]
    if customer:
        lines += ["customer:", *(f"  {name}: {orjson.dumps(value).decode()}" for name, value in customer.items())]
    scenario.write_text("\n".join(lines) + "\n", "utf-8")
    return catalog, scenario


def _written(row: Any, secrets: Secrets) -> bytes:
    raw = orjson.dumps(row)
    return raw if secrets.hidden(raw) == raw else orjson.dumps(secrets.without(row))


def _unservable(rows: list[Any], scenario: Path) -> str:
    try:
        Catalog.from_rows(rows)
        load(str(scenario))
    except (CatalogProblem, ScenarioProblem) as problem:
        return str(problem)
    return ""
