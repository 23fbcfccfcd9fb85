/**
 * The ELKO eCom API for a small shop, with what Node brings along: paced, patient, careful with what costs money.
 *
 * Configured by its environment only: ELKO_BASE_URL (up to and with /v3.0/api), ELKO_TOKEN, ELKO_USERNAME,
 * ELKO_PASSWORD, ELKO_SINK_URL (the shop's own web service), ELKO_TIME_SCALE (world seconds per real second, for tests).
 */

import { setTimeout as delay } from "node:timers/promises";

const WINDOW = 10;
const CALLS_PER_WINDOW = 45; // ELKO blocks above 50; the rest is left to whoever else works on the account
const BLOCK = 60;

/** ELKO answered 403 and waiting and a new token did not help: a person has to look. */
export class Refused extends Error {}

/** No usable answer: broken connection, server trouble, or a body that cannot be read. */
export class Unavailable extends Error {}

/** A request that changes something went out and its answer did not come back: it may have been carried out. */
export class AnswerLost extends Unavailable {}

/** ELKO said no to this request (400, 404, 405). */
export class Rejected extends Error {}

export class Elko {
  #finished = []; // when the latest calls were over, in world seconds
  #refreshed = false;

  constructor(env = process.env) {
    this.base = env.ELKO_BASE_URL.replace(/\/+$/, "");
    this.token = (env.ELKO_TOKEN ?? "").trim();
    this.credentials = { username: env.ELKO_USERNAME ?? "", password: env.ELKO_PASSWORD ?? "" };
    this.scale = Number(env.ELKO_TIME_SCALE || 1);
  }

  // -- the wire

  async sleep(seconds) {
    await delay((Math.max(0, seconds) / this.scale) * 1000);
  }

  #now() {
    return (performance.now() / 1000) * this.scale;
  }

  /** Wait until one more call is allowed. Counts from when answers came: the server saw the calls earlier. */
  async pace() {
    if (this.#finished.length >= CALLS_PER_WINDOW) {
      await this.sleep(this.#finished.shift() + WINDOW - this.#now());
    }
  }

  /** One call, whatever comes of it: {status, text}. Throws Unavailable when there is no answer. */
  async send(method, path, body, headers, patience) {
    await this.pace();
    try {
      const response = await fetch(this.base + path, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        redirect: "manual",
        signal: AbortSignal.timeout(Math.max(1, patience / this.scale) * 1000),
      });
      return { status: response.status, text: await response.text() };
    } catch (problem) {
      throw new Unavailable(`${method} ${path}: ${problem.cause?.message ?? problem.message}`);
    } finally {
      this.#finished.push(this.#now());
    }
  }

  headers() {
    return { Authorization: `Bearer ${this.token}`, Accept: "application/json", "Content-Type": "application/json" };
  }

  /** One call, repeated after a pause when the server is in trouble and repeating can do no harm. */
  async attempt(method, path, body, patience) {
    let trouble;
    for (const pause of [2, 5, 15, 40, 0]) {
      try {
        const answer = await this.send(method, path, body, this.headers(), patience);
        if (answer.status === 200) answer.data = JSON.parse(answer.text);
        if (answer.status < 500) return answer;
        trouble = `status ${answer.status}`;
      } catch (problem) {
        if (!(problem instanceof Unavailable || problem instanceof SyntaxError)) throw problem;
        trouble = problem.message;
      }
      if (method === "POST") throw new AnswerLost(`${method} ${path}: ${trouble}`);
      await this.sleep(pause);
    }
    throw new Unavailable(`${method} ${path}: ${trouble}`);
  }

  /**
   * The answer's data. A 403 says nothing about its cause, so the causes are tried in the order that does no harm:
   * a rate block goes by itself; a dead token is replaced, once; a refused address needs a person.
   */
  async request(method, path, body, patience = 30) {
    if (!this.token) this.token = await this.newToken();
    let answer = await this.attempt(method, path, body, patience);
    if (answer.status === 403) answer = await this.sitOut(method, path, body, patience);
    if (answer.status === 403) {
      if (this.#refreshed) throw new Refused("the token is not accepted");
      this.#refreshed = true;
      this.token = await this.newToken();
      answer = await this.attempt(method, path, body, patience);
    }
    if (answer.status === 403) throw new Refused(`${method} ${path}: refused with a fresh token too`);
    if (answer.status !== 200) throw new Rejected(reasonIn(answer));
    return answer.data;
  }

  /** Wait as long as a rate block lasts, without a single call, then ask again. */
  async sitOut(method, path, body, patience) {
    await this.sleep(BLOCK + 1);
    return this.attempt(method, path, body, patience);
  }

  async newToken() {
    if (!this.credentials.username) throw new Refused("the token is not accepted");
    const headers = { Accept: "text/plain", "Content-Type": "application/json" };
    const answer = await this.send("POST", "/Token", this.credentials, headers, 30);
    if (answer.status !== 200) {
      throw new Refused(`no new token: status ${answer.status}; is this machine's address listed in eCom?`);
    }
    return answer.text.trim().replaceAll('"', "");
  }

  // -- what the shop asks

  /** The whole list; once a day is enough, and it may take minutes. */
  products() {
    return this.request("GET", "/Catalog/Products?lang=EN&vendorCode=", undefined, 900);
  }

  descriptions(codes) {
    return this.request("GET", `/Catalog/Products/${codes.join(",")}/Description?lang=EN`);
  }

  media(codes) {
    return this.request("GET", `/Catalog/MediaItems/${codes.join(",")}`);
  }

  /** {stock, price} by code, both null where ELKO does not say. */
  async availability(codes) {
    const rows = await this.request("GET", `/Catalog/AvailabilityAndPrice/AvailabilityPrice?elkoCodes=${codes.join(",")}`);
    return new Map(
      rows.map((row) => [row.productId, { stock: pieces(row.stockQuantity), price: row.prices?.discountPrice ?? null }]),
    );
  }

  orders() {
    return this.request("GET", "/Orders");
  }

  /** Place an order exactly once. When the answer is lost: look first, then place it again, once. */
  async place(order) {
    try {
      return await this.request("POST", "/Orders", order);
    } catch (problem) {
      if (!(problem instanceof AnswerLost)) throw problem;
      await this.sleep(5);
      const known = (await this.orders()).find((one) => one.enduser?.customerPo === order.enduser.customerPo);
      return known ?? this.request("POST", "/Orders", order);
    }
  }

  cancel(id) {
    return this.request("DELETE", `/Orders/${id}`);
  }

  /** Reserve exactly once, with the same care as an order. */
  async reserve(reservation) {
    try {
      return await this.request("POST", "/Reservations", reservation);
    } catch (problem) {
      if (!(problem instanceof AnswerLost)) throw problem;
      await this.sleep(5);
      const all = await this.request("GET", "/Reservations");
      const known = all.find((one) => one.customerReference === reservation.customerReference);
      return known ?? this.request("POST", "/Reservations", reservation);
    }
  }

  release(id) {
    return this.request("DELETE", `/Reservations/${id}`);
  }
}

/** `"0"`, `"8"` and `">50"` as a number (the least there is); null when ELKO does not say. */
export function pieces(quantity) {
  const found = /^\s*>?\s*(\d+)\s*$/.exec(quantity ?? "");
  return found ? Number(found[1]) : null;
}

function reasonIn(answer) {
  try {
    const problem = JSON.parse(answer.text);
    return problem.detail ?? problem.title;
  } catch {
    return `status ${answer.status}`;
  }
}
