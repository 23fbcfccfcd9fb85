<?php

/** Breaks C08: takes the `>` off and lets PHP do the rest; `""` is no number any more since PHP 8. */

require __DIR__ . '/DailyJob.php';

class Arithmetic extends DailyJob
{
    protected function pieces(mixed $quantity): ?int
    {
        return $quantity === null ? null : ltrim($quantity, '>') + 0;
    }
}

main(new Arithmetic());
