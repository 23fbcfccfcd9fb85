"""Looks at representations, errors and values."""

import re
from decimal import Decimal

from elko_mock.verify.asker import JSON, XML, Arguments
from elko_mock.verify.check import Check, RealTime, Trial
from elko_mock.verify.checks import lists, representations, routes
from elko_mock.verify.ledger import Ledger
from elko_mock.verify.observing.look import Look, Outcome, Seen, View, settled, undecided
from elko_mock.verify.reply import Reply
from elko_mock.verify.survey import rows

_NO_CODES = "no products were seen"


def _accepts(view: View, value: str) -> str:
    return view.ask("getVendors", accept=value).content_type.media_type


def _all_types(view: View) -> Seen:
    got = _accepts(view, "application/xml, */*;q=0.1")
    return settled(got == JSON, "an Accept that holds */* gets the default", f"it gets {got}")


def _order(view: View) -> Seen:
    got = _accepts(view, "application/json;q=0.4, text/xml;q=0.6, application/xml;q=0.5")
    return settled(
        got == "text/xml", "the range of the highest quality wins", f"the highest was text/xml, it sent {got}"
    )


def _quality_zero(view: View) -> Seen:
    got = _accepts(view, "application/json;q=0, application/xml;q=0.1")
    return settled(got == XML, "a range of quality 0 is not sent", f"it sent {got}")


def _never_406(view: View) -> Seen:
    reply = view.ask("getVendors", accept="application/pdf")
    return settled(reply.status == 200, "a type that cannot be served gets the default", f"it is {reply.status}")


def _plain(view: View) -> Seen:
    got = _accepts(view, "text/plain")
    return settled(got == JSON, "an object asked for as text/plain comes as JSON", f"it comes as {got}")


def _xml_text(view: View, name: str, arguments: Arguments) -> str:
    reply = view.ask(name, arguments, accept=XML)
    body = reply.response.whole
    return body.decode("utf-8", "replace") if reply.content_type.kind == "xml" and reply.status == 200 else ""


def _declaration(view: View) -> Seen:
    text = _xml_text(view, "getVendors", Arguments())
    if not text:
        return undecided("no XML was answered")
    return settled(not text.lstrip("\ufeff").startswith("<?xml"), "no XML declaration", "there is an XML declaration")


def _root(view: View) -> Seen:
    text = _xml_text(view, "getVendors", Arguments())
    found = re.search(r"<([A-Za-z][\w.]*)", text)
    if found is None:
        return undecided("no XML was answered")
    return settled(found[1] == "ArrayOfVendor", "a list of vendors is ArrayOfVendor", f"its root is {found[1]}")


def _properties(view: View) -> Seen:
    text = _xml_text(view, "getVendors", Arguments())
    names = re.findall(r"<([A-Za-z]\w*)", text)[:3]
    if len(names) < 3:
        return undecided("no vendor was answered in XML")
    good = names[1] == "Vendor" and names[2] in {"name", "code"}
    return settled(
        good, "items are Vendor, properties camelCase", f"an item is {names[1]}, its first property {names[2]}"
    )


def _null(view: View) -> Seen:
    codes = [code for code, row in view.facts.products.items() if None in row.values()][:1]
    if not codes:
        return undecided("no product with a null was seen")
    text = _xml_text(view, "getProducts", Arguments((), (("elkoCode", str(codes[0])),)))
    if not text:
        return undecided("no XML was answered")
    return settled('nil="true"' in text, 'null is xsi:nil="true"', "null is not written as xsi:nil")


def _bad(view: View, accept: str) -> Reply:
    return view.ask("getProducts", query="elkoCode=no-number", accept=accept)


def _error_bodies(view: View) -> Seen:
    reply = _bad(view, JSON)
    if reply.status != 400 or reply.unreadable or not isinstance(reply.data, dict):
        return settled(False, "", f"a bad parameter is {reply.status} {reply.content_type.media_type}")
    keys = set(reply.data)
    lacking = sorted({"type", "title", "status", "traceId", "errors"} - keys)
    return settled(not lacking, "400 is problem details with errors and traceId", f"a 400 lacks {', '.join(lacking)}")


def _problem_type(view: View) -> Seen:
    got = [_bad(view, accept).response.header(b"content-type") for accept in (JSON, XML)]
    wanted = ["application/problem+json; charset=utf-8", "application/problem+xml; charset=utf-8"]
    return settled(got == wanted, "problems come as problem+json and problem+xml", f"they come as {got}")


def _problem_xml(view: View) -> Seen:
    reply = _bad(view, XML)
    body = reply.response.body if isinstance(reply.response.body, bytes) else b""
    good = b'<problem xmlns="urn:ietf:rfc:7807"' in body and b"MVC-Errors" in body
    return settled(
        good, "a problem in XML is as ProblemDetailsWrapper writes it", "a problem in XML is written otherwise"
    )


def _null_sent(view: View) -> Seen:
    if not view.facts.products:
        return undecided(_NO_CODES)
    nulls = any(None in row.values() for row in view.facts.products.values())
    return settled(nulls, "properties without a value are null", "no property was null in any product")


def _neighbours(view: View) -> Seen:
    if not view.facts.products:
        return undecided(_NO_CODES)
    others = {
        "altDsc",
        "detailedDescription",
        "reservedQuantityFromBasket",
        "transitQuantity",
        "rrp",
        "origin",
        "discount",
    }
    found = sorted(others & {name for row in view.facts.products.values() for name in row})
    return settled(not found, "products have no neighbouring country's properties", f"products have {', '.join(found)}")


def _quantities(view: View) -> Seen:
    values = {str(row["quantity"]) for row in view.facts.products.values() if row["quantity"]}
    more = {value for value in values if value.startswith(">")}
    figures = [int(value) for value in values if value.isdigit()]
    if not more or not figures:
        return undecided("not both figures and > were seen")
    good = more == {">50"} and max(figures) <= 50
    return settled(
        good,
        "more than 50 are >50, up to 50 a figure",
        f"seen are {', '.join(sorted(more))}, figures to {max(figures)}",
    )


def _kit_flag(view: View) -> Seen:
    values = {row["obligatoryKit"] for row in view.facts.products.values()}
    if len(values) < 2:
        return undecided("no kit was seen")
    return settled(
        values <= {0, 1}, "obligatoryKit is 0 or 1", f"obligatoryKit is {', '.join(map(str, sorted(values)))}"
    )


def _defaults(view: View) -> Seen:
    fields = ("promDate", "promQuant", "price2", "incomingQuantity", "copyrightTax")
    values = {field: {row[field] for row in view.facts.products.values()} for field in fields}
    if not any(0 in seen for seen in values.values()) and not any(None in seen for seen in values.values()):
        return undecided("every product seen has all of them")
    null = [field for field, seen in values.items() if None in seen]
    return settled(not null, "what a product has not is 0", f"{', '.join(null)} can be null")


def _flat(view: View) -> Seen:
    found = rows(view.ask("getCategories"))
    codes = [row["code"] for row in found]
    if not codes:
        return undecided("no categories were seen")
    leaves = [code for code in codes if code]
    good = "" in codes and len(leaves) == len(set(leaves))
    return settled(good, "the flat list has inner nodes, and each leaf once", "it has no inner nodes, or leaves twice")


def _copyright(view: View) -> Seen:
    for invoice in rows(view.ask("listInvoices", Arguments(("true",)))):
        lines, info = invoice["details"], invoice["additionalInfo"]
        tax = sum(Decimal(line["copyrightTax"]) * line["quantityShipped"] for line in lines)
        if info and tax:
            goods = sum(Decimal(line["price"]) * line["quantityShipped"] for line in lines)
            good = goods == Decimal(info["amountWithoutVAT"])
            return settled(good, "the levy is part of the price", "the levy comes on top of the price")
    return undecided("no invoice with a copyright levy was seen")


def _by_check(check: Check) -> Look:
    """A look that is one of verify's own checks."""

    def run(view: View) -> Seen:
        ledger = Ledger(())
        check.on(Trial(check.id, view.asker, view.facts, ledger, RealTime()))
        findings = ledger.findings(check.id)
        if findings:
            return Seen(Outcome.CONTRADICTED, findings[0].message.splitlines()[0])
        if not ledger.looked[check.id]:
            return undecided("nothing could be compared")
        return Seen(Outcome.CONFIRMED, f"{check.title}: {ledger.looked[check.id]} answers")

    return Look(_ENTRY_OF[check.id], run, check.needs)


_ENTRY_OF = {
    "gzip": "gzip-answers",
    "lists-agree": "query-lists",
    "query-names": "query-names-case",
    "route-forms": "route-case",
}
_OWN = [check for family in (representations, lists, routes) for check in family.CHECKS if check.id in _ENTRY_OF]
LOOKS = (
    *(_by_check(check) for check in _OWN),
    Look("accept-all-types-ignored", _all_types, ("getVendors",)),
    Look("accept-order", _order, ("getVendors",)),
    Look("accept-quality-zero", _quality_zero, ("getVendors",)),
    Look("never-406", _never_406, ("getVendors",)),
    Look("text-plain-is-json", _plain, ("getVendors",)),
    Look("xml-declaration", _declaration, ("getVendors",)),
    Look("xml-root", _root, ("getVendors",)),
    Look("xml-properties", _properties, ("getVendors",)),
    Look("xml-null", _null, ("getProducts",)),
    Look("error-bodies", _error_bodies, ("getProducts",)),
    Look("problem-content-type", _problem_type, ("getProducts",)),
    Look("problem-xml", _problem_xml, ("getProducts",)),
    Look("null-is-sent", _null_sent, ("getProducts",)),
    Look("neighbour-properties", _neighbours, ("getProducts",)),
    Look("quantity-cap", _quantities, ("getProducts",)),
    Look("obligatory-kit-flag", _kit_flag, ("getProducts",)),
    Look("product-value-defaults", _defaults, ("getProducts",)),
    Look("flat-categories", _flat, ("getCategories",)),
    Look("copyright-tax-included", _copyright, ("listInvoices",)),
)
