"""Lists and filters in the query, in all the ways real clients write them (evidence, section 2)."""

import json
from collections import Counter
from collections.abc import Iterable
from functools import partial

from elko_mock.verify.asker import Arguments
from elko_mock.verify.check import Check, Trial
from elko_mock.verify.reply import Reply
from elko_mock.verify.survey import rows

_BY_QUERY = (
    ("getProducts", (), "elkoCode", "elkoCode"),
    ("getAvailability", (), "elkoCode", "productId"),
    ("getAvailabilityAndPrice", ("AvailabilityPrice",), "elkoCodes", "productId"),
)
"""Operation, values of its path, the list's name, and the property of a row that it filters by."""
_BY_PATH = (("getProductDescription", "productId"), ("getMediaItems", "id"))
_LISTS = {
    "getVendors": ("code", "name"),
    "getProducts": ("elkoCode",),
    "listOrders": ("id",),
    "listReservations": ("id",),
    "listInvoices": ("invoiceId",),
    "listInvoicesByDate": ("invoiceId",),
}
"""Lists, and what is each row's own. A category may stand under two parents."""
_SHOWN = 5
_NO_CODES = "the product list showed no two products to ask for"


def lists_agree(trial: Trial) -> None:
    """`a=1,2`, `a=1&a=2` and `a=1%2C2` mean the same."""
    codes = _codes(trial, 3)
    for name, path, parameter, _ in _present(trial, _BY_QUERY) if codes else ():
        one, two, three = codes
        written = {
            "joined by commas": f"{parameter}={one},{two},{three}",
            "repeated": f"{parameter}={one}&{parameter}={two}&{parameter}={three}",
            "joined by encoded commas": f"{parameter}={one}%2C{two}%2C{three}",
            "mixed": f"{parameter}={one},{two}&{parameter}={three}",
        }
        plain = partial(trial.ask, name, Arguments(path), query=written.pop("joined by commas"))
        joined = plain()
        for words, query in written.items() if joined.sound else ():
            pair = trial.steady(joined, plain, partial(trial.ask, name, Arguments(path), query=query), _alike)
            if pair is not None:
                message = f"a list {words} is not answered like one joined by commas"
                trial.expect(_alike(*pair), name, message, *pair)


def filter_honoured(trial: Trial) -> None:
    """What is asked for by code, vendor or category comes, and nothing else."""
    codes = _codes(trial, 2)
    for name, path, parameter, key in _present(trial, _BY_QUERY) if codes else ():
        reply = trial.ask(name, Arguments(path, ((parameter, ",".join(map(str, codes))),)))
        _exactly(trial, name, reply, key, codes)
    for name, key in _BY_PATH if codes else ():
        if trial.has(name):
            _exactly(trial, name, trial.ask(name, Arguments((",".join(map(str, codes)),))), key, codes)
    if trial.has("getProducts"):
        _only_those(trial, "vendorCode", set(trial.facts.vendors))
        _only_those(trial, "catalog", set(trial.facts.categories))


def rows_once(trial: Trial) -> None:
    """No list holds a row twice."""
    trial.nothing_there("no list with a row in it was seen")
    for name, key in _LISTS.items():
        arguments = trial.facts.arguments(name) if trial.has(name) else None
        if name == "getProducts" and arguments is not None:
            arguments = _largest_category(trial)
        if arguments is None:
            continue
        reply = trial.ask(name, arguments)
        times = Counter(tuple(str(row[field]) for field in key) for row in rows(reply))
        twice = [", ".join(values) for values, count in times.items() if count > 1]
        if times:
            trial.expect(not twice, name, f"in the list more than once: {'; '.join(twice[:_SHOWN])}", reply)


def query_names(trial: Trial) -> None:
    """Names in any case; unknown names are ignored; an empty value is no filter."""
    codes = _codes(trial, 2)
    if not codes or not trial.has("getProducts"):
        return
    one, two = codes
    ask = partial(trial.ask, "getProducts", query=f"elkoCode={one},{two}")
    plain = ask()
    if not plain.sound:
        return
    for words, query in (
        ("a name in another case", f"ELKOcode={one},{two}"),
        ("an unknown name beside it", f"elkoCode={one},{two}&noSuchName=1"),
        ("an empty filter beside it", f"elkoCode={one},{two}&vendorCode=&catalog="),
    ):
        pair = trial.steady(plain, ask, partial(trial.ask, "getProducts", query=query, own_status=True), _alike)
        if pair is not None:
            trial.expect(_alike(*pair), "getProducts", f"{words} changes the answer", *pair)


def _exactly(trial: Trial, name: str, reply: Reply, key: str, codes: list[int]) -> None:
    if reply.sound:
        got = [row[key] for row in rows(reply)]
        trial.expect(sorted(got) == sorted(codes), name, f"asked for {sorted(codes)}, got {sorted(got)}", reply)


def _only_those(trial: Trial, parameter: str, listed: set[str]) -> None:
    """A filter by what a product says of itself, under the same name. What no list knows is for `families-agree`."""
    seen = Counter(str(row[parameter]) for row in trial.facts.products.values() if row[parameter])
    listed = listed or set(seen)
    values = [value for value in seen if value in listed]
    if not values:
        return
    value = min(values, key=seen.__getitem__)
    reply = trial.ask("getProducts", Arguments((), ((parameter, value),)))
    if not reply.sound:
        return
    others = sorted({str(row[parameter]) for row in rows(reply)} & listed - {value})
    asked = f"asked for {parameter} {value}"
    trial.expect(not others, "getProducts", f"{asked}, got {', '.join(others[:_SHOWN])} too", reply)
    known = {code for code, row in trial.facts.products.items() if row[parameter] == value}
    came = {row["elkoCode"] for row in rows(reply)} & known
    trial.expect(bool(came), "getProducts", f"{asked}, got none of its products, as {min(known)}", reply)


def _largest_category(trial: Trial) -> Arguments | None:
    seen = Counter(str(row["catalog"]) for row in trial.facts.products.values() if row["catalog"])
    return Arguments((), (("catalog", seen.most_common(1)[0][0]),)) if seen else None


def _codes(trial: Trial, count: int) -> list[int]:
    if len(trial.facts.codes) < count:
        trial.nothing_there(_NO_CODES)
        return []
    return trial.facts.codes[:count]


def _present(
    trial: Trial, forms: Iterable[tuple[str, tuple[str, ...], str, str]]
) -> list[tuple[str, tuple[str, ...], str, str]]:
    return [form for form in forms if trial.has(form[0])]


def _alike(first: Reply, second: Reply) -> bool:
    """Whether both are lists of the same rows, in whatever order."""
    return first.sound and second.sound and _ordered(first) == _ordered(second)


def _ordered(reply: Reply) -> list[str]:
    """The rows in an order that does not depend on the provider's, and neither do the properties of each."""
    return sorted(json.dumps(row, sort_keys=True, default=str) for row in rows(reply))


CHECKS = (
    Check("lists-agree", "A list joined by commas, repeated, or mixed is answered alike", lists_agree),
    Check("filter-honoured", "What is asked for by code, vendor or category comes, and nothing else", filter_honoured),
    Check("rows-once", "No list holds a row twice", rows_once, one_of=tuple(_LISTS)),
    Check(
        "query-names",
        "Query names in any case; unknown names ignored; an empty value is no filter",
        query_names,
    ),
)
