"""The zoo: servers that each get one thing wrong, and the check that has to say so."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import orjson

from elko_mock.exchange.messages import Delivery, Fields, Request, Response
from tests.verify.cage import After, Before, Seen, codec_of, json_response, operation_of, problem, with_data


class Animal(NamedTuple):
    """One broken server."""

    name: str
    check: str
    """The one check that must fail."""
    make: Callable[[], tuple[Before | None, After | None]]
    """A new one: some keep a memory."""
    xml: bool = False
    """Whether it takes generated calls in XML to find it."""
    examples: int = 2
    """Generated calls per operation that it takes to find it."""
    only: frozenset[str] | None = None
    """Operations to keep to, where chains of calls would seldom meet otherwise."""


ZOO: list[Animal] = []


def before(name: str, check: str, **how: Any) -> Callable[[Before], Before]:
    """Enter an animal that changes requests."""

    def enter(change: Before) -> Before:
        ZOO.append(Animal(name, check, lambda: (change, None), **how))
        return change

    return enter


def after(name: str, check: str, **how: Any) -> Callable[[After], After]:
    """Enter an animal that changes answers."""

    def enter(change: After) -> After:
        ZOO.append(Animal(name, check, lambda: (None, change), **how))
        return change

    return enter


def data(name: str, check: str, *operations: str, only: str | None = None, **how: Any) -> Callable[..., Any]:
    """Enter an animal that changes the data of answers."""

    def enter(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
        ZOO.append(Animal(name, check, lambda: (None, with_data(*operations, only=only)(change)), **how))
        return change

    return enter


PRODUCTS = ("getProducts",)
STOCKS = ("getAvailability", "getAvailabilityAndPrice")
VALIDATION = "validation"
READING = frozenset({"getCategories", "getProducts"})
RESERVING = frozenset({"getCategories", "getProducts", "createReservation", "getReservation"})


def is_xml(seen: Seen) -> bool:
    return "xml" in seen.accept


# ------------------------------------------------------------------------------------- what every answer owes


@before("a server error for one kind of filter", "not_a_server_error")
def server_error(seen: Seen) -> Response | None:
    if seen.operation == "getProducts" and any(name == "lang" and value for name, value in seen.parameters()):
        return Response(500, ((b"content-type", b"text/plain"),), b"oops")
    return None


@after("422 for 400", "status_code_conformance")
def unprocessable(seen: Seen, response: Response) -> Response | None:
    if seen.operation == "getProducts" and response.status == 400:
        return response._replace(status=422)
    return None


@after("JSON called HTML", "content_type_conformance")
def html(seen: Seen, response: Response) -> Response | None:
    if seen.operation == "getCart" and response.status == 200 and not is_xml(seen):
        return response._replace(headers=((b"content-type", b"text/html"),))
    return None


@data("a price as a string", "response_schema_conformance", "getProducts", only="json")
def price_as_string(rows: Any) -> None:
    for row in rows:
        row["price"] = str(row["price"])


@data("null left out", "response_schema_conformance", "getProducts")
def null_left_out(rows: Any) -> list[Any]:
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


@after("a price in XML that is no number", "response_schema_conformance", xml=True)
def comma_in_xml(seen: Seen, response: Response) -> Response | None:
    if seen.operation == "getProducts" and response.status == 200 and is_xml(seen):
        assert isinstance(response.body, bytes)
        return response._replace(body=re.sub(rb"<price>(\d+)\.(\d+)</price>", rb"<price>\1,\2</price>", response.body))
    return None


@after("JSON that is cut short", "response_schema_conformance")
def cut_short(seen: Seen, response: Response) -> Response | None:
    if seen.operation == "getMyAccount" and response.status == 200 and not is_xml(seen):
        assert isinstance(response.body, bytes)
        return response._replace(body=response.body[:-2])
    return None


def cut_now_and_then() -> tuple[Before | None, After | None]:
    calls = [0]

    def now_and_then(seen: Seen, response: Response) -> Response | None:
        calls[0] += seen.operation == "getMediaItems"
        if seen.operation == "getMediaItems" and calls[0] == 4:
            return response._replace(delivery=Delivery(cut_after=5))
        return None

    return None, now_and_then


ZOO.append(Animal("a connection that is cut", "answered", cut_now_and_then))


@after("200 on a bad body", "negative_data_rejection")
def bad_body_accepted(seen: Seen, response: Response) -> Response | None:
    if seen.operation == "addToCart" and response.header(b"x-elko-reason") == VALIDATION:
        return json_response(200, operation_of(seen).example())
    return None


@after("200 on a bad parameter", "negative_data_rejection", examples=15, only=READING)
def bad_parameter_accepted(seen: Seen, response: Response) -> Response | None:
    if seen.operation == "getProducts" and response.header(b"x-elko-reason") == VALIDATION and not is_xml(seen):
        return json_response(200, [])
    return None


@before("a good language refused", "positive_data_acceptance")
def language_refused(seen: Seen) -> Response | None:
    if seen.operation == "getProductDescription" and ("lang", "EN") in seen.parameters():
        return problem(400, xml=is_xml(seen))
    return None


@after("a reservation that cannot be read once made", "ensure_resource_availability", examples=10, only=RESERVING)
def reservation_lost(seen: Seen, response: Response) -> Response | None:
    if seen.operation == "getReservation" and response.status == 200:
        return problem(404, xml=is_xml(seen))
    return None


# ---------------------------------------------------------------------------------------------------- access


@after("401 for 403", "token-needed")
def unauthorized(seen: Seen, response: Response) -> Response | None:
    wrong_token = seen.operation != "issueToken" and response.header(b"x-elko-reason") == "token"
    return response._replace(status=401) if response.status == 403 and wrong_token else None


@before("open to everybody", "token-needed")
def open_door(seen: Seen) -> Response | None:
    if seen.operation == "getVendors" and seen.request.authorization is None:
        return json_response(200, [])
    return None


@before("a wrong token good for all but vendors", "token-needed")
def wrong_token_taken(seen: Seen) -> Response | None:
    if seen.operation == "getCart" and (seen.request.authorization or "").endswith("c2lnbmF0dXJl"):
        return json_response(200, operation_of(seen).example())
    return None


def open_writes() -> tuple[Before | None, After | None]:
    latest: list[str] = []

    def lend_the_token(seen: Seen) -> Request | None:
        if seen.operation is None or seen.operation == "issueToken":
            return None
        if seen.request.authorization is not None:
            latest[:] = [seen.request.authorization]
        elif seen.request.method != "GET" and latest:
            return seen.request._replace(authorization=latest[0])
        return None

    return lend_the_token, None


ZOO.append(Animal("writes open to everybody", "token-needed", open_writes))


@after("a 403 that tells why", "forbidden-alike")
def talkative(seen: Seen, response: Response) -> Response | None:
    if response.status == 403 and seen.request.authorization is None:
        assert isinstance(response.body, bytes)
        details = orjson.loads(response.body) | {"detail": "no token"}
        return json_response(403, details, b"application/problem+json")
    return None


@before("two spaces behind Bearer refused", "bearer-two-spaces")
def strict_spaces(seen: Seen) -> Request | None:
    if (seen.request.authorization or "").startswith("Bearer  "):
        return seen.request._replace(authorization="Bearer wrong")
    return None


def two_live_tokens() -> tuple[Before | None, After | None]:
    heirs: dict[str, str] = {}

    def still_good(seen: Seen) -> Request | None:
        token = (seen.request.authorization or "").removeprefix("Bearer ")
        return seen.request._replace(authorization=f"Bearer {heirs[token]}") if token in heirs else None

    latest: list[str] = []

    def remember(seen: Seen, response: Response) -> None:
        if seen.operation == "issueToken" and response.status == 200:
            assert isinstance(response.body, bytes)
            new = str(orjson.loads(response.body))
            heirs.update(dict.fromkeys(latest, new))
            latest.append(new)
        elif seen.operation is not None and response.status == 200 and seen.request.authorization:
            token = seen.request.authorization.removeprefix("Bearer ").strip()
            if token not in latest:
                latest.append(token)

    return still_good, remember


ZOO.append(Animal("two live tokens", "one-token", two_live_tokens))


def limited(**other: object) -> Callable[[], tuple[Before | None, After | None]]:
    """Worlds whose real limit is another one."""

    def change(seen: Seen) -> Request | None:
        if seen.request.path == "/_elko/worlds" and seen.request.method == "POST":
            wanted = orjson.loads(seen.request.body)
            if wanted["scenario"]["limit"]["calls"]:
                wanted["scenario"]["limit"].update(other)
                return seen.request._replace(body=orjson.dumps(wanted))
        return None

    return lambda: (change, None)


ZOO += [
    Animal("49 calls", "limit-50", limited(calls=49)),
    Animal("51 calls", "limit-50", limited(calls=51)),
    Animal("a block of 59 s", "block-60", limited(block="59s")),
    Animal("a block of 61 s", "block-60", limited(block="61s")),
]


# ------------------------------------------------------------------------------------------- representations


@before("no XML", "xml-served", xml=True)
def no_xml(seen: Seen) -> Request | None:
    headers = Fields(
        (name, b"application/json" if name == b"accept" and b"xml" in value else value)
        for name, value in seen.request.headers
    )
    return seen.request._replace(headers=headers) if seen.operation is not None else None


@data("another price in XML", "json-is-xml", "getProducts", only="xml")
def other_price_in_xml(rows: Any) -> None:
    for row in rows:
        row["price"] += 1


@before("406 for what cannot be served", "accept-rules")
def not_acceptable(seen: Seen) -> Response | None:
    return Response(406, (), b"") if seen.accept == "application/pdf" else None


@before("no gzip", "gzip")
def no_gzip(seen: Seen) -> Request | None:
    headers = Fields(field for field in seen.request.headers if field[0] != b"accept-encoding")
    return seen.request._replace(headers=headers)


@after("problems in JSON only", "problem-representation")
def problems_in_json(seen: Seen, response: Response) -> Response | None:
    return problem(400) if response.status == 400 and is_xml(seen) else None


# --------------------------------------------------------------------------------------------------- catalogue


@data('quantity "50+"', "quantity-grammar", *PRODUCTS, *STOCKS)
def fifty_plus(rows: Any) -> None:
    for row in rows:
        for field in ("quantity", "stockQuantity"):
            value = row.get(field)
            if isinstance(value, str) and value.startswith(">"):
                row[field] = value[1:] + "+"


@data("availability one off", "availability-agrees", "getAvailabilityAndPrice")
def one_off(rows: Any) -> None:
    for row in rows:
        if str(row["stockQuantity"]).isdigit():
            row["stockQuantity"] = str(int(row["stockQuantity"]) + 1)


@after("prices that were not asked for", "availability-types")
def prices_unasked(seen: Seen, response: Response) -> Response | None:
    if seen.operation == "getAvailabilityAndPrice" and seen.request.path.endswith("/Availability"):
        money = {"currency": "EUR", "price": 1.0, "discountPrice": 1.0, "copyrightTax": 0.0}

        def fill(rows: Any) -> None:
            for row in rows:
                row["prices"] = money

        changed: Response | None = with_data("getAvailabilityAndPrice")(fill)(seen, response)
        return changed
    return None


@data("a vendor nobody knows", "families-agree", "getProducts")
def unknown_vendor(rows: Any) -> None:
    for row in rows[:1]:
        row["vendorCode"] = "??"


@data("another main picture", "main-picture", "getMediaItems")
def other_picture(rows: Any) -> None:
    for row in rows:
        for file in row["mediaFiles"]:
            file["link"] = "https://static.example/other.jpeg"


# ------------------------------------------------------------------------------------------- lists and routes


@before("of a repeated list only the last", "lists-agree")
def last_only(seen: Seen) -> Request | None:
    pairs = seen.parameters()
    return seen.with_query(dict(pairs).items()) if seen.operation in {*PRODUCTS, *STOCKS} else None


@before("of a joined list only the first", "lists-agree")
def first_only(seen: Seen) -> Request | None:
    if seen.operation == "getAvailability" and "%2C" in seen.request.query:
        return seen.request._replace(query=seen.request.query.split("%2C")[0])
    return None


@data("one product more than asked for", "filter-honoured", "getProducts")
def one_more(rows: Any) -> None:
    if len(rows) == 2:
        rows.append(rows[0])


def without(parameter: str) -> Before:
    """The provider does not know a parameter."""

    def drop(seen: Seen) -> Request | None:
        if seen.operation not in PRODUCTS:
            return None
        return seen.with_query(pair for pair in seen.parameters() if pair[0].lower() != parameter.lower())

    return drop


ZOO += [
    Animal("vendorCode ignored", "filter-honoured", lambda: (without("vendorCode"), None)),
    Animal("catalog ignored", "filter-honoured", lambda: (without("catalog"), None)),
]


@after("a category that holds nothing", "filter-honoured")
def no_category(seen: Seen, response: Response) -> Response | None:
    by_category = any(name == "catalog" and value for name, value in seen.parameters())
    if seen.operation == "getProducts" and by_category and response.status == 200 and not is_xml(seen):
        return json_response(200, [])
    return None


@data("orders twice", "rows-once", "listOrders")
def orders_twice(rows: Any) -> list[Any]:
    return [*rows, *rows]


@data("a vendor twice", "rows-once", "getVendors")
def vendor_twice(rows: Any) -> list[Any]:
    return [*rows, *rows[:1]]


@before("unknown names refused", "query-names")
def unknown_name_refused(seen: Seen) -> Response | None:
    return problem(400, xml=is_xml(seen)) if "noSuchName" in seen.request.query else None


@before("names in one case only", "query-names")
def strict_names(seen: Seen) -> Request | None:
    if seen.operation == "getProducts" and "ELKOcode" in seen.request.query:
        return seen.request._replace(query="elkoCode=0")
    return None


@before("a lower-case route unknown", "route-forms")
def strict_routes(seen: Seen) -> Response | None:
    if seen.operation is None or seen.request.path.endswith("/"):
        return None
    template = operation_of(seen).path
    written = [part for part in template.split("/") if not part.startswith("{")]
    given = seen.request.path.split("/")
    return None if set(written) <= set(given) else problem(404, xml=is_xml(seen))


@before("a slash at the end unknown", "route-forms")
def strict_slash(seen: Seen) -> Response | None:
    return problem(404) if seen.operation == "listOrders" and seen.request.path.endswith("/") else None


@after("Allow without DELETE", "allow-header")
def wrong_allow(seen: Seen, response: Response) -> Response | None:
    headers = tuple(
        (name, value.replace(b", DELETE", b"").replace(b"DELETE, ", b"") if name == b"allow" else value)
        for name, value in response.headers
    )
    return response._replace(headers=headers) if response.status == 405 else None


@after("404 for 405", "allow-header")
def no_405(seen: Seen, response: Response) -> Response | None:
    return problem(404, xml=is_xml(seen)) if response.status == 405 else None


@after("400 for what is not there", "missing-is-404")
def missing_is_400(seen: Seen, response: Response) -> Response | None:
    if seen.operation == "getReservation" and response.status == 404 and seen.request.path.endswith("999999999"):
        return problem(400, xml=is_xml(seen))
    return None


@after("a 400 that says nothing", "bad-request-named")
def silent_400(seen: Seen, response: Response) -> Response | None:
    if response.status == 400 and not is_xml(seen):
        assert isinstance(response.body, bytes)
        return json_response(400, orjson.loads(response.body) | {"errors": {}}, b"application/problem+json")
    return None


# ----------------------------------------------------------------------------------------------- dates and money


@data("a day 400", "jde-dates", "listOrders")
def day_400(rows: Any) -> None:
    for row in rows:
        row["created"] = row["created"] // 1000 * 1000 + 400


@data("an order's total a cent off", "order-totals", "listOrders")
def order_cent(rows: Any) -> None:
    for row in rows:
        row["sum"] = round(row["sum"] + 0.01, 2)


@data("a new order's line a cent off", "order-adds-up", "createOrder")
def new_order_cent(order: Any) -> None:
    order["lines"][0]["sum"] = round(order["lines"][0]["sum"] - 0.01, 2)


@data("an invoice's gross a cent off", "invoice-sums", "listInvoices")
def invoice_cent(rows: Any) -> None:
    for row in rows:
        if row["additionalInfo"]:
            amount = float(row["additionalInfo"]["amountWithVAT"]) + 0.01
            row["additionalInfo"]["amountWithVAT"] = f"{amount:.2f}"


@data("a range without its days", "invoices-by-day", "listInvoicesByDate")
def empty_range(rows: Any) -> list[Any]:
    return []


@data("a cart a cent off", "cart-adds-up", "getCart")
def cart_cent(cart: Any) -> None:
    if cart["lines"]:
        cart["sum"] = round(cart["sum"] + 0.01, 2)


# ------------------------------------------------------------------------------------------------------- trading


@data("sold below zero", "sold-once", "createOrder")
def oversold(order: Any) -> None:
    for line in order["lines"]:
        line["quantity"] = line["quantityRequested"]
        line["sum"] = round(line["price"] * line["quantity"], 2)
    order["sum"] = round(sum(line["sum"] for line in order["lines"]), 2)


@before("all or nothing taken as far as it goes", "all-or-nothing")
def not_all_or_nothing(seen: Seen) -> Request | None:
    if seen.operation == "createOrder" and b'"orderIfAllAvailable":true' in seen.request.body:
        return seen.request._replace(
            body=seen.request.body.replace(b'"orderIfAllAvailable":true', b'"orderIfAllAvailable":false')
        )
    return None


@data("the newest order not in the list", "order-read-back", "listOrders")
def newest_missing(rows: Any) -> list[Any]:
    return list(rows[:-1]) if len(rows) > 1 else rows


@data("cancelled, and still placed", "cancel-gives-back", "cancelOrder")
def not_cancelled(order: Any) -> None:
    order["status"] = "Placed"


@before("orders in XML refused", "xml-body")
def no_xml_bodies(seen: Seen) -> Response | None:
    if seen.operation == "createOrder" and "xml" in (seen.request.header(b"content-type") or ""):
        return problem(400, xml=is_xml(seen))
    return None


def keeps_nothing() -> tuple[Before | None, After | None]:
    async def release(seen: Seen, response: Response) -> None:
        if seen.operation == "createReservation" and response.status == 200:
            assert isinstance(response.body, bytes)
            made = codec_of(seen).decode(response.body, _content_type(response))
            path = f"/v3.0/api/Reservations/{made['id']}"
            await seen.ask(seen.request._replace(method="DELETE", path=path, body=b""))

    return None, release


def _content_type(response: Response) -> Any:
    from elko_mock.wire.media_type import parse_content_type

    return parse_content_type(response.header(b"content-type"))


ZOO.append(Animal("a reservation that keeps nothing", "reservation-keeps", keeps_nothing))


@data("a kit that is a plain line", "kit-in-cart", "addKitToCart")
def plain_kit(cart: Any) -> None:
    for line in cart["lines"]:
        line["kitId"] = None
