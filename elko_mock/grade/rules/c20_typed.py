"""C20: numbers and booleans are sent as such, not as strings."""

from dataclasses import dataclass

from elko_mock.grade.call import Call
from elko_mock.grade.rule import Rule, Severity, Source, Watch
from elko_mock.grade.session import Facts


@dataclass(frozen=True)
class Typed(Rule):
    """The contract's schema against the JSON that was sent."""

    id = "C20"
    name = "typed"
    wording = "sends numbers and booleans as such, not as strings"
    seen = "Each JSON body against the operation's schema. Shows the property, its value and the type wanted."
    severity = Severity.WARNING
    sources = (Source.OBSERVED,)
    scenarios = ("default", "calm")
    fix = (
        "Convert before you encode: quantity and elkoCode are numbers, orderIfAllAvailable is a boolean. Whether the "
        "service takes them as strings is not known, and may change with a release."
    )

    def watch(self, facts: Facts) -> "TypedWatch":
        """Begin to watch a session."""
        return TypedWatch(self, facts)


class TypedWatch(Watch[Typed]):
    """Looks at each body by itself."""

    nothing = "no JSON body with a number or a boolean was sent"
    kept = "numbers and booleans went as such"

    def see(self, call: Call) -> None:
        """Compare a body with its schema."""
        if call.typed:
            self.occasions += 1
        for where, value, wanted in call.typed:
            if isinstance(value, str):
                self.fault(call, f"{where} is {value!r}, a string; wanted {wanted}")
