/** Tests of your code. Start `elko-mock`, then `node --test examples/node-test/`. */

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { makeWorld } from "./elko-world.mjs";
import { NotNow, stock } from "./stock.mjs";

const PLENTY = 9000001;
const EMPTY_QUANTITY = 9000013;
let world;

async function inWorld(wanted) {
  world = await makeWorld(wanted);
  return world;
}

afterEach(() => world.delete());

test("more than fifty is fifty at least", async () => {
  const { baseUrl, token } = await inWorld();
  assert.equal(await stock(baseUrl, token, PLENTY), 50);
});

test("an empty quantity is not zero", async () => {
  const { baseUrl, token } = await inWorld();
  assert.equal(await stock(baseUrl, token, EMPTY_QUANTITY), null);
});

test("a block is not zero either, and ends after a minute", async () => {
  const { baseUrl, token, freeze, advance, journal } = await inWorld();
  await freeze();
  for (let call = 0; call < 50; call++) await stock(baseUrl, token, PLENTY);
  await assert.rejects(stock(baseUrl, token, PLENTY), NotNow);
  await advance(60); // takes no time
  assert.equal(await stock(baseUrl, token, PLENTY), 50);
  assert.equal((await journal({ reason: "rate" })).length, 1);
});

test("a gateway in trouble is not zero", async () => {
  const { baseUrl, token, setFaults } = await inWorld();
  await setFaults([{ operation: "getAvailability", respond: { status: 503 } }]);
  await assert.rejects(stock(baseUrl, token, PLENTY), NotNow);
});

test("a refused address is not zero", async () => {
  const { baseUrl, token } = await inWorld({ scenario: "address-not-allowed" });
  await assert.rejects(stock(baseUrl, token, PLENTY), NotNow);
});

test("what was really sent", async () => {
  const { baseUrl, token, journal } = await inWorld();
  await stock(baseUrl, token, PLENTY);
  const [call] = await journal();
  assert.equal(call.operation, "getAvailability");
  assert.equal(call.request.query, `elkoCode=${PLENTY}`);
  assert.deepEqual(call.violations, []);
});
