<?php

declare(strict_types=1);

/** ELKO did not say; ask again later, and change nothing in the shop. */
class NotNow extends RuntimeException
{
}

/** Yours: the part of your shop that asks ELKO for stock. */
final class Stock
{
    public function __construct(private readonly string $baseUrl, private readonly string $token)
    {
    }

    /** Pieces there are at least, null when ELKO does not say. @throws NotNow */
    public function of(int $code): ?int
    {
        $context = stream_context_create(['http' => [
            'header' => "Authorization: Bearer $this->token\r\nAccept: application/json",
            'timeout' => 30,
            'ignore_errors' => true,
        ]]);
        $answer = @file_get_contents("$this->baseUrl/Catalog/Availability?elkoCode=$code", false, $context);
        if ($answer === false || !str_contains($http_response_header[0], ' 200 ')) {
            throw new NotNow($http_response_header[0] ?? 'no answer');
        }
        $quantity = json_decode($answer, true, 64, JSON_THROW_ON_ERROR)[0]['stockQuantity'];
        return preg_match('/^>?(\d+)$/', $quantity ?? '', $figure) ? (int) $figure[1] : null;
    }
}
