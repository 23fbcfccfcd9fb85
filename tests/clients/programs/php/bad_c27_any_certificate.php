<?php

/** Breaks C27: CURLOPT_SSL_VERIFYPEER off, as half of the answers on the web advise. */

require __DIR__ . '/DailyJob.php';

class TrustsAnyone extends Http
{
    protected function options(): array
    {
        return [CURLOPT_SSL_VERIFYPEER => false, CURLOPT_SSL_VERIFYHOST => 0];
    }
}

main(new DailyJob(new Elko(new TrustsAnyone())));
