/** Breaks C02: a retry helper with a fixed pause of ten seconds, far inside the minute of the block. */

import { DailyJob, main } from "./daily-job.mjs";
import { Elko } from "./elko-client.mjs";

class TenSecondsWillDo extends Elko {
  async sitOut(method, path, body, patience) {
    let answer;
    for (let retry = 0; retry < 7; retry++) {
      await this.sleep(10);
      answer = await this.attempt(method, path, body, patience);
      if (answer.status !== 403) break;
    }
    return answer;
  }
}

await main(new DailyJob(new TenSecondsWillDo()));
