"""How the house works: how fast orders move, how long reservations last, when bills are due."""

from dataclasses import dataclass

from elko_mock.clock import DAY, HOUR, MINUTE


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
