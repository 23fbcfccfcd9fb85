/** Breaks C18: every rejected promise is tried again, an order's too. */

import { DailyJob, main } from "./daily-job.mjs";
import { AnswerLost, Elko } from "./elko-client.mjs";

class PostsAgain extends Elko {
  async place(order) {
    for (let tries = 1; ; tries++) {
      try {
        return await this.request("POST", "/Orders", order);
      } catch (problem) {
        if (tries === 3 || !(problem instanceof AnswerLost)) throw problem;
        await this.sleep(2);
      }
    }
  }
}

await main(new DailyJob(new PostsAgain()));
