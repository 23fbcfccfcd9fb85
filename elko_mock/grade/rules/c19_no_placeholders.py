"""C19: no placeholder values in an order."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from elko_mock.exchange.redaction import EXPORT_KEY, PersonalFields, folded
from elko_mock.grade.call import Call
from elko_mock.grade.rule import Rule, Severity, Source, Watch, threshold
from elko_mock.grade.session import Facts

_WORDS = (
    "string", "test", "test test", "tester", "testing", "test order", "test company", "test customer", "test user",
    "john doe", "jane doe", "foo", "bar", "foobar", "asdf", "qwerty", "xxx", "abc", "lorem ipsum", "example",
    "test@test.com", "test@example.com", "user@example.com", "example@example.com", "123456789", "todo", "tbd",
    "placeholder",
)  # fmt: skip
_DATES = frozenset({"created"})


@dataclass(frozen=True)
class NoPlaceholders(Rule):
    """A list of values that documentation pages and test data leave behind."""

    id = "C19"
    name = "no-placeholders"
    wording = 'sends no "string", 0 dates or test names in an order'
    seen = (
        "A list of values, over all properties of an order; personal ones are marks in a journal, compared with those "
        "of the list. Shows the property and the value."
    )
    severity = Severity.WARNING
    sources = (Source.OBSERVED,)
    scenarios = ("default", "calm")
    fix = (
        "Leave out what you have no value for; only the lines' elkoCode and quantity are needed. The documentation "
        "page's example is full of placeholders, so do not send it back with a few values changed."
    )

    words: tuple[str, ...] = threshold(_WORDS, "values taken for placeholders, without regard to case")

    def watch(self, facts: Facts) -> "NoPlaceholdersWatch":
        """Begin to watch a session."""
        return NoPlaceholdersWatch(self, facts)


class NoPlaceholdersWatch(Watch[NoPlaceholders]):
    """Looks at each order by itself."""

    nothing = "nothing was ordered"
    kept = "no placeholders in the orders"

    def __init__(self, rule: NoPlaceholders, facts: Facts) -> None:
        super().__init__(rule, facts)
        self._words = {folded(word): word for word in rule.words}
        mark = PersonalFields(EXPORT_KEY).mark
        self._words |= {mark(word.encode()).decode(): word for word in rule.words}

    def see(self, call: Call) -> None:
        """Go through an order's values."""
        if call.operation != "createOrder" or not isinstance(call.sent.value, dict):
            return
        self.occasions += 1
        for where, value in _values(call.sent.value, ""):
            name = where.rpartition("/")[2].lower()
            word = self._words.get(folded(value)) if isinstance(value, str) else None
            if word is not None:
                self.fault(call, f"{where} is {word!r}")
            elif name in _DATES and value in (0, "0") and not isinstance(value, bool):
                self.fault(call, f"{where} is 0, which is no date: leave it out or send today's")


def _values(data: Any, where: str) -> Iterator[tuple[str, Any]]:
    if isinstance(data, dict):
        for name, value in data.items():
            yield from _values(value, f"{where}/{name}" if where else str(name))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _values(value, f"{where}/{number}")
    else:
        yield where, data
