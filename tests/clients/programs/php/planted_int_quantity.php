<?php

/** Planted for fuzz-client: adds the quantity to the shop's own stock as it comes, and `">50" + 2` is a TypeError. */

require __DIR__ . '/DailyJob.php';

class PlainInt extends DailyJob
{
    private const IN_THE_SHOP = 2;

    protected function pieces(mixed $quantity): ?int
    {
        return $quantity === null || $quantity === '' ? null : $quantity + self::IN_THE_SHOP;
    }
}

main(new PlainInt());
