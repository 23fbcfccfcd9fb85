<?php

/** Breaks C24: hands a refusal on as if it were the order, and falls over what is not in it. */

require __DIR__ . '/DailyJob.php';

class NoWasNotExpected extends Elko
{
    public function place(array $order): array
    {
        try {
            $placed = parent::place($order);
        } catch (Rejected $no) {
            $placed = ['title' => $no->getMessage(), 'lines' => null];
        }
        return ['lines' => array_values($placed['lines'])] + $placed;
    }
}

main(new DailyJob(new NoWasNotExpected()));
