<?php

/** Breaks C05: no answer from the catalogue means nothing is left, it thinks, and sells nothing any more. */

require __DIR__ . '/DailyJob.php';

class SoldOutWhenRefused extends DailyJob
{
    private const SOLD_IN_THE_SHOP = ['1341426', '1341427', '1341428'];

    public function __invoke(): void
    {
        try {
            parent::__invoke();
        } catch (Refused) {
            $stock = [];
            $this->shop->updateProducts(array_map(
                fn ($sku) => ['sku' => $sku, 'stock_quantity' => $stock[$sku]['quantity'] ?? 0],
                self::SOLD_IN_THE_SHOP,
            ));
        }
    }
}

main(new SoldOutWhenRefused());
