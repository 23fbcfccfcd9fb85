"""One handler for each operation of the contract: arguments in, one trade verb, the answer's data out."""

from collections.abc import Mapping

from elko_mock.server.api import Handler
from elko_mock.server.handlers import accounts, cart, catalog, finances, orders, reservations, token

HANDLERS: Mapping[str, Handler] = {
    "issueToken": token.issue_token,
    "getCategories": catalog.get_categories,
    "getCategoryTree": catalog.get_category_tree,
    "getVendors": catalog.get_vendors,
    "getProducts": catalog.get_products,
    "getProductDescription": catalog.get_product_description,
    "getMediaItems": catalog.get_media_items,
    "getAvailabilityAndPrice": catalog.get_availability_and_price,
    "getAvailability": catalog.get_availability,
    "listOrders": orders.list_orders,
    "createOrder": orders.create_order,
    "getOrder": orders.get_order,
    "cancelOrder": orders.cancel_order,
    "listReservations": reservations.list_reservations,
    "createReservation": reservations.create_reservation,
    "getReservation": reservations.get_reservation,
    "updateReservation": reservations.update_reservation,
    "releaseReservation": reservations.release_reservation,
    "getCart": cart.get_cart,
    "addToCart": cart.add_to_cart,
    "addKitToCart": cart.add_kit_to_cart,
    "removeFromCart": cart.remove_from_cart,
    "clearCart": cart.clear_cart,
    "listInvoices": finances.list_invoices,
    "listInvoicesByDate": finances.list_invoices_by_date,
    "getMyAccount": accounts.get_my_account,
}
"""Canonical operationId -> handler."""
