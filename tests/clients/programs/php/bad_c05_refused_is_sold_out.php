<?php

/** Breaks C05: `$stock[$code] ?? 0`, also when nothing is in $stock because the call was refused. */

require __DIR__ . '/DailyJob.php';

class Refreshing extends Elko
{
    public function stockOrNothing(array $codes): array
    {
        $answer = $this->attempt('GET', '/Catalog/Availability?elkoCode=' . implode(',', $codes));
        if ($answer->status !== 200) {
            $this->sleep(self::BLOCK + 1);
            return [];
        }
        return array_column($answer->data(), 'stockQuantity', 'productId');
    }
}

class ZeroWhenRefused extends DailyJob
{
    protected function readCatalogue(): array
    {
        $products = parent::readCatalogue();
        foreach (array_slice(array_chunk(array_column($products, 'elkoCode'), self::BATCH), 0, 5) as $codes) {
            $stock = $this->elko->stockOrNothing($codes);
            $this->shop->updateProducts(array_map(
                fn ($code) => ['sku' => (string) $code, 'stock_quantity' => $this->pieces($stock[$code] ?? 0) ?? 0],
                $codes,
            ));
        }
        return $products;
    }
}

main(new ZeroWhenRefused(new Refreshing()));
