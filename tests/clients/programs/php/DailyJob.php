<?php

declare(strict_types=1);

require_once __DIR__ . '/ElkoClient.php';

/** The shop's own web service, shaped like a WooCommerce one. It never sees a header or token of ELKO's. */
class Shop
{
    private string $url;

    public function __construct(private Http $http = new Http())
    {
        $parts = parse_url((string) getenv('ELKO_BASE_URL'));
        $port = isset($parts['port']) ? ":$parts[port]" : '';
        $this->url = rtrim(getenv('ELKO_SINK_URL') ?: "$parts[scheme]://$parts[host]$port/_elko/sink", '/');
    }

    public function updateProducts(array $changes): void
    {
        foreach (array_chunk($changes, 100) as $batch) {
            $this->write('/products/batch', ['update' => $batch]);
        }
    }

    public function noteOrder(string $reference, array $note): void
    {
        $this->write("/orders/$reference/notes", $note);
    }

    protected function headers(): array
    {
        return ['Content-Type' => 'application/json'];
    }

    protected function write(string $path, array $body): void
    {
        $payload = json_encode($body, JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE);
        $answer = $this->http->exchange('POST', $this->url . $path, $this->headers(), $payload, 30);
        if ($answer->status >= 400) {
            throw new Unavailable("the shop answered $answer->status to $path");
        }
    }
}

/** What the shop's cron does once a day: catalogue in, stock and prices out, orders, a reservation. */
class DailyJob
{
    /** Descriptions and pictures are brought up to date for so many products a day. */
    private const DETAILS = 600;
    protected const BATCH = 20;
    private const PRICE_TOLERANCE = 1.10;

    protected string $run;

    public function __construct(protected Elko $elko = new Elko(), protected Shop $shop = new Shop())
    {
        $this->run = strtoupper(bin2hex(random_bytes(5)));
    }

    public function __invoke(): void
    {
        $products = $this->readCatalogue();
        $this->readDetails(array_column(array_slice($products, 0, self::DETAILS), 'elkoCode'));
        $this->sync($products);
        $wanted = $this->basket($products);
        if (count($wanted) >= 3) {
            $this->orderForCustomer(array_slice($wanted, 0, 2));
            $this->holdForCustomer((int) $wanted[2]['elkoCode']);
        }
        $this->followOrders();
    }

    protected function readCatalogue(): array
    {
        return $this->elko->products();
    }

    protected function readDetails(array $codes): void
    {
        foreach (array_chunk($codes, self::BATCH) as $batch) {
            $texts = array_column($this->elko->descriptions($batch), 'description', 'productId');
            $pictures = array_column($this->elko->media($batch), 'mediaFiles', 'id');
            $changes = [];
            foreach ($batch as $code) {
                $text = array_column($texts[$code] ?? [], 'value', 'criteria')['Description'] ?? null;
                $files = array_column($pictures[$code] ?? [], 'link', 'sequence');
                if ($text !== null || isset($files[1])) {
                    $changes[] = ['sku' => (string) $code, 'description' => $text, 'image' => $files[1] ?? null];
                }
            }
            $this->shop->updateProducts($changes);
        }
    }

    /** Stock and price into the shop. What ELKO did not say stays as it is in the shop. */
    protected function sync(array $products): void
    {
        $changes = [];
        foreach ($products as $product) {
            $price = $this->price($product);
            $change = array_filter([
                'name' => $product['name'] ?? null,
                'brand' => isset($product['vendorName']) ? trim($product['vendorName']) : null,
                'stock_quantity' => $this->pieces($product['quantity'] ?? null),
                'regular_price' => $price === null ? null : number_format($price, 2, '.', ''),
            ], fn ($value) => $value !== null);
            if ($change !== []) {
                $changes[] = ['sku' => (string) $product['elkoCode']] + $change;
            }
        }
        $this->shop->updateProducts($changes);
    }

    protected function pieces(mixed $quantity): ?int
    {
        return pieces($quantity);
    }

    protected function price(array $product): ?float
    {
        $price = (float) ($product['discountPrice'] ?? 0) ?: (float) ($product['price'] ?? 0);
        return $price > 0 ? $price : null;
    }

    /** What the shop's customers bought today: a few products that are in stock, from the middle of the list. */
    private function basket(array $products): array
    {
        if (getenv('ELKO_ORDER_CODES')) {
            $known = array_column($products, null, 'elkoCode');
            $chosen = array_map(fn ($code) => $known[(int) $code] ?? null, explode(',', getenv('ELKO_ORDER_CODES')));
            return array_values(array_filter($chosen));
        }
        $sellable = array_values(array_filter(
            $products,
            fn ($product) => $this->pieces($product['quantity'] ?? null) >= 3 && $this->price($product) !== null,
        ));
        return array_slice($sellable, count($sellable) > 6 ? intdiv(count($sellable), 2) : 0, 3);
    }

    protected function orderForCustomer(array $products): void
    {
        $reference = "W-$this->run";
        $stock = $this->stockBeforeOrder($products);
        $lines = [];
        foreach ($products as $product) {
            if (($stock[$product['elkoCode']] ?? 0) >= 1) {
                $lines[] = ['elkoCode' => (int) $product['elkoCode'], 'quantity' => 1];
            }
        }
        if ($lines === []) {
            $this->shop->noteOrder($reference, ['status' => 'on-hold', 'note' => 'sold out at the supplier']);
            return;
        }
        $this->submit($reference, $lines, array_column($products, null, 'elkoCode'));
    }

    protected function stockBeforeOrder(array $products): array
    {
        return $this->elko->availability(array_column($products, 'elkoCode'));
    }

    protected function submit(string $reference, array $lines, array $expected): void
    {
        try {
            $order = $this->elko->place($this->orderForm($reference, $lines));
        } catch (Rejected $no) {
            $this->shop->noteOrder($reference, ['status' => 'on-hold', 'note' => 'supplier refused: ' . $no->getMessage()]);
            return;
        }
        $filled = array_column($order['lines'] ?? [], 'quantity', 'elkoCode');
        $missing = array_filter($lines, fn ($line) => ($filled[$line['elkoCode']] ?? 0) < $line['quantity']);
        foreach ($order['lines'] ?? [] as $line) {
            $limit = $this->price($expected[$line['elkoCode']] ?? []) * self::PRICE_TOLERANCE;
            if ($limit > 0 && ($line['price'] ?? 0) > $limit && isset($order['id'])) {
                $this->elko->cancel($order['id']);
                $this->shop->noteOrder($reference, ['status' => 'on-hold', 'note' => "price went up: $line[elkoCode]"]);
                return;
            }
        }
        $this->shop->noteOrder($reference, [
            'status' => $missing === [] ? 'processing' : 'partly-backordered',
            'supplier_order' => $order['id'] ?? null,
            'missing' => array_column($missing, 'elkoCode'),
        ]);
    }

    private function orderForm(string $reference, array $lines): array
    {
        return [
            'shipTo' => 'Customer',
            'enduser' => [
                'company' => 'Põhja Ratas OÜ',
                'contactName' => 'Kadri Lepik',
                'contactPhone' => '+372 604 1187',
                'contactMail' => 'pood@pohja-ratas.example',
                'addressLine1' => 'Pikk ' . random_int(1, 190) . '-' . random_int(1, 90),
                'city' => 'Tallinn',
                'country' => 'EE',
                'postalCode' => '10123',
                'isNaturalPerson' => false,
                'customerPo' => $reference,
            ],
            'created' => jde_today(),
            'lines' => $lines,
            'orderIfAllAvailable' => false,
        ];
    }

    /** A customer wants to pay later: reserve one piece, and let it go when the payment does not come. */
    private function holdForCustomer(int $code): void
    {
        if (($this->elko->availability([$code])[$code] ?? 0) < 1) {
            return;
        }
        try {
            $form = ['customerReference' => "R-$this->run", 'lines' => [['elkoCode' => $code, 'quantity' => 1]]];
            $reservation = $this->elko->reserve($form);
        } catch (Rejected) {
            return;
        }
        if (isset($reservation['id'])) {
            $this->elko->release($reservation['id']);
        }
    }

    private function followOrders(): void
    {
        foreach ($this->elko->orders() as $order) {
            $reference = $order['enduser']['customerPo'] ?? null;
            if ($reference !== null) {
                $note = ['status' => $order['status'] ?? null, 'tracking' => $order['trackingNumber'] ?? null];
                $this->shop->noteOrder($reference, $note);
            }
        }
    }
}

/** Today as ELKO writes dates: century since 1900, year, day of the year. */
function jde_today(): int
{
    return (intdiv((int) gmdate('Y'), 100) - 19) * 100000 + (int) gmdate('y') * 1000 + (int) gmdate('z') + 1;
}

/** Run a job and leave with its exit status: 0 done, 3 refused for good, 4 no usable answer, 5 rejected. */
function main(callable $job = new DailyJob()): never
{
    try {
        $job();
        exit(0);
    } catch (Refused $problem) {
        $status = 3;
    } catch (Unavailable $problem) {
        $status = 4;
    } catch (Rejected $problem) {
        $status = 5;
    }
    fwrite(STDERR, 'elko: ' . strtolower($problem::class) . ': ' . $problem->getMessage() . "\n");
    exit($status);
}
