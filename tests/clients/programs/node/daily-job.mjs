/** What a small shop's cron does with ELKO once a day: catalogue in, stock and prices out, orders, a reservation. */

import { randomBytes, randomInt } from "node:crypto";
import { Elko, Refused, Rejected, Unavailable, pieces } from "./elko-client.mjs";

const DETAILS = 600; // descriptions and pictures are brought up to date for so many products a day
const BATCH = 20;
const PRICE_TOLERANCE = 1.1;

/** The shop's own web service, shaped like a WooCommerce one. It never sees a header or token of ELKO's. */
export class Shop {
  constructor(env = process.env) {
    this.url = (env.ELKO_SINK_URL || `${new URL(env.ELKO_BASE_URL).origin}/_elko/sink`).replace(/\/+$/, "");
  }

  async updateProducts(changes) {
    for (const batch of chunks(changes, 100)) await this.write("/products/batch", { update: batch });
  }

  noteOrder(reference, note) {
    return this.write(`/orders/${reference}/notes`, note);
  }

  async write(path, body) {
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(this.url + path, { method: "POST", headers, body: JSON.stringify(body) });
    await response.arrayBuffer();
    if (!response.ok) throw new Unavailable(`the shop answered ${response.status} to ${path}`);
  }
}

export class DailyJob {
  constructor(elko = new Elko(), shop = new Shop()) {
    this.elko = elko;
    this.shop = shop;
    this.run = randomBytes(5).toString("hex").toUpperCase();
  }

  async start() {
    const products = await this.elko.products();
    await this.readDetails(products.slice(0, DETAILS).map((product) => product.elkoCode));
    await this.sync(products);
    const wanted = this.basket(products);
    if (wanted.length >= 3) {
      await this.orderForCustomer(wanted.slice(0, 2));
      await this.holdForCustomer(wanted[2]);
    }
    await this.followOrders();
  }

  async readDetails(codes) {
    for (const batch of chunks(codes, BATCH)) await this.readBatch(batch);
  }

  async readBatch(codes) {
    const texts = new Map((await this.elko.descriptions(codes)).map((item) => [item.productId, item.description]));
    const files = new Map((await this.elko.media(codes)).map((item) => [item.id, item.mediaFiles]));
    const changes = codes.map((code) => ({
      sku: String(code),
      description: texts.get(code)?.find((line) => line.criteria === "Description")?.value,
      image: files.get(code)?.find((file) => file.sequence === 1)?.link,
    }));
    await this.shop.updateProducts(changes.filter((change) => change.description || change.image));
  }

  /** Stock and price into the shop. What ELKO did not say stays as it is in the shop. */
  async sync(products) {
    const changes = products.map((product) => ({
      sku: String(product.elkoCode),
      name: product.name ?? undefined,
      brand: this.brand(product),
      stock_quantity: this.pieces(product.quantity) ?? undefined,
      regular_price: price(product)?.toFixed(2),
    }));
    await this.shop.updateProducts(changes.filter((change) => Object.values(change).filter(known).length > 1));
  }

  pieces(quantity) {
    return pieces(quantity);
  }

  brand(product) {
    return product.vendorName?.trim();
  }

  /** What the shop's customers bought today: a few products that are in stock, from the middle of the list. */
  basket(products) {
    const chosen = process.env.ELKO_ORDER_CODES?.split(",").map(Number);
    if (chosen) return chosen.map((code) => products.find((product) => product.elkoCode === code)).filter(known);
    const sellable = products.filter((product) => this.pieces(product.quantity) >= 3 && price(product));
    const start = sellable.length > 6 ? Math.floor(sellable.length / 2) : 0;
    return sellable.slice(start, start + 3);
  }

  async orderForCustomer(products) {
    const reference = `W-${this.run}`;
    const now = await this.elko.availability(products.map((product) => product.elkoCode));
    const lines = products
      .filter((product) => now.get(product.elkoCode)?.stock >= 1)
      .map((product) => ({ elkoCode: product.elkoCode, quantity: 1 }));
    if (!lines.length) return this.shop.noteOrder(reference, { status: "on-hold", note: "sold out at the supplier" });
    let order;
    try {
      order = await this.elko.place(orderForm(reference, lines));
    } catch (problem) {
      if (!(problem instanceof Rejected)) throw problem;
      return this.shop.noteOrder(reference, { status: "on-hold", note: `supplier refused: ${problem.message}` });
    }
    const placed = order.lines ?? [];
    const filled = (code) => placed.find((line) => line.elkoCode === code)?.quantity ?? 0;
    const missing = lines.filter((line) => filled(line.elkoCode) < line.quantity).map((line) => line.elkoCode);
    const dearer = placed.filter((line) => line.price > now.get(line.elkoCode)?.price * PRICE_TOLERANCE);
    if (dearer.length && order.id) {
      await this.elko.cancel(order.id);
      return this.shop.noteOrder(reference, { status: "on-hold", note: `price went up: ${dearer[0].elkoCode}` });
    }
    const status = missing.length ? "partly-backordered" : "processing";
    return this.shop.noteOrder(reference, { status, supplier_order: order.id, missing });
  }

  /** A customer wants to pay later: reserve one piece, and let it go when the payment does not come. */
  async holdForCustomer({ elkoCode }) {
    const now = await this.elko.availability([elkoCode]);
    if (!(now.get(elkoCode)?.stock >= 1)) return;
    try {
      const form = { customerReference: `R-${this.run}`, lines: [{ elkoCode, quantity: 1 }] };
      const reservation = await this.elko.reserve(form);
      if (reservation.id) await this.elko.release(reservation.id);
    } catch (problem) {
      if (!(problem instanceof Rejected)) throw problem;
    }
  }

  async followOrders() {
    for (const order of await this.elko.orders()) {
      const reference = order.enduser?.customerPo;
      if (reference) await this.shop.noteOrder(reference, { status: order.status, tracking: order.trackingNumber });
    }
  }
}

function orderForm(reference, lines) {
  return {
    shipTo: "Customer",
    enduser: {
      company: "Dviračių Kiemas UAB",
      contactName: "Rasa Petrauskaitė",
      contactPhone: "+370 5 204 1187",
      contactMail: "pirkimai@dviraciu-kiemas.example",
      addressLine1: `Pilies g. ${randomInt(1, 190)}-${randomInt(1, 90)}`,
      city: "Vilnius",
      country: "LT",
      postalCode: "01123",
      isNaturalPerson: false,
      customerPo: reference,
    },
    created: jdeToday(),
    lines,
    orderIfAllAvailable: false,
  };
}

/** Today as ELKO writes dates: century since 1900, year, day of the year. */
function jdeToday() {
  const now = new Date();
  const year = now.getUTCFullYear();
  const day = Math.floor((now - Date.UTC(year, 0, 1)) / 86_400_000) + 1;
  return (Math.floor(year / 100) - 19) * 100_000 + (year % 100) * 1000 + day;
}

function price(product) {
  return [product.discountPrice, product.price].find((amount) => amount > 0);
}

function known(value) {
  return value !== undefined && value !== null;
}

function chunks(list, size) {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size));
}

/** Run a job and leave with its exit status: 0 done, 3 refused for good, 4 no usable answer, 5 rejected. */
export async function main(job = new DailyJob()) {
  try {
    await job.start();
  } catch (problem) {
    const status = [[Refused, 3], [Unavailable, 4], [Rejected, 5]].find(([kind]) => problem instanceof kind)?.[1];
    if (!status) throw problem;
    console.error(`elko: ${problem.constructor.name}: ${problem.message}`);
    process.exitCode = status;
  }
}
