"""What is: catalogue, stock, carts, reservations, orders, invoices; pure domain over the clock."""
