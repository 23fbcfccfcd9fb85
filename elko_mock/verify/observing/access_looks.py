"""Looks at access, routes and parameters."""

from elko_mock.verify.asker import Arguments
from elko_mock.verify.checks.access import WRONG, let_in
from elko_mock.verify.observing.look import Look, Seen, View, same_data, settled, undecided
from elko_mock.verify.survey import rows

_NO_CODES = "no products were seen"
_UNKNOWN = "999999999"


def _forbidden_is_one(view: View) -> Seen:
    replies = [
        view.ask("getVendors", authorization=value, may_be_refused=True) for value in (None, WRONG, "Basic YTpi")
    ]
    let_in(view.ask)
    if any(reply.status != 403 for reply in replies):
        return settled(False, "", f"answered {[reply.status for reply in replies]}, not 403 each time")
    alike = len({reply.response.body for reply in replies}) == 1
    telling = [
        name for name in (b"retry-after", b"www-authenticate") if any(reply.response.header(name) for reply in replies)
    ]
    said = "no token, a wrong one and another scheme get the same 403"
    other = "the 403 differs by its cause" if not alike else f"the 403 carries {telling[0].decode()}" if telling else ""
    return settled(alike and not telling, said, other)


def _authorization_form(view: View) -> Seen:
    token = view.asker.line.token
    forms = {"two spaces": f"Bearer  {token}", "lower case": f"bearer {token}"}
    refused = {
        words
        for words, value in forms.items()
        if view.ask("getVendors", authorization=value, may_be_refused=True).status != 200
    }
    bare = view.ask("getVendors", authorization=token, may_be_refused=True)
    let_in(view.ask)
    if bare.status == 200:
        return settled(False, "", "a bare token without Bearer is let in")
    return settled(
        not refused, "two spaces and lower case are let in, a bare token is not", f"{', '.join(refused)} is refused"
    )


def _unknown_id(view: View) -> Seen:
    reply = view.ask("getOrder", Arguments((_UNKNOWN,)))
    return settled(reply.status == 404, "an unknown order is 404", f"an unknown order is {reply.status}")


def _unknown_products(view: View) -> Seen:
    codes = view.products(1)
    if not codes:
        return undecided(_NO_CODES)
    both = view.ask("getProducts", Arguments((), (("elkoCode", f"{codes[0]},{_UNKNOWN}"),)))
    got = [row["elkoCode"] for row in rows(both)]
    good = both.status == 200 and got == codes
    return settled(
        good, "an unknown code among known ones is left out, with 200", f"answered {both.status}, {len(got)} rows"
    )


def _list_invalid(view: View) -> Seen:
    codes = view.products(1)
    reply = view.ask("getProducts", query=f"elkoCode={codes[0] if codes else 1},abc")
    return settled(reply.status == 400, "one bad element makes the request 400", f"one bad element is {reply.status}")


def _path_typed(view: View) -> Seen:
    reply = view.ask("listInvoices", Arguments(("perhaps",)))
    return settled(reply.status == 400, "a path value of the wrong type is 400", f"it is {reply.status}")


def _parameter_forms(view: View) -> Seen:
    codes = view.products(1)
    if not codes:
        return undecided(_NO_CODES)
    query = (("elkoCodes", str(codes[0])),)
    reply = view.ask("getAvailabilityAndPrice", Arguments(("availabilityprice",), query))
    return settled(reply.status == 200, "an enumeration in lower case is read", f"in lower case it is {reply.status}")


def _brackets(view: View) -> Seen:
    codes, categories = view.products(1), view.facts.categories
    if not codes or not categories:
        return undecided(_NO_CODES)
    category = view.facts.products[codes[0]]["catalog"]
    plain = view.ask("getProducts", Arguments((), (("catalog", category),)))
    if len(rows(plain)) < 2:
        return undecided("no category with two products was seen")
    bracket = view.ask("getProducts", query=f"catalog={category}&elkoCode%5B%5D={codes[0]}")
    return settled(same_data(plain, bracket), "elkoCode[] is no filter", "elkoCode[] changes the answer")


def _single_twice(view: View) -> Seen:
    vendors = view.facts.categories
    if len(vendors) < 2:
        return undecided("no two categories were seen")
    first = view.ask("getProducts", Arguments((), (("catalog", vendors[0]),)))
    last = view.ask("getProducts", Arguments((), (("catalog", vendors[-1]),)))
    twice = view.ask("getProducts", query=f"catalog={vendors[0]}&catalog={vendors[-1]}")
    if same_data(first, last):
        return undecided("both categories hold the same")
    return settled(same_data(first, twice), "of catalog sent twice the first counts", "it is not the first that counts")


def _category_suffix(view: View) -> Seen:
    if not view.facts.categories:
        return undecided("no category was seen")
    code = view.facts.categories[0]
    plain = view.ask("getProducts", Arguments((), (("catalog", code),)))
    suffixed = view.ask("getProducts", Arguments((), (("catalog", f"{code}_1"),)))
    lower = view.ask("getProducts", Arguments((), (("catalog", code.lower()),)))
    if not rows(plain):
        return undecided("the category holds no products")
    good = same_data(plain, suffixed) and same_data(plain, lower)
    return settled(good, "CODE_id is CODE, and lower case is no matter", "CODE_id or lower case filters otherwise")


def _vendor_case(view: View) -> Seen:
    codes = view.products(1)
    if not codes:
        return undecided(_NO_CODES)
    row = view.facts.products[codes[0]]
    code, vendor = str(codes[0]), str(row["vendorCode"])
    plain = view.ask("getProducts", Arguments((), (("elkoCode", code), ("vendorCode", vendor))))
    lower = view.ask("getProducts", Arguments((), (("elkoCode", code), ("vendorCode", vendor.lower()))))
    if vendor.lower() == vendor or not rows(plain):
        return undecided("no vendor code with letters was seen")
    return settled(
        same_data(plain, lower), "vendor codes match in lower case", "vendor codes in lower case match nothing"
    )


def _language(view: View) -> Seen:
    codes = view.products(1)
    if not codes:
        return undecided(_NO_CODES)
    english = view.ask("getProductDescription", Arguments((str(codes[0]),), (("lang", "EN"),)))
    unknown = view.ask("getProductDescription", Arguments((str(codes[0]),), (("lang", "XX"),)))
    return settled(
        same_data(english, unknown), "an unknown language is English", "an unknown language is something else"
    )


def _get_with_type(view: View) -> Seen:
    reply = view.ask("getVendors", headers=[(b"content-type", b"application/json")])
    return settled(reply.status == 200, "a GET with Content-Type is fine", f"it is {reply.status}")


LOOKS = (
    Look("forbidden-is-one", _forbidden_is_one, ("getVendors",)),
    Look("authorization-form", _authorization_form, ("getVendors",)),
    Look("unknown-id", _unknown_id, ("getOrder",)),
    Look("unknown-product-in-lists", _unknown_products, ("getProducts",)),
    Look("query-list-invalid", _list_invalid, ("getProducts",)),
    Look("path-typed", _path_typed, ("listInvoices",)),
    Look("parameter-forms", _parameter_forms, ("getAvailabilityAndPrice",)),
    Look("query-brackets", _brackets, ("getProducts",)),
    Look("query-single-twice", _single_twice, ("getProducts",)),
    Look("category-id-suffix", _category_suffix, ("getProducts",)),
    Look("vendor-filter-case", _vendor_case, ("getProducts",)),
    Look("unknown-language", _language, ("getProductDescription",)),
    Look("get-with-content-type", _get_with_type, ("getVendors",)),
)
