<?php

/** Planted for fuzz-client: `(int) ">50"` is 0, so the shop sells nothing of what there is most of. */

require __DIR__ . '/DailyJob.php';

class IntCast extends DailyJob
{
    protected function pieces(mixed $quantity): ?int
    {
        return $quantity === null || $quantity === '' ? null : (int) $quantity;
    }
}

main(new IntCast());
