"""Calls: a recorded exchange as the rules read it; each reading is made once, when first asked for."""

from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote

from elko_mock.clock import Instant
from elko_mock.exchange.exchange import Exchange, Violation
from elko_mock.grade.purchase import Purchase, read_purchase
from elko_mock.grade.reading import Data, Reading
from elko_mock.grade.told import Told, read_code, tellings
from elko_mock.grade.typed import TypedValue, typed_values

SINK = "/_elko/sink"
_OWN = ("/_elko", "/__admin")
PRODUCT_READS = frozenset(
    {"getProducts", "getProductDescription", "getMediaItems", "getAvailability", "getAvailabilityAndPrice"}
)
STOCK_READS = frozenset({"getProducts", "getAvailability", "getAvailabilityAndPrice"})
AVAILABILITY_READS = frozenset({"getAvailability", "getAvailabilityAndPrice"})
TOKEN = "issueToken"  # noqa: S105 - an operation's name
_FILTERS = frozenset({"elkocode", "elkocodes", "vendorcode", "catalog", "categorycode"})
LIMIT_REASONS = frozenset({"rate", "blocked"})


class Call:
    """One exchange, and what can be read from it."""

    def __init__(self, exchange: Exchange, reading: Reading) -> None:
        self.exchange = exchange
        self.number = exchange.number
        self.at: Instant = exchange.at
        self.reason = exchange.reason
        self.status = exchange.status
        path = exchange.request.path
        self.is_sink = path.startswith(SINK)
        self.is_api = not path.startswith(_OWN)
        """Whether the call counts as one to ELKO's service."""
        self.operation = reading.operation_of(exchange) if self.is_api else None
        """The canonical operationId, if the call met an operation."""
        self._reading = reading

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.exchange.request.method

    @property
    def line(self) -> str:
        """Method, target and status, for people."""
        request = self.exchange.request
        return f"{request.method} {request.target} -> {self.outcome}"

    @property
    def outcome(self) -> str:
        """The status with the reason or fault behind it, for people."""
        behind = self.reason if self.status != 200 else None
        if self.exchange.fault is not None:
            behind = f"fault {self.exchange.fault}"
        shown = "no answer" if self.status is None else str(self.status)
        return f"{shown} ({behind})" if behind else shown

    @property
    def fingerprint(self) -> str:
        """Stands for the token the call carried; empty if none."""
        return self.exchange.credential.fingerprint

    def took(self, scale: float) -> Instant:
        """Microseconds of world time until the service was done with it. `scale`: world seconds per real second."""
        return int(self.exchange.duration * scale)

    def answered_at(self, scale: float) -> Instant:
        """World time at which the client can have had the answer's first byte."""
        response = self.exchange.response
        delay = 0 if response is None or response.delivery is None else response.delivery.delay
        return self.at + int((self.exchange.duration + delay) * scale)

    @property
    def refused(self) -> bool:
        """Whether the service said 403."""
        return self.status == 403

    @cached_property
    def lost(self) -> bool:
        """Whether the client cannot have got the whole answer, or cannot have understood it."""
        response = self.exchange.response
        if response is None:
            return True
        delivery = response.delivery
        if delivery is not None and (delivery.cut_after is not None or delivery.hang is not None):
            return True
        return self.exchange.fault is not None and self.status == 200 and self.answer.broken

    @property
    def succeeded(self) -> bool:
        """Whether the client got a 200 and all of it."""
        return self.status == 200 and not self.lost

    @cached_property
    def key(self) -> tuple[str, str, str, bytes]:
        """Equal for calls that ask the same."""
        request = self.exchange.request
        return request.method, request.path.lower().rstrip("/"), request.query, request.body

    @cached_property
    def meaning(self) -> tuple[str, ...]:
        """Equal for calls that mean the same to the service, whatever else is in their URLs."""
        return self._reading.meaning_of(self.exchange)

    @property
    def hung(self) -> bool:
        """Whether no answer was sent, and the connection left open."""
        response = self.exchange.response
        return response is not None and response.delivery is not None and response.delivery.hang is not None

    @property
    def carried_out(self) -> bool:
        """Whether the service did what was asked, even if its answer got lost."""
        return self.status == 200 and not (self.lost and not self.exchange.response_length)

    @cached_property
    def sent(self) -> Data:
        """The request's body as data."""
        return self._reading.of_request(self.exchange, self.operation)

    @cached_property
    def typed(self) -> tuple[TypedValue, ...]:
        """Every value of a JSON body that the contract wants as a number or a boolean."""
        if self.operation is None or not self.exchange.request.body or not isinstance(self.sent.value, dict | list):
            return ()
        if "xml" in (self.exchange.request.header(b"content-type") or ""):
            return ()
        operation = self._reading.operation(self.operation)
        if operation is None or operation.body is None:
            return ()
        return tuple(typed_values(self.sent.value, operation.body.schema, self._reading.contract.components))

    def second_opinion(self) -> tuple[Violation, ...]:
        """What openapi-core has against the request; nothing when it cannot be asked or the body was cut."""
        opinion = self._reading.second_opinion
        exchange = self.exchange
        if opinion is None or self.operation is None or exchange.request_length > len(exchange.request.body):
            return ()
        # Whether there is a good token is another rule's question, and without one openapi-core looks no further.
        headers = exchange.request.headers.replacing(b"authorization", b"Bearer recorded")
        return opinion.request(exchange.request._replace(headers=headers))

    @cached_property
    def answer(self) -> Data:
        """The answer's body as data."""
        return self._reading.of_answer(self.exchange, self.operation)

    @cached_property
    def query(self) -> dict[str, list[str]]:
        """Query values by lower-case name; comma-joined values split, empty ones and names without any left out."""
        values: dict[str, list[str]] = {}
        for name, value in parse_qsl(self.exchange.request.query, keep_blank_values=False):
            values.setdefault(name.lower(), []).extend(filter(None, map(str.strip, value.split(","))))
        return {name: given for name, given in values.items() if given}

    @cached_property
    def asked(self) -> frozenset[int]:
        """The ELKO codes a product read named, in its path or query."""
        if self.operation not in PRODUCT_READS:
            return frozenset()
        texts = list(self.query.get("elkocode", ())) + list(self.query.get("elkocodes", ()))
        if self.operation in {"getProductDescription", "getMediaItems"}:
            parts = [unquote(part) for part in self.exchange.request.path.rstrip("/").split("/")]
            place = -2 if self.operation == "getProductDescription" else -1
            texts.extend(parts[place].split(",") if len(parts) > 2 else ())
        return frozenset(filter(None, map(read_code, texts)))

    @property
    def asks_all(self) -> bool:
        """Whether a stock read named no code and no filter: everything there is."""
        if self.operation not in STOCK_READS or self.asked:
            return False
        return not _FILTERS.intersection(self.query)

    @cached_property
    def told(self) -> tuple[Told, ...]:
        """What a successful stock read told the client, product by product."""
        if self.operation not in STOCK_READS or not self.succeeded:
            return ()
        return tuple(tellings(self.operation, self.answer.value))

    @cached_property
    def purchase(self) -> Purchase | None:
        """The order that a `POST Orders` asks for; None for other calls and for what cannot be read."""
        return read_purchase(self.sent.value) if self.operation == "createOrder" else None

    def answered(self, name: str) -> Any:
        """One property of the object answered; None when it is not there."""
        value = self.answer.value
        return value.get(name) if isinstance(value, dict) else None
