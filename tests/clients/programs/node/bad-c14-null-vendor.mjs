/** Breaks C14: "Cannot read properties of null (reading 'trim')". */

import { DailyJob, main } from "./daily-job.mjs";

class VendorsHaveNames extends DailyJob {
  brand(product) {
    return product.vendorName.trim();
  }
}

await main(new VendorsHaveNames());
