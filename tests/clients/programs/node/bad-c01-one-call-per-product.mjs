/** Breaks C01: a loop over the new products with an `await` in it, which looks slow and is not. */

import { DailyJob, main } from "./daily-job.mjs";
import { Elko } from "./elko-client.mjs";

class Unpaced extends Elko {
  async pace() {}
}

class OneByOne extends DailyJob {
  async readDetails(codes) {
    for (const code of codes.slice(0, 30)) {
      await this.elko.descriptions([code]);
      await this.elko.media([code]);
    }
  }
}

await main(new OneByOne(new Unpaced()));
