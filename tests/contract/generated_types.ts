// Compiles only if openapi-typescript made usable types of the document. Run by .ci/check_generators.sh.
import type { components, operations, paths } from "./elko";

type Product = components["schemas"]["Product"];
type Products = operations["getProducts"]["responses"][200]["content"]["application/json"];
type Order = paths["/v3.0/api/Orders"]["post"]["responses"][200]["content"]["application/json"];
type OrderModel = NonNullable<paths["/v3.0/api/Orders"]["post"]["requestBody"]>["content"]["application/json"];

const filter: operations["getProducts"]["parameters"]["query"] = { elkoCode: [1341426], vendorCode: ["SA"], lang: "EN" };

// Only the lines are needed, and of each only code and quantity.
const wanted: OrderModel = { lines: [{ elkoCode: 1341426, quantity: 1 }] };

export function inStock(product: Product): string | null {
  return product.quantity;
}

export function total(order: Order): number {
  return order.lines.reduce((sum, line) => sum + line.sum, 0) + (order.enduser?.pickupPoint ?? 0);
}

export function codes(products: Products): number[] {
  return products.map((product) => product.elkoCode);
}

// @ts-expect-error a quantity is text on the wire, never a number
const wrong: Product["quantity"] = 5;

// @ts-expect-error there is no such status
const status: Order["status"] = "Lost";

export { filter, status, wanted, wrong };
