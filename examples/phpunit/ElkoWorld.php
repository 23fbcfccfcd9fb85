<?php

declare(strict_types=1);

/** A world of a running mock, for one test. All it takes is HTTP. */
final class ElkoWorld
{
    private function __construct(
        private readonly string $name,
        public readonly string $baseUrl,
        public readonly string $token,
        public readonly string $username,
        public readonly string $password,
    ) {
    }

    /** `$wanted` as POST /_elko/worlds takes it: scenario, seed, products, clock. */
    public static function make(array $wanted = []): self
    {
        $made = self::control('POST', '', (object) $wanted);
        return new self($made['name'], self::mock() . $made['baseUrl'], (string) $made['token'], $made['username'], $made['password']);
    }

    public function freeze(): void
    {
        self::control('POST', "/$this->name/clock/freeze");
    }

    public function advance(float $seconds): void
    {
        self::control('POST', "/$this->name/clock/advance", ['seconds' => $seconds]);
    }

    public function setFaults(array $faults): void
    {
        self::control('PUT', "/$this->name/faults", $faults);
    }

    /** @return array[] the exchanges that fit: operation, status, reason, ... */
    public function journal(array $conditions = []): array
    {
        return self::control('GET', "/$this->name/journal?" . http_build_query($conditions))['exchanges'];
    }

    public function delete(): void
    {
        self::control('DELETE', "/$this->name");
    }

    private static function mock(): string
    {
        return getenv('ELKO_MOCK_URL') ?: 'http://127.0.0.1:3556';
    }

    private static function control(string $method, string $path, mixed $body = null): array
    {
        $answer = file_get_contents(self::mock() . "/_elko/worlds$path", false, stream_context_create(['http' => [
            'method' => $method,
            'header' => 'Content-Type: application/json',
            'content' => $body === null ? '' : json_encode($body),
            'ignore_errors' => true,
        ]]));
        $data = json_decode((string) $answer, true);
        if (!str_contains($http_response_header[0], ' 200 ')) {
            throw new RuntimeException("$method $path: " . ($data['detail'] ?? $http_response_header[0]));
        }
        return $data;
    }
}
