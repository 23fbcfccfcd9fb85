"""Invoices: one a parcel, serials for each piece, sums to the cent, JDE dates inclusive."""

from typing import Any

import pytest

from elko_mock.clock import DAY, HOUR
from elko_mock.trade.account import Account
from elko_mock.trade.money import tax, to_cents
from elko_mock.trade.twists import Twists
from tests.unit.trade.dealing import BULK, INK, OPENED, PEN, SET, TODAY, got, lines, product, refused, shop

INVOICED = OPENED + DAY + HOUR


def test_nothing_before_its_time() -> None:
    trade = shop()
    got(trade.place_order(OPENED, lines((PEN, 1))))
    assert trade.invoices(INVOICED - 1) == []
    assert len(got(trade.invoices(INVOICED))) == 1


def test_an_invoice_in_full() -> None:
    trade = shop(product(PEN, 10, 1_999, copyright_tax=35, ean="4006381333931"), product(INK, 9, 1))
    order = got(
        trade.place_order(
            OPENED,
            lines((PEN, 2), (INK, 3), deliveryInstructions="ring twice", enduser={"city": "Riga", "country": "LV"}),
        )
    )
    (invoice,) = got(trade.invoices(INVOICED, additional=True))
    assert order["vat"] == 8.41
    serials = [detail.pop("serials") for detail in invoice["details"]]
    assert [len(found) for found in serials] == [2, 3]
    assert len({serial for found in serials for serial in found}) == 5
    now = got(trade.order(INVOICED, order["id"]))
    assert invoice == {
        "invoiceId": now["invoiceId"],
        "dateCreate": TODAY + 1,
        "trackingDPD": now["trackingNumber"],
        "additionalInfo": {
            "amountWithVAT": "48.42",
            "amountWithoutVAT": "40.01",
            "vatAmount": "8.41",
            "currency": "EUR",
            "dueDate": 126092,
            "packageNumber": now["trackingNumber"],
            "amountOpen": "48.42",
            "addressNummber": "1",
            "addressLine": "Example street 1",
            "city": "Riga",
            "country": "LV",
            "postalCode": "LV-1000",
        },
        "details": [
            {
                "lineId": 1,
                "elkoCode": str(PEN),
                "orderNumber": order["id"],
                "description": f"THING {PEN}",
                "manufacturerCode": f"M{PEN}",
                "quantityShipped": 2,
                "price": "19.99",
                "copyrightTax": "0.35",
                "deliveryInstructions": "ring twice",
                "eanCode": "4006381333931",
                "vatRate": "21.00",
            },
            {
                "lineId": 2,
                "elkoCode": str(INK),
                "orderNumber": order["id"],
                "description": f"THING {INK}",
                "manufacturerCode": f"M{INK}",
                "quantityShipped": 3,
                "price": "0.01",
                "copyrightTax": "0.00",
                "deliveryInstructions": "ring twice",
                "eanCode": None,
                "vatRate": "21.00",
            },
        ],
    }


def test_additional_information_only_when_asked() -> None:
    trade = shop()
    got(trade.place_order(OPENED, lines((PEN, 1))))
    assert got(trade.invoices(INVOICED))[0]["additionalInfo"] is None


def test_an_account_without_addresses() -> None:
    trade = shop(account=Account(addresses=()))
    got(trade.place_order(OPENED, lines((PEN, 1), enduser={"addressLine1": "There 1"})))
    (invoice,) = got(trade.invoices(INVOICED, additional=True))
    info = invoice["additionalInfo"]
    assert (info["addressNummber"], info["addressLine"], info["city"]) == (None, "There 1", None)


def test_lines_of_which_nothing_was_shipped_are_not_invoiced() -> None:
    trade = shop()
    got(trade.place_order(OPENED, lines((INK, 3), (PEN, 1))))
    got(trade.place_order(OPENED, lines((INK, 1), (PEN, 1))))
    first, second = got(trade.invoices(INVOICED))
    assert [detail["elkoCode"] for detail in first["details"]] == [str(INK), str(PEN)]
    assert [detail["elkoCode"] for detail in second["details"]] == [str(PEN)]


def test_two_parcels_two_invoices_that_make_up_the_order() -> None:
    trade = shop(twists=Twists(delivery="partial"))
    order = got(trade.place_order(OPENED, lines((PEN, 7), (BULK, 2), (SET, 1))))
    invoices = got(trade.invoices(OPENED + 3 * DAY, additional=True))
    assert [invoice["dateCreate"] for invoice in invoices] == [TODAY + 1, TODAY + 2]
    assert len({invoice["trackingDPD"] for invoice in invoices}) == 2
    assert [[detail["quantityShipped"] for detail in invoice["details"]] for invoice in invoices] == [[4, 1, 1], [3, 1]]
    net = sum(to_cents(invoice["additionalInfo"]["amountWithoutVAT"]) for invoice in invoices)
    assert net == to_cents(order["sum"])
    serials = [serial for invoice in invoices for detail in invoice["details"] for serial in detail["serials"]]
    assert len(serials) == len(set(serials)) == 10
    for invoice in invoices:
        adds_up(invoice, 21)


def adds_up(invoice: dict[str, Any], percent: int) -> None:
    """By the plain sum over its own details."""
    info = invoice["additionalInfo"]
    amounts = [detail["quantityShipped"] * to_cents(detail["price"]) for detail in invoice["details"]]
    vat = sum(tax(amount, percent) for amount in amounts)
    assert to_cents(info["amountWithoutVAT"]) == sum(amounts)
    assert to_cents(info["vatAmount"]) == vat
    assert to_cents(info["amountWithVAT"]) == to_cents(info["amountOpen"]) == sum(amounts) + vat
    for detail in invoice["details"]:
        assert len(set(detail["serials"])) == detail["quantityShipped"]


# ----------------------------------------------------------------------------------------------------------- dates


def test_dates_are_inclusive_and_open_at_zero() -> None:
    trade = shop()
    for day in range(4):
        got(trade.place_order(OPENED + day * DAY, lines((PEN, 1))))
    late = OPENED + 9 * DAY

    def days(*range_: int | None) -> list[int]:
        return [invoice["dateCreate"] - TODAY for invoice in got(trade.invoices(late, *range_))]

    assert days() == days(0, 0) == days(None, TODAY + 4) == days(TODAY + 1) == [1, 2, 3, 4]
    assert days(TODAY + 2, TODAY + 3) == [2, 3]
    assert days(TODAY + 4, TODAY + 4) == [4]
    assert days(TODAY + 5, TODAY + 9) == []
    assert days(TODAY + 3, TODAY + 2) == []


@pytest.mark.parametrize(("wrong", "field"), [((126366, 0), "dateFrom"), ((TODAY, 126000), "dateTo")])
def test_dates_that_are_none(wrong: tuple[int, int], field: str) -> None:
    assert refused(shop().invoices(OPENED, *wrong), "bad-date").field == field


def test_oldest_first_whoever_was_ordered_first() -> None:
    trade = shop(product(PEN, 0, incoming=5, incoming_day=4), product(INK, 9), twists=Twists(delivery="backorder"))
    got(trade.place_order(OPENED, lines((PEN, 5))))
    got(trade.place_order(OPENED, lines((INK, 1))))
    invoices = got(trade.invoices(OPENED + 9 * DAY))
    assert [invoice["details"][0]["elkoCode"] for invoice in invoices] == [str(INK), str(PEN)]
