"""Lists and filters in the query, in all the ways real clients write them (evidence, section 2)."""

from collections.abc import Iterable

from elko_mock.verify.asker import Arguments
from elko_mock.verify.check import Check, Trial, same
from elko_mock.verify.reply import Reply
from elko_mock.verify.survey import rows

_BY_QUERY = (
    ("getProducts", (), "elkoCode", "elkoCode"),
    ("getAvailability", (), "elkoCode", "productId"),
    ("getAvailabilityAndPrice", ("AvailabilityPrice",), "elkoCodes", "productId"),
)
"""Operation, values of its path, the list's name, and the property of a row that it filters by."""
_BY_PATH = (("getProductDescription", "productId"), ("getMediaItems", "id"))
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
        joined: Reply | None = None
        for words, query in written.items():
            reply = trial.ask(name, Arguments(path), query=query)
            joined = joined or reply
            if joined.sound:
                good = _ordered(reply) == _ordered(joined)
                trial.expect(good, name, f"a list {words} is not answered like one joined by commas", joined, reply)


def filter_honoured(trial: Trial) -> None:
    """What is asked for comes, and nothing else."""
    codes = _codes(trial, 2)
    for name, path, parameter, key in _present(trial, _BY_QUERY) if codes else ():
        reply = trial.ask(name, Arguments(path, ((parameter, ",".join(map(str, codes))),)))
        _exactly(trial, name, reply, key, codes)
    for name, key in _BY_PATH if codes else ():
        if trial.has(name):
            _exactly(trial, name, trial.ask(name, Arguments((",".join(map(str, codes)),))), key, codes)


def query_names(trial: Trial) -> None:
    """Names in any case; unknown names are ignored; an empty value is no filter."""
    codes = _codes(trial, 2)
    if not codes or not trial.has("getProducts"):
        return
    one, two = codes
    plain = trial.ask("getProducts", query=f"elkoCode={one},{two}")
    if not plain.sound:
        return
    for words, query in (
        ("a name in another case", f"ELKOcode={one},{two}"),
        ("an unknown name beside it", f"elkoCode={one},{two}&noSuchName=1"),
        ("an empty filter beside it", f"elkoCode={one},{two}&vendorCode=&catalog="),
    ):
        reply = trial.ask("getProducts", query=query, own_status=True)
        trial.expect(same([plain, reply]), "getProducts", f"{words} changes the answer", plain, reply)


def _exactly(trial: Trial, name: str, reply: Reply, key: str, codes: list[int]) -> None:
    if reply.sound:
        got = [row[key] for row in rows(reply)]
        trial.expect(sorted(got) == sorted(codes), name, f"asked for {sorted(codes)}, got {sorted(got)}", reply)


def _codes(trial: Trial, count: int) -> list[int]:
    if len(trial.facts.codes) < count:
        trial.nothing_there(_NO_CODES)
        return []
    return trial.facts.codes[:count]


def _present(
    trial: Trial, forms: Iterable[tuple[str, tuple[str, ...], str, str]]
) -> list[tuple[str, tuple[str, ...], str, str]]:
    return [form for form in forms if trial.has(form[0])]


def _ordered(reply: Reply) -> list[str]:
    """The rows in an order that does not depend on the provider's."""
    return sorted(map(repr, rows(reply)))


CHECKS = (
    Check("lists-agree", "A list joined by commas, repeated, or mixed is answered alike", lists_agree),
    Check("filter-honoured", "What is asked for by code comes, and nothing else", filter_honoured),
    Check(
        "query-names",
        "Query names in any case; unknown names ignored; an empty value is no filter",
        query_names,
    ),
)
