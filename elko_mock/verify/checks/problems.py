"""Errors: 404 for what is not there, 400 that says what was wrong, both in the representation asked for."""

from elko_mock.verify.asker import JSON, XML, Arguments
from elko_mock.verify.check import Check, Trial

_NO_SUCH = "999999999"
_BY_ID = ("getOrder", "getReservation")


def missing(trial: Trial) -> None:
    """An order or reservation that is not there: 404."""
    for name in _BY_ID:
        if trial.has(name):
            reply = trial.ask(name, Arguments((_NO_SUCH,)), own_status=True)
            trial.expect(reply.status == 404, name, f"{_NO_SUCH} is not there, and is answered {reply.status}", reply)


def bad_request(trial: Trial) -> None:
    """The 400 for a parameter of the wrong type names it. That it is 400 is for negative_data_rejection to say."""
    reply = trial.ask("getProducts", query="elkoCode=no-number")
    if reply.status == 400 and not reply.unreadable and not reply.violations:
        named = any("elkocode" in str(field).lower() for field in reply.data.get("errors") or {})
        trial.expect(named, "getProducts", "the 400 does not name the parameter that was wrong", reply)


def in_what_was_asked_for(trial: Trial) -> None:
    """Problem details as JSON or XML, as asked for."""
    if trial.ask("getVendors", accept=XML).content_type.kind != "xml":
        trial.nothing_there("XML is not served")
        return
    for accept, wanted in ((JSON, "application/problem+json"), (XML, "application/problem+xml")):
        reply = trial.ask("getProducts", query="elkoCode=no-number", accept=accept)
        if reply.status == 400:
            got = reply.content_type.media_type
            trial.expect(got == wanted, "getProducts", f"asked for {accept}, the problem came as {got}", reply)


CHECKS = (
    Check("missing-is-404", "What is not there is answered 404", missing, one_of=_BY_ID),
    Check("bad-request-named", "400 names the parameter that was wrong", bad_request, ("getProducts",)),
    Check(
        "problem-representation",
        "Problems come in what was asked for",
        in_what_was_asked_for,
        ("getProducts", "getVendors"),
    ),
)
