"""The ledger of one world: what its clients were told, what they were not told any more, and the judgement of what is
there after a restart: all of the former as told, each of the latter wholly or not at all."""

import copy
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
Lines = tuple[tuple[int, int], ...]
"""Code and pieces."""

ANYWHERE = ("0.0.0.0/0", "::/0")
STOCK = {9000004: 1, 9000008: 12, 9000009: 9, 9000010: 30, 9000015: 3, 9000016: 14, 9000019: 25}
"""What there is of some products at the start of a world."""
KIT = 9000007
PARTS = {9000008: 1, 9000009: 2}
"""What a kit is made of."""


@dataclass
class Told:
    """A world as its clients know it from answers."""

    token: str
    """Empty when it is not known yet: the first one of a world that was made or begun anew."""
    dead: list[str] = field(default_factory=list)
    """Tokens that were in force before."""
    orders: dict[str, Row] = field(default_factory=dict)
    reservations: dict[str, Row] = field(default_factory=dict)
    cart: dict[int, int] = field(default_factory=dict)
    terms: bool = True
    addresses: tuple[str, ...] = ANYWHERE
    faults: tuple[str, ...] = ()
    at: int = 0
    """World time that was told last; 0 for none yet."""
    stands: bool = False
    """Whether the clock shows just that."""


@dataclass(frozen=True)
class Seen:
    """A world as it is read after a restart."""

    token: str
    orders: list[Row]
    reservations: list[Row]
    cart: Row
    stock: dict[int, int]
    terms: bool
    addresses: tuple[str, ...]
    faults: tuple[str, ...]
    at: int


# What may be under way when the server dies.


@dataclass(frozen=True)
class Placing:
    """An order."""

    mark: str
    lines: Lines
    reservation: str | None = None


@dataclass(frozen=True)
class Cancelling:
    """Of an order."""

    number: str


@dataclass(frozen=True)
class Reserving:
    """A reservation."""

    mark: str
    lines: Lines


@dataclass(frozen=True)
class Changing:
    """Of a reservation into another."""

    number: str
    mark: str
    lines: Lines


@dataclass(frozen=True)
class Releasing:
    """Of a reservation."""

    number: str


@dataclass(frozen=True)
class Becoming:
    """Anything after which the whole world is as `told` says."""

    told: Told


@dataclass(frozen=True)
class NewToken:
    """A token that nobody has been told yet."""


@dataclass(frozen=True)
class Going:
    """Of the world itself."""


@dataclass(frozen=True)
class Coming:
    """Of the world itself, as `told` says but for its token."""

    told: Told


Attempt = Placing | Cancelling | Reserving | Changing | Releasing | Becoming | NewToken | Going | Coming


class Ledger:
    """One world's. Several threads may write into it, each one attempt at a time."""

    def __init__(self, world: str, told: Told | None) -> None:
        """`told`: None for a world that is not there."""
        self.world = world
        self.told = told
        self.outcomes: Counter[str] = Counter()
        """How often each kind of attempt was acknowledged, or found done or not done after its server had died."""
        self._lock = threading.Lock()
        self._open: dict[int, Attempt] = {}

    def attempt(self, who: int, attempt: Attempt, ask: Callable[[], Any], learn: Callable[[Any], None]) -> Any:
        """Ask, and learn from the answer what was done. When asking raises, nobody knows."""
        with self._lock:
            self._open[who] = attempt
        answer = ask()
        with self._lock:
            learn(answer)
            del self._open[who]
            self.outcomes[f"{type(attempt).__name__} acknowledged"] += 1
        return answer

    @property
    def known(self) -> Told:
        """The world, which is there."""
        assert self.told is not None
        return self.told

    def judge(self, there: bool, look: Callable[[], Seen]) -> None:
        """Whether the world that is there, or not there, is one that its clients can believe in. From then on it is as
        it was seen. Raises AssertionError."""
        open_, self._open = self._open, {}
        for attempt in open_.values():
            self._judge_existence(attempt, there)
        if self.told is None:
            assert not there, f"{self.world} is there, and nobody made it"
            return
        assert there, f"{self.world} is gone"
        seen = look()
        believable = [self.told, *(one.told for one in open_.values() if isinstance(one, Becoming))]
        wrong: dict[int, str] = {}
        for place, told in enumerate(believable):
            try:
                _judge(told, tuple(open_.values()), seen)
            except AssertionError as problem:
                wrong[place] = str(problem)
        right = [told for place, told in enumerate(believable) if place not in wrong]
        assert right, f"{self.world}, under way: {list(open_.values())}:\n" + "\n".join(wrong.values())
        self._count(open_.values(), seen, became=right[-1] is not self.told)
        self.told = _adopted(right[-1], seen)

    def _judge_existence(self, attempt: Attempt, there: bool) -> None:
        if isinstance(attempt, Going):
            self.outcomes[f"Going {'not done' if there else 'done'}"] += 1
            self.told = self.told if there else None
        if isinstance(attempt, Coming):
            self.outcomes[f"Coming {'done' if there else 'not done'}"] += 1
            self.told = attempt.told if there else None

    def _count(self, attempts: Iterable[Attempt], seen: Seen, *, became: bool) -> None:
        orders = {row["deliveryInstructions"] for row in seen.orders}
        cancelled = {row["id"] for row in seen.orders if row["status"] == "Cancelled"}
        references = {row["customerReference"] for row in seen.reservations}
        released = {row["id"] for row in seen.reservations if row["status"] == "Released"}
        for one in attempts:
            match one:
                case Placing():
                    done = one.mark in orders
                case Cancelling():
                    done = one.number in cancelled
                case Reserving() | Changing():
                    done = one.mark in references
                case Releasing():
                    done = one.number in released
                case NewToken():
                    done = seen.token != self.known.token
                case Becoming():
                    done = became
                case _:
                    continue
            self.outcomes[f"{type(one).__name__} {'done' if done else 'not done'}"] += 1


def _judge(told: Told, attempts: tuple[Attempt, ...], seen: Seen) -> None:
    _judge_orders(told, attempts, seen)
    _judge_reservations(told, attempts, seen)
    _judge_stock(seen)
    cart = Counter({line["elkoCode"]: line["quantity"] for line in seen.cart["lines"]})
    assert dict(cart) == told.cart, f"the cart has {dict(cart)}, told was {told.cart}"
    for name in ("terms", "addresses", "faults"):
        found, wanted = getattr(seen, name), getattr(told, name)
        assert found == wanted, f"{name}: {found}, told was {wanted}"
    if told.token not in {"", seen.token}:
        assert any(isinstance(one, NewToken) for one in attempts), "the token that was told is not in force"
        assert seen.token not in told.dead, "a token that was dead is in force"
    assert seen.at >= told.at, f"time went back by {told.at - seen.at} microseconds"
    assert not (told.stands and told.at) or seen.at == told.at, (
        f"a clock that stood moved by {seen.at - told.at} microseconds"
    )


def _judge_orders(told: Told, attempts: tuple[Attempt, ...], seen: Seen) -> None:
    there = {row["id"]: row for row in seen.orders}
    assert len(there) == len(seen.orders), "an order is there twice"
    marks = Counter(row["deliveryInstructions"] for row in seen.orders)
    assert max(marks.values(), default=1) == 1, f"done twice: {marks.most_common(3)}"
    lost = told.orders.keys() - there.keys()
    assert not lost, f"orders lost: {lost}"
    placing = {one.mark: one for one in attempts if isinstance(one, Placing)}
    cancelling = {one.number for one in attempts if isinstance(one, Cancelling)}
    for number, row in there.items():
        former = told.orders.get(number)
        if former is None:
            asked = placing.get(row["deliveryInstructions"])
            assert asked is not None, f"an order that nobody placed, or that was undone: {row}"
            _judge_whole(row, asked.lines)
            assert row["reservationId"] == asked.reservation, row
            former = {**row, "status": "Placed"}
        assert _fixed(row) == _fixed(former), f"{row} was told as {former}"
        if former["status"] == "Cancelled" or number not in cancelling:
            cancelled = (row["status"] == "Cancelled", former["status"] == "Cancelled")
            assert cancelled[0] == cancelled[1], f"order {number} is {row['status']}, told was {former['status']}"


def _judge_whole(row: Row, lines: Lines) -> None:
    """All its lines, and its sums."""
    asked = Counter[int]()
    for code, pieces in lines:
        asked[code] += pieces
    assert {line["elkoCode"]: line["quantityRequested"] for line in row["lines"]} == asked, f"{row}, asked: {lines}"
    if "sum" in row:
        for line in row["lines"]:
            assert abs(line["sum"] - line["quantity"] * line["price"]) < 0.005, row
        assert abs(row["sum"] - sum(line["sum"] for line in row["lines"])) < 0.005, row


def _judge_reservations(told: Told, attempts: tuple[Attempt, ...], seen: Seen) -> None:
    there = {row["id"]: row for row in seen.reservations}
    assert len(there) == len(seen.reservations), "a reservation is there twice"
    lost = told.reservations.keys() - there.keys()
    assert not lost, f"reservations lost: {lost}"
    reserving = {one.mark: one for one in attempts if isinstance(one, Reserving)}
    changing = {one.number: one for one in attempts if isinstance(one, Changing)}
    releasing = {one.number for one in attempts if isinstance(one, Releasing)}
    drawn = {row["reservationId"] for row in seen.orders} - {None}
    for number, row in there.items():
        former = told.reservations.get(number)
        change = changing.get(number)
        if former is None or (change is not None and row["customerReference"] == change.mark):
            asked = change if former is not None else reserving.get(row["customerReference"])
            assert asked is not None, f"a reservation that nobody made, or that was undone: {row}"
            _judge_whole(row, asked.lines)
        else:
            assert _fixed(row) == _fixed(former), f"{row} was told as {former}"
        before = "Active" if former is None else former["status"]
        believable = {"Ordered"} if number in drawn else {before, "Released"} if number in releasing else {before}
        assert row["status"] in believable, f"{row} is not {believable}"


def _judge_stock(seen: Seen) -> None:
    """Nothing is taken without an order or a reservation, and nothing twice."""
    taken = Counter[int]()
    for row in seen.orders:
        if row["status"] != "Cancelled":
            taken.update(_pieces(row))
    for row in seen.reservations:
        if row["status"] == "Active":
            taken.update(_pieces(row))
    found = {code: seen.stock[code] + taken[code] for code in STOCK}
    assert found == STOCK, f"free, ordered and reserved are {found} together"


def _pieces(row: Row) -> Counter[int]:
    pieces = Counter[int]()
    for line in row["lines"]:
        parts = PARTS if line["elkoCode"] == KIT else {line["elkoCode"]: 1}
        for code, each in parts.items():
            pieces[code] += each * line["quantity"]
    return pieces


def _fixed(row: Row) -> Row:
    """What time and later calls do not change."""
    passing = {"status", "trackingNumber", "invoiceId"}
    return {name: value for name, value in row.items() if name not in passing}


def _adopted(told: Told, seen: Seen) -> Told:
    return changed(
        told,
        token=seen.token,
        dead=[*told.dead, told.token] if told.token not in {"", seen.token} else told.dead,
        orders={row["id"]: row for row in seen.orders},
        reservations={row["id"]: row for row in seen.reservations},
        terms=True,  # whoever looks accepts them
        at=seen.at,
    )


def changed(told: Told, **change: Any) -> Told:
    """Another one, with something changed."""
    twin = copy.deepcopy(told)
    for name, value in change.items():
        setattr(twin, name, value)
    return twin


def described(outcomes: Mapping[str, int]) -> str:
    """For people."""
    return ", ".join(f"{name} {count}" for name, count in sorted(outcomes.items()))
