import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests of your code. Start `elko-mock`, then run them as you run your tests: JUnit 5 is all they need. */
class StockTest {

    private static final int PLENTY = 9000001;
    private static final int EMPTY_QUANTITY = 9000013;

    private ElkoWorld world;

    private Stock stockIn(ElkoWorld made) {
        world = made;
        return new Stock(world.baseUrl, world.token);
    }

    @AfterEach
    void leaveTheWorld() throws Exception {
        world.close();
    }

    @Test
    void moreThanFiftyIsFiftyAtLeast() throws Exception {
        assertEquals(OptionalInt.of(50), stockIn(ElkoWorld.make()).of(PLENTY));
    }

    @Test
    void anEmptyQuantityIsNotZero() throws Exception {
        assertEquals(OptionalInt.empty(), stockIn(ElkoWorld.make()).of(EMPTY_QUANTITY));
    }

    @Test
    void aBlockIsNotZeroEitherAndEndsAfterAMinute() throws Exception {
        Stock stock = stockIn(ElkoWorld.make());
        world.freeze();
        for (int call = 0; call < 50; call++) {
            stock.of(PLENTY);
        }
        assertThrows(Stock.NotNow.class, () -> stock.of(PLENTY));
        world.advance(60); // takes no time
        assertEquals(OptionalInt.of(50), stock.of(PLENTY));
        assertEquals(1, world.count("reason=rate"));
    }

    @Test
    void aGatewayInTroubleIsNotZero() throws Exception {
        Stock stock = stockIn(ElkoWorld.make());
        world.setFaults("[{\"operation\": \"getAvailability\", \"respond\": {\"status\": 503}}]");
        assertThrows(Stock.NotNow.class, () -> stock.of(PLENTY));
    }

    @Test
    void aRefusedAddressIsNotZero() throws Exception {
        Stock stock = stockIn(ElkoWorld.of("address-not-allowed"));
        assertThrows(Stock.NotNow.class, () -> stock.of(PLENTY));
    }

    @Test
    void whatWasReallySent() throws Exception {
        stockIn(ElkoWorld.make()).of(PLENTY);
        assertEquals(1, world.count("operation=getAvailability"));
        assertTrue(world.journal("").contains("elkoCode=" + PLENTY));
    }
}
