/** Breaks C02: a retry helper with a fixed pause of ten seconds, far inside the minute of the block. */

import { DailyJob, main } from "./daily-job.mjs";
import { Elko } from "./elko-client.mjs";

class TenSecondsWillDo extends Elko {
  async sitOut(method, path, body, patience) {
    await this.sleep(10);
    return this.attempt(method, path, body, patience);
  }
}

await main(new DailyJob(new TenSecondsWillDo()));
