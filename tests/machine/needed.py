"""What a run has to meet before its silence proves anything."""

ALWAYS = {
    *("200", "Placed", "Cancelled", "Active", "Ordered", "in part", "from a reservation", "invoices", "packed"),
    *("rate", "blocked", "token", "terms", "validation", "out-of-stock", "above-stock", "bad-date"),
    *("unknown-order", "unknown-reservation", "unknown-product"),
    *("the moment the block ends", "a window after a call"),
}
"""Outcomes, in a short run too."""
IN_MANY_STEPS = {
    *("Confirmed", "Shipped", "PartiallyShipped", "Invoiced", "Released", "Expired", "promised", "two parcels"),
    *("address", "credentials", "no-price", "is-a-kit", "not-a-kit", "unknown-option", "currency-mismatch"),
    *("order-not-open", "quantity-too-large", "bad-address", "duplicate-address", "unknown-address", "second-factor"),
    *("terms-first", "addresses-first", "no-token", "sold out when asked for", "dearer when ordered", "a kit"),
    *("price for many", "not the price for many", "price for many in the cart"),
    *("route", "method", "unknown-line", "reservation-not-active"),
    *("put back", "a microsecond before the block ends", "without a limit", "in a fixed window"),
}
