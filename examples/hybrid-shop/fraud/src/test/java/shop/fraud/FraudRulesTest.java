// SPDX-License-Identifier: Apache-2.0
package shop.fraud;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class FraudRulesTest {
    @Test
    void aSmallOrderIsFine() {
        assertEquals(new FraudCheck.Verdict("ok", List.of()), judge("1000.00", 49));
    }

    @Test
    void aCentAboveALimitCounts() {
        assertEquals("review", judge("1000.01", 1).verdict());
        assertEquals("review", judge("5000.00", 1).verdict());
        assertEquals("refuse", judge("5000.01", 1).verdict());
    }

    @Test
    void fiftyOfOneProductAreLookedAtHoweverTheyAreWritten() {
        assertEquals(
                new FraudCheck.Verdict("review", List.of("50 of thread are 50 or more of one product")),
                judge("10", 20, 30));
    }

    @Test
    void everyReasonIsTold() {
        assertEquals(2, judge("5000.01", 50).reasons().size());
    }

    @Test
    void whatIsNoOrderIsRefused() {
        assertEquals("refuse", FraudRules.judge(new FraudCheck.Order(List.of(), BigDecimal.ONE)).verdict());
        assertEquals("refuse", FraudRules.judge(new FraudCheck.Order(null, null)).verdict());
        assertEquals("refuse", FraudRules.judge(null).verdict());
    }

    private static FraudCheck.Verdict judge(String total, int... quantities) {
        List<FraudCheck.Item> items = java.util.Arrays.stream(quantities)
                .mapToObj(quantity -> new FraudCheck.Item("thread", quantity))
                .toList();
        return FraudRules.judge(new FraudCheck.Order(items, new BigDecimal(total)));
    }
}
