"""Journal: what happened in a world, asked for and exported."""

import io
from typing import Any

from elko_mock.exchange.exchange import Exchange
from elko_mock.exchange.export import to_record, write_ndjson
from elko_mock.exchange.har import write_har
from elko_mock.exchange.journal import whole
from elko_mock.server.control.problems import ControlProblem, no_such
from elko_mock.server.control.sink import SINK
from elko_mock.server.control.state import ControlState, instant


class JournalVerbs:
    """A world's journal. Personal fields leave only as marks."""

    def __init__(self, state: ControlState) -> None:
        self._state = state

    async def query_journal(self, world: str, limit: int = 1000, **conditions: Any) -> Any:
        """The latest exchanges that fit, oldest first."""
        journal = self._state.world(world).journal
        found = self._find(world, conditions)
        return {
            "total": len(found),
            "dropped": journal.dropped,
            "exchanges": [to_record(whole(one), self._state.personal) for one in found[-limit:]],
        }

    async def clear_journal(self, world: str) -> Any:
        """Forget; answers how many there were."""
        journal = self._state.world(world).journal
        count = len(journal)
        journal.clear()
        return {"count": count}

    async def count_journal(self, world: str, **conditions: Any) -> Any:
        """How many fit."""
        return {"count": len(self._find(world, conditions))}

    async def list_not_called(self, world: str) -> Any:
        """Operations no exchange has met, in the order of the document."""
        met = {one.operation for one in self._state.world(world).journal.find()}
        return [name for name in self._state.contract.names if name not in met]

    async def export_journal(self, world: str, format: str = "ndjson") -> Any:  # noqa: A002 - the parameter's name
        """NDJSON or HAR."""
        there = self._state.world(world)
        if format == "har":
            out = io.StringIO()
            write_har(out, there.journal, self._state.personal)
            return out.getvalue().encode(), 200, _file("application/json", f"{there.name}.har")
        lines = b"".join(write_ndjson(there.journal, self._state.personal))
        return lines, 200, _file("application/x-ndjson", f"{there.name}.ndjson")

    def _find(self, world: str, conditions: dict[str, Any]) -> tuple[Exchange, ...]:
        given = dict(conditions)
        if "operation" in given:
            known = (SINK, *self._state.contract.names)
            if given["operation"] not in known:
                raise ControlProblem("invalid-request", no_such("operation", given["operation"], known))
        for bound in ("since", "until"):
            if bound in given:
                given[bound] = instant(given[bound], bound)
        return self._state.world(world).journal.find(**given)


def _file(media_type: str, name: str) -> dict[str, str]:
    return {"Content-Type": media_type, "Content-Disposition": f'attachment; filename="{name}"'}
