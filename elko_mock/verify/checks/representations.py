"""Representations: the one that was asked for comes, and all of them hold the same data (evidence, section 4)."""

from functools import partial

from elko_mock.exchange.redaction import is_personal
from elko_mock.verify.asker import JSON, XML
from elko_mock.verify.check import Check, Trial
from elko_mock.verify.reply import Reply
from elko_mock.verify.scope import READ_ONLY

_ACCEPT = (
    (None, JSON, "no Accept"),
    ("*/*", JSON, "Accept: */*"),
    ("text/plain", JSON, "Accept: text/plain, which serves bare strings only"),
    ("application/pdf", JSON, "an Accept that cannot be served, which is not refused"),
    ("text/json", "text/json", "Accept: text/json"),
    ("text/xml", "text/xml", "Accept: text/xml"),
    ("application/json;q=0.5, application/xml", XML, "an Accept that prefers XML by its q-values"),
)


def _reading(trial: Trial) -> list[str]:
    """The reading operations of this document, in its order."""
    return [name for name in trial.asker.operations if name in READ_ONLY]


def xml_served(trial: Trial) -> None:
    """Every reading operation, asked for XML, answers it."""
    for name in _reading(trial):
        arguments = trial.facts.arguments(name)
        if arguments is None:
            continue
        reply = trial.ask(name, arguments, accept=XML)
        if reply.status == 200:
            got = reply.content_type.media_type
            trial.expect(got == XML, name, f"asked for {XML}, answered {got or 'no media type'}", reply)


def same_data(trial: Trial) -> None:
    """JSON and XML of one resource are the same data. Asked JSON, XML, JSON: what moved in between proves nothing."""
    for name in _reading(trial):
        arguments = trial.facts.arguments(name)
        if arguments is None:
            continue
        pair = trial.steady(
            trial.ask(name, arguments),
            partial(trial.ask, name, arguments),
            partial(trial.ask, name, arguments, accept=XML),
            lambda first, xml: not _comparable(first, xml) or first.data == xml.data,
        )
        if pair is not None and _comparable(*pair):
            first, xml = pair
            where = difference(first.data, xml.data)
            trial.expect(first.data == xml.data, name, f"JSON and XML differ at {where}", first, xml)


def accept_rules(trial: Trial) -> None:
    """What cannot be served is not refused; the default is JSON; q-values count."""
    xml = trial.ask("getVendors", accept=XML).content_type.kind == "xml"
    for accept, wanted, words in _ACCEPT:
        if "xml" in wanted and not xml:
            continue  # that there is none is another check's finding
        reply = trial.ask("getVendors", accept=accept, own_status=True)
        got = reply.content_type.media_type
        good = reply.status == 200 and got == wanted
        trial.expect(good, "getVendors", f"{words}: wanted 200 {wanted}, got {reply.status} {got}", reply)


def gzip(trial: Trial) -> None:
    """`Accept-Encoding: gzip` is honoured, and the data is the same."""
    plain = trial.ask("getCategoryTree")
    packed = trial.ask("getCategoryTree", headers=[(b"accept-encoding", b"gzip")])
    if not plain.sound or packed.status != 200:
        return
    coding = packed.response.header(b"content-encoding")
    if (
        trial.expect(coding == "gzip", "getCategoryTree", "asked for gzip, answered without it", packed)
        and packed.sound
    ):
        trial.expect(plain.data == packed.data, "getCategoryTree", "the packed answer is other data", plain, packed)


def difference(first: object, second: object, where: str = "") -> str:
    """Where two pieces of data first differ, and how; values that may be personal are not told."""
    if isinstance(first, dict) and isinstance(second, dict):
        for key in [*first, *(key for key in second if key not in first)]:
            if key not in first or key not in second:
                return f"{where}/{key}: only one of them has it"
            if first[key] != second[key]:
                return difference(first[key], second[key], f"{where}/{key}")
    if isinstance(first, list) and isinstance(second, list):
        if len(first) != len(second):
            return f"{where or '/'}: {len(first)} items and {len(second)} items"
        for place, (one, other) in enumerate(zip(first, second, strict=True)):
            if one != other:
                return difference(one, other, f"{where}/{place}")
    personal = any(map(is_personal, where.split("/")))
    return f"{where or '/'}: {_told(first, personal=personal)} and {_told(second, personal=personal)}"


def _told(value: object, *, personal: bool) -> str:
    """A value as a message may have it; of a personal one, or of one that others are in, only what it is."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    if not personal or value is None:
        return f"{value!r:.80}"
    return f"a text of {len(value)} characters" if isinstance(value, str) else "a figure"


def _comparable(first: Reply, xml: Reply) -> bool:
    return first.sound and xml.sound and xml.content_type.kind == "xml"


CHECKS = (
    Check("xml-served", "An answer asked for as XML comes as XML", xml_served),
    Check("json-is-xml", "JSON and XML of one resource are the same data", same_data),
    Check(
        "accept-rules",
        "The Accept header is followed as ASP.NET Core does: no 406, JSON by default, q-values",
        accept_rules,
        needs=("getVendors",),
    ),
    Check("gzip", "Accept-Encoding: gzip is honoured", gzip, needs=("getCategoryTree",)),
)
