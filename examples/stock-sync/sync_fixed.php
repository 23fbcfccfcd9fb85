<?php

// Stock from ELKO into a WooCommerce shop: one call for all of it, and nothing is written that ELKO did not say.

$elko = getenv('ELKO_BASE_URL');
$shop = getenv('ELKO_SINK_URL'); // in production https://my-shop.example/wp-json/wc/v3

$products = json_decode(file_get_contents(__DIR__ . '/products.json'));
$context = stream_context_create(['http' => [
    'header' => 'Authorization: Bearer ' . getenv('ELKO_TOKEN'),
    'timeout' => 30,
    'ignore_errors' => true,
]]);
$url = "$elko/Catalog/Availability?elkoCode=" . implode(',', array_column($products, 'sku'));
$rows = json_decode((string) file_get_contents($url, false, $context), true);
if (!preg_match('#^HTTP/\S+ 200 #', $http_response_header[0] ?? '') || !is_array($rows)) {
    // A 403 is the limit, a dead token or a refused address, and never news about stock. The next run is in an hour.
    fwrite(STDERR, "no stock from ELKO, the shop stays as it is\n");
    exit(1);
}

$known = array_column($rows, 'stockQuantity', 'productId');
foreach ($products as $product) {
    if (!preg_match('/^>?(\d+)$/', $known[$product->sku] ?? '', $quantity)) {
        continue; // empty, null or not there: ELKO did not say
    }
    file_get_contents("$shop/products/$product->id?sku=$product->sku", false, stream_context_create(['http' => [
        'method' => 'PUT',
        'header' => 'Content-Type: application/json',
        'content' => json_encode(['stock_quantity' => (int) $quantity[1]]),
    ]]));
}
