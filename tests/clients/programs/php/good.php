<?php

/** The daily job as it should be. */

require __DIR__ . '/DailyJob.php';

main();
