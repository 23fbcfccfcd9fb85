<?php

declare(strict_types=1);

/**
 * The ELKO eCom API for a small shop, with PHP's curl extension alone: paced, patient, careful with what costs money.
 *
 * Configured by its environment only: ELKO_BASE_URL (up to and with /v3.0/api), ELKO_TOKEN, ELKO_USERNAME,
 * ELKO_PASSWORD, ELKO_SINK_URL (the shop's own web service), ELKO_TIME_SCALE (world seconds per real second, for tests).
 */

/** ELKO answered 403 and waiting and a new token did not help: a person has to look. */
class Refused extends RuntimeException
{
}

/** No usable answer: broken connection, server trouble, or a body that cannot be read. */
class Unavailable extends RuntimeException
{
}

/** A request that changes something went out and its answer did not come back: it may have been carried out. */
class AnswerLost extends Unavailable
{
}

/** ELKO said no to this request (400, 404, 405). */
class Rejected extends RuntimeException
{
}

/** One HTTP answer, its body unpacked. */
final class Answer
{
    public function __construct(
        public readonly int $status,
        public readonly string $body,
    ) {
    }

    public function data(): mixed
    {
        $text = str_starts_with($this->body, "\u{FEFF}") ? substr($this->body, 3) : $this->body;
        return json_decode($text, true, 64, JSON_THROW_ON_ERROR | JSON_BIGINT_AS_STRING);
    }
}

class Http
{
    /** One HTTP exchange; redirects are not followed. @throws Unavailable */
    public function exchange(string $method, string $url, array $headers, ?string $body, float $timeout): Answer
    {
        $handle = curl_init($url);
        curl_setopt_array($handle, $this->options() + [
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_HTTPHEADER => array_map(fn ($name) => "$name: $headers[$name]", array_keys($headers)),
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_ENCODING => 'gzip',
            CURLOPT_NOSIGNAL => true,
            CURLOPT_CONNECTTIMEOUT => 10,
            CURLOPT_TIMEOUT_MS => (int) ($timeout * 1000),
        ]);
        if ($body !== null) {
            curl_setopt($handle, CURLOPT_POSTFIELDS, $body);
        }
        $content = curl_exec($handle);
        if ($content === false) {
            throw new Unavailable($method . ' ' . parse_url($url, PHP_URL_PATH) . ': ' . curl_error($handle));
        }
        return new Answer(curl_getinfo($handle, CURLINFO_RESPONSE_CODE), $content);
    }

    /** Certificates are verified: curl's default, which nobody here switches off. */
    protected function options(): array
    {
        return [];
    }
}

class Elko
{
    private const WINDOW = 10;
    /** ELKO blocks above 50; the rest is left to whoever else works on the account. */
    private const CALLS_PER_WINDOW = 45;
    protected const BLOCK = 60;

    protected string $token;
    private string $base;
    private float $scale;
    private bool $refreshed = false;
    /** @var float[] when the latest calls were over, in world seconds */
    private array $finished = [];

    public function __construct(private Http $http = new Http())
    {
        $this->base = rtrim((string) getenv('ELKO_BASE_URL'), '/');
        $this->token = trim((string) getenv('ELKO_TOKEN'));
        $this->scale = (float) (getenv('ELKO_TIME_SCALE') ?: 1);
    }

    // -- the wire

    protected function sleep(float $seconds): void
    {
        usleep((int) (max(0.0, $seconds) / $this->scale * 1_000_000));
    }

    private function now(): float
    {
        return hrtime(true) / 1e9 * $this->scale;
    }

    /** Wait until one more call is allowed. Counts from when answers came: the server saw the calls earlier. */
    protected function pace(): void
    {
        if (count($this->finished) === self::CALLS_PER_WINDOW) {
            $this->sleep($this->finished[0] + self::WINDOW - $this->now());
            array_shift($this->finished);
        }
    }

    protected function headers(): array
    {
        return ['Authorization' => "Bearer $this->token", 'Accept' => 'application/json', 'Content-Type' => 'application/json'];
    }

    private function send(string $method, string $path, mixed $body, array $headers, float $patience): Answer
    {
        $this->pace();
        $payload = $body === null ? null : json_encode($body, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE);
        try {
            return $this->http->exchange($method, $this->base . $path, $headers, $payload, max(2.0, $patience / $this->scale));
        } finally {
            $this->finished[] = $this->now();
        }
    }

    /** One call, repeated after a pause when the server is in trouble and repeating can do no harm. */
    protected function attempt(string $method, string $path, mixed $body = null, float $patience = 30): Answer
    {
        $trouble = '';
        foreach ([2, 5, 15, 40, 0] as $pause) {
            try {
                $answer = $this->send($method, $path, $body, $this->headers(), $patience);
                if ($answer->status === 200) {
                    $answer->data();
                }
                if ($answer->status < 500) {
                    return $answer;
                }
                $trouble = "status $answer->status";
            } catch (Unavailable | JsonException $problem) {
                $trouble = $problem->getMessage();
            }
            if ($method === 'POST') {
                throw new AnswerLost("$method $path: $trouble");
            }
            $this->sleep($pause);
        }
        throw new Unavailable("$method $path: $trouble");
    }

    /**
     * The answer's data. A 403 says nothing about its cause, so the causes are tried in the order that does no harm:
     * a rate block goes by itself; a dead token is replaced, once; a refused address needs a person.
     */
    protected function request(string $method, string $path, mixed $body = null, float $patience = 30): mixed
    {
        if ($this->token === '') {
            $this->token = $this->newToken();
        }
        $answer = $this->attempt($method, $path, $body, $patience);
        if ($answer->status === 403) {
            $this->sleep(self::BLOCK + 1);
            $answer = $this->attempt($method, $path, $body, $patience);
        }
        if ($answer->status === 403) {
            $this->refresh();
            $answer = $this->attempt($method, $path, $body, $patience);
        }
        if ($answer->status === 403) {
            throw new Refused("$method $path: refused with a fresh token too");
        }
        if ($answer->status !== 200) {
            $problem = json_decode($answer->body, true);
            throw new Rejected($problem['detail'] ?? $problem['title'] ?? "status $answer->status");
        }
        return $answer->data();
    }

    private function refresh(): void
    {
        if ($this->refreshed) {
            throw new Refused('the token is not accepted');
        }
        $this->refreshed = true;
        $this->token = $this->newToken();
    }

    protected function newToken(): string
    {
        $credentials = ['username' => (string) getenv('ELKO_USERNAME'), 'password' => (string) getenv('ELKO_PASSWORD')];
        if ($credentials['username'] === '') {
            throw new Refused('the token is not accepted, and there is no user name to ask for another');
        }
        $headers = ['Accept' => 'text/plain', 'Content-Type' => 'application/json'];
        $answer = $this->send('POST', '/Token', $credentials, $headers, 30);
        if ($answer->status !== 200) {
            throw new Refused("no new token: status $answer->status; is this machine's address listed in eCom?");
        }
        return trim($answer->body, " \t\r\n\"");
    }

    // -- what the shop asks

    /** The whole list; once a day is enough, and it may take minutes. */
    public function products(): array
    {
        return $this->request('GET', '/Catalog/Products?lang=LV', patience: 900);
    }

    public function descriptions(array $codes): array
    {
        return $this->request('GET', '/Catalog/Products/' . implode(',', $codes) . '/Description?lang=LV');
    }

    public function media(array $codes): array
    {
        return $this->request('GET', '/Catalog/MediaItems/' . implode(',', $codes));
    }

    /** Pieces in stock by code; null where ELKO does not say. */
    public function availability(array $codes): array
    {
        $stock = [];
        $query = implode('&', array_map(fn ($code) => "elkoCode=$code", $codes));
        foreach ($this->request('GET', "/Catalog/Availability?$query") as $row) {
            $stock[(int) $row['productId']] = pieces($row['stockQuantity'] ?? null);
        }
        return $stock;
    }

    public function orders(): array
    {
        return $this->request('GET', '/Orders');
    }

    /** Place an order exactly once. When the answer is lost: look first, then place it again, once. */
    public function place(array $order): array
    {
        try {
            return $this->request('POST', '/Orders', $order);
        } catch (AnswerLost) {
            $this->sleep(5);
            foreach ($this->orders() as $known) {
                if (($known['enduser']['customerPo'] ?? null) === $order['enduser']['customerPo']) {
                    return $known;
                }
            }
            return $this->request('POST', '/Orders', $order);
        }
    }

    public function cancel(string $id): void
    {
        $this->request('DELETE', "/Orders/$id");
    }

    /** Reserve exactly once, with the same care as an order. */
    public function reserve(array $reservation): array
    {
        try {
            return $this->request('POST', '/Reservations', $reservation);
        } catch (AnswerLost) {
            $this->sleep(5);
            foreach ($this->request('GET', '/Reservations') as $known) {
                if (($known['customerReference'] ?? null) === $reservation['customerReference']) {
                    return $known;
                }
            }
            return $this->request('POST', '/Reservations', $reservation);
        }
    }

    public function release(string $id): void
    {
        $this->request('DELETE', "/Reservations/$id");
    }
}

/** `"0"`, `"8"` and `">50"` as a number (the least there is); null when ELKO does not say. */
function pieces(mixed $quantity): ?int
{
    return preg_match('/^\s*>?\s*(\d+)\s*$/', (string) $quantity, $found) ? (int) $found[1] : null;
}
