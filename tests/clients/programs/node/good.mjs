/** The daily job as it should be. */

import { main } from "./daily-job.mjs";

await main();
