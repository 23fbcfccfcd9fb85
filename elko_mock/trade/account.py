"""The account that trades: who it is, where it is delivered to, in which currency and at which VAT rate."""

from dataclasses import dataclass

_VAT_PERCENT = {"EE": 24, "LV": 21, "LT": 21, "RO": 21, "CZ": 21, "SK": 23, "SI": 22, "UA": 20}
_USUAL_VAT_PERCENT = 21


@dataclass(frozen=True, slots=True)
class Address:
    """One place to deliver to."""

    id: str
    company: str
    line: str
    city: str
    country: str
    postal_code: str


@dataclass(frozen=True, slots=True)
class Account:
    """The customer. Invented throughout: none of it can be anyone's."""

    customer: str = "990001"
    company: str = "Example Shop SIA"
    vat_number: str = "LV00000000000"
    currency: str = "EUR"
    country: str = "LV"
    language: str = "EN"
    addresses: tuple[Address, ...] = (
        Address("1", "Example Shop SIA", "Example street 1", "Riga", "LV", "LV-1000"),
        Address("2", "Example Shop warehouse", "Example road 20", "Jelgava", "LV", "LV-3000"),
    )

    @property
    def vat_percent(self) -> int:
        """The standard rate of the account's country; 21 for a country not in the table."""
        return _VAT_PERCENT.get(self.country.upper(), _USUAL_VAT_PERCENT)
