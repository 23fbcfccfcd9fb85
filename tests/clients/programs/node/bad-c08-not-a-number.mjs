/** Breaks C08: `parseInt("")` is NaN, and its own check for NaN brings the whole run down. */

import { DailyJob, main } from "./daily-job.mjs";

class ParseInt extends DailyJob {
  pieces(quantity) {
    if (quantity === null) return null;
    const number = Number.parseInt(quantity.replace(">", ""), 10);
    if (Number.isNaN(number)) throw new RangeError(`bad stock: "${quantity}"`);
    return number;
  }
}

await main(new ParseInt());
