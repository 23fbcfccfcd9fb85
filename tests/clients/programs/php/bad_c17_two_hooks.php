<?php

/** Breaks C17: the shop's "paid" and "processing" hooks both hand the order on; nobody asks whether it went already. */

require __DIR__ . '/DailyJob.php';

class TwoHooks extends DailyJob
{
    protected function submit(string $reference, array $lines, array $expected): void
    {
        foreach (['woocommerce_payment_complete', 'woocommerce_order_status_processing'] as $hook) {
            parent::submit($reference, $lines, $expected);
        }
    }
}

main(new TwoHooks());
