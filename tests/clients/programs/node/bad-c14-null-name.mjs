/** Breaks C14: "Cannot read properties of null (reading 'trim')". */

import { DailyJob, main } from "./daily-job.mjs";

class NamesAreText extends DailyJob {
  title(product) {
    return product.name.trim();
  }
}

await main(new NamesAreText());
