"""C06: the full product list at most once a day."""

from dataclasses import dataclass

from elko_mock.clock import HOUR, Instant
from elko_mock.grade.call import Call
from elko_mock.grade.rule import Rule, Severity, Source, Watch, threshold
from elko_mock.grade.session import Facts


@dataclass(frozen=True)
class ProductsDaily(Rule):
    """Full lists that came whole, per language."""

    id = "C06"
    name = "products-daily"
    wording = "asks for the full product list at most once a day"
    seen = (
        "The clock of its world, between two full lists in the same language that both came whole; a list that was "
        "refused or broken off may be asked for again. Shows the second one."
    )
    severity = Severity.WARNING
    sources = (Source.MANUAL,)
    scenarios = ("default", "calm")
    fix = (
        "Pull the full list once a day and keep it; in between ask Catalog/AvailabilityAndPrice for the codes you "
        "sell. Keep the time of the last pull where a restarted job finds it."
    )

    hours: float = threshold(
        23.0, "least time between two full lists, in hours; below 24 so that a daily job may jitter"
    )

    def watch(self, facts: Facts) -> "ProductsDailyWatch":
        """Begin to watch a session."""
        return ProductsDailyWatch(self, facts)


class ProductsDailyWatch(Watch[ProductsDaily]):
    """Holds the time of the last full list in each language."""

    nothing = "the full product list was not asked for"
    kept = "no second full list within a day"

    def __init__(self, rule: ProductsDaily, facts: Facts) -> None:
        super().__init__(rule, facts)
        self._latest: dict[str, Instant] = {}

    def see(self, call: Call) -> None:
        """Compare a full list with the one before."""
        if call.operation != "getProducts" or not call.asks_all or not call.succeeded or call.method != "GET":
            return
        self.occasions += 1
        language = ",".join(call.query.get("lang", ())).upper()
        before = self._latest.get(language)
        self._latest[language] = call.at
        if before is not None and call.at - before < self.rule.hours * HOUR:
            self.fault(call, f"{call.line}, {(call.at - before) / HOUR:.2f} h after the one before")
