/** Yours: the function of your shop that asks ELKO for stock. */

/** ELKO did not say; ask again later, and change nothing in the shop. */
export class NotNow extends Error {}

/** Pieces there are at least, null when ELKO does not say. Throws NotNow. */
export async function stock(baseUrl, token, code) {
  const answer = await fetch(`${baseUrl}/Catalog/Availability?elkoCode=${code}`, {
    headers: { Authorization: `Bearer ${token}`, Accept: "application/json" },
    signal: AbortSignal.timeout(30_000),
  }).catch((problem) => {
    throw new NotNow(problem.message);
  });
  if (answer.status !== 200) throw new NotNow(`status ${answer.status}`);
  const [row] = await answer.json();
  const figure = /^>?(\d+)$/.exec(row.stockQuantity ?? "");
  return figure ? Number(figure[1]) : null;
}
