"""Which properties of which shape may be null: what the twist `nulls` empties. Kept equal to the vendored document."""

PRODUCT = (
    "manufacturerCode",
    "vendorName",
    "quantity",
    "imagePath",
    "thumbnailImagePath",
    "fullDsc",
    "httpDescription",
    "warranty",
    "eanCode",
    "quantityForPrice2",
    "lotNumber",
)
DESCRIPTION_ITEM = ("measurement", "complexName")
MEDIA_FILE = ("type",)
AVAILABILITY = ("stockQuantity", "incoming", "prices")
ORDER = (
    "shipTo",
    "enduser",
    "createdBy",
    "delivery",
    "deliveryInstructions",
    "transportation",
    "fastest",
    "orderIfAllAvailable",
    "type",
    "trackingNumber",
    "invoiceId",
    "reservationId",
)
ORDER_LINE = ("id", "manufacturerCode", "productName", "clientNote")
RESERVATION = ("customerReference",)
CART_LINE = ("kitId", "selectedOptions")
INVOICE = ("trackingDPD", "additionalInfo")
INVOICE_DETAIL = ("description", "manufacturerCode", "deliveryInstructions", "eanCode")
ACCOUNT = ("company", "vatNumber", "country", "language")
ADDRESS = ("company", "addressLine1", "city", "country", "postalCode")

NULLABLE: dict[str, tuple[str, ...]] = {
    "Product": PRODUCT,
    "DescriptionItem": DESCRIPTION_ITEM,
    "MediaFile": MEDIA_FILE,
    "AvailabilityAndPrice": AVAILABILITY,
    "Order": ORDER,
    "OrderLine": ORDER_LINE,
    "Reservation": RESERVATION,
    "CartLine": CART_LINE,
    "Invoice": INVOICE,
    "InvoiceDetail": INVOICE_DETAIL,
    "Account": ACCOUNT,
    "AccountAddress": ADDRESS,
}
"""By the name of the shape in the vendored document."""
