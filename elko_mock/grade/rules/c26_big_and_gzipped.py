"""C26: a catalogue of 100,000 products is coped with, gzipped and chunked."""

from dataclasses import dataclass

from elko_mock.grade.call import Call
from elko_mock.grade.rule import Rule, Severity, Source
from elko_mock.grade.session import Facts
from elko_mock.grade.survival import Survival


@dataclass(frozen=True)
class BigAndGzipped(Rule):
    """A huge catalogue and the client's exit status."""

    id = "C26"
    name = "big-and-gzipped"
    wording = "copes with a catalogue of 100,000 products, gzipped and chunked"
    seen = "The full list of a huge catalogue and the client's exit status. Shows the call and the end."
    severity = Severity.WARNING
    sources = (Source.OBSERVED,)
    scenarios = ("huge-catalog",)
    fix = (
        "Read the list as a stream, product by product, and let your HTTP library unpack gzip. Raise the memory limit"
        " and the time limit of the job that reads it."
    )

    def watch(self, facts: Facts) -> Survival:
        """Begin to watch a session."""
        return BigAndGzippedWatch(self, facts)


class BigAndGzippedWatch(Survival):
    """Judged by how the session ends."""

    nothing = "the client was not run over a huge catalogue"
    kept = "read the huge catalogue and came to a good end"
    hostile = "a huge catalogue"

    def meets(self, call: Call) -> bool:
        """The full list must have been asked for."""
        return call.operation == "getProducts" and call.asks_all and call.status == 200
