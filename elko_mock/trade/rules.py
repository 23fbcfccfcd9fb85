"""How the house works: how fast orders move, how long reservations last, when bills are due."""

from dataclasses import dataclass, fields

from elko_mock.clock import DAY, HOUR, MINUTE

_MOST_DAYS = 3_660


class RuleProblem(ValueError):
    """A rule of the house that makes no sense; `where` is its path."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.where = (name,)
        self.message = message


@dataclass(frozen=True, slots=True)
class HouseRules:
    """All times in microseconds of world time unless they say days. ELKO publishes none of them."""

    confirm_after: int = 30 * MINUTE
    """From placed to confirmed."""
    ship_after: int = DAY
    """From placed to shipped, for what is in stock."""
    second_parcel_after: int = DAY
    """From the first parcel to the second, when an order ships in parts."""
    handling: int = 12 * HOUR
    """From the start of the day on which awaited pieces come in to their leaving again."""
    invoice_after: int = HOUR
    """From a parcel's leaving to its invoice."""
    reservation_days: int = 7
    """How long a reservation lasts that does not say."""
    payment_days: int = 30
    """From invoice to due date."""

    def __post_init__(self) -> None:
        """Raises RuleProblem on times below zero or beyond ten years."""
        for rule in fields(self):
            value = getattr(self, rule.name)
            most = _MOST_DAYS if rule.name.endswith("_days") else _MOST_DAYS * DAY
            if not 0 <= value <= most:
                raise RuleProblem(rule.name, f"0 to {most}, not {value}")
