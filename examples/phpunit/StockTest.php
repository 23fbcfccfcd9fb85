<?php

declare(strict_types=1);

use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/ElkoWorld.php';
require_once __DIR__ . '/Stock.php';

/** Tests of your code. Start `elko-mock`, then `phpunit examples/phpunit/StockTest.php`. */
final class StockTest extends TestCase
{
    private const PLENTY = 9000001;
    private const EMPTY_QUANTITY = 9000013;

    private ElkoWorld $world;

    protected function tearDown(): void
    {
        $this->world->delete();
    }

    private function stockIn(array $wanted = []): Stock
    {
        $this->world = ElkoWorld::make($wanted);
        return new Stock($this->world->baseUrl, $this->world->token);
    }

    public function testMoreThanFiftyIsFiftyAtLeast(): void
    {
        $this->assertSame(50, $this->stockIn()->of(self::PLENTY));
    }

    public function testAnEmptyQuantityIsNotZero(): void
    {
        $this->assertNull($this->stockIn()->of(self::EMPTY_QUANTITY));
    }

    public function testABlockIsNotZeroEitherAndEndsAfterAMinute(): void
    {
        $stock = $this->stockIn();
        $this->world->freeze();
        for ($call = 0; $call < 50; $call++) {
            $stock->of(self::PLENTY);
        }
        try {
            $stock->of(self::PLENTY);
            $this->fail('the 51st call was answered');
        } catch (NotNow) {
            $this->world->advance(60); // takes no time
        }
        $this->assertSame(50, $stock->of(self::PLENTY));
        $this->assertCount(1, $this->world->journal(['reason' => 'rate']));
    }

    public function testAGatewayInTroubleIsNotZero(): void
    {
        $stock = $this->stockIn();
        $this->world->setFaults([['operation' => 'getAvailability', 'respond' => ['status' => 503]]]);
        $this->expectException(NotNow::class);
        $stock->of(self::PLENTY);
    }

    public function testARefusedAddressIsNotZero(): void
    {
        $stock = $this->stockIn(['scenario' => 'address-not-allowed']);
        $this->expectException(NotNow::class);
        $stock->of(self::PLENTY);
    }

    public function testWhatWasReallySent(): void
    {
        $this->stockIn()->of(self::PLENTY);
        [$call] = $this->world->journal();
        $this->assertSame('getAvailability', $call['operation']);
        $this->assertSame('elkoCode=' . self::PLENTY, $call['request']['query']);
        $this->assertSame([], $call['violations']);
    }
}
