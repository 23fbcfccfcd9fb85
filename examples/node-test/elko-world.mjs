/** A world of a running mock, for one test. All it takes is HTTP. */

const mock = process.env.ELKO_MOCK_URL ?? "http://127.0.0.1:3556";

async function control(method, path, body) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(`${mock}/_elko/worlds${path}`, { method, headers, body: body && JSON.stringify(body) });
  const data = await answer.json();
  if (!answer.ok) throw new Error(`${method} ${path}: ${data.detail}`);
  return data;
}

/** `wanted` as POST /_elko/worlds takes it: scenario, seed, products, clock. */
export async function makeWorld(wanted = {}) {
  const world = await control("POST", "", wanted);
  const path = `/${world.name}`;
  return {
    baseUrl: mock + world.baseUrl,
    token: world.token,
    username: world.username,
    password: world.password,
    freeze: () => control("POST", `${path}/clock/freeze`),
    advance: (seconds) => control("POST", `${path}/clock/advance`, { seconds }),
    setFaults: (faults) => control("PUT", `${path}/faults`, faults),
    journal: async (conditions = {}) =>
      (await control("GET", `${path}/journal?${new URLSearchParams(conditions)}`)).exchanges,
    delete: () => control("DELETE", path),
  };
}
