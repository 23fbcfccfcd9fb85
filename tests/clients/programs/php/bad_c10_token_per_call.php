<?php

/** Breaks C10: each request of the web server starts with nothing, so each signs in again. */

require __DIR__ . '/DailyJob.php';

class SignsInEachTime extends Elko
{
    protected function attempt(string $method, string $path, mixed $body = null, float $patience = 30): Answer
    {
        $this->token = $this->newToken();
        return parent::attempt($method, $path, $body, $patience);
    }
}

main(new DailyJob(new SignsInEachTime()));
