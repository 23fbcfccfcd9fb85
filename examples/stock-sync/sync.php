<?php

// Stock from ELKO into a WooCommerce shop, product by product. Do not copy: see README.md.

$elko = getenv('ELKO_BASE_URL');
$shop = getenv('ELKO_SINK_URL'); // in production https://my-shop.example/wp-json/wc/v3

function toShop(string $method, string $url, array $body): void
{
    $options = ['method' => $method, 'header' => 'Content-Type: application/json', 'content' => json_encode($body)];
    file_get_contents($url, false, stream_context_create(['http' => $options]));
}

foreach (json_decode(file_get_contents(__DIR__ . '/products.json')) as $product) {
    $context = stream_context_create(['http' => ['header' => 'Authorization: Bearer ' . getenv('ELKO_TOKEN')]]);
    $rows = json_decode(@file_get_contents("$elko/Catalog/Availability?elkoCode=$product->sku", false, $context), true);
    $quantity = (int) ltrim($rows[0]['stockQuantity'] ?? '0', '>');
    toShop('PUT', "$shop/products/$product->id?sku=$product->sku", ['stock_quantity' => $quantity]);
}
