// SPDX-License-Identifier: Apache-2.0
package shop.fraud;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The shop's rules: above 5000.00 an order is refused; above 1000.00, or with 50 or more of one product, somebody looks at
 * it first; an order without items or without a total is no order, and refused.
 */
final class FraudRules {
    static final BigDecimal REFUSE_ABOVE = new BigDecimal("5000.00");
    static final BigDecimal REVIEW_ABOVE = new BigDecimal("1000.00");
    static final int REVIEW_QUANTITY = 50;

    private FraudRules() {}

    static FraudCheck.Verdict judge(FraudCheck.Order order) {
        if (order == null || order.items() == null || order.items().isEmpty() || order.total() == null) {
            return new FraudCheck.Verdict("refuse", List.of("the order needs items and a total"));
        }
        List<String> reasons = new ArrayList<>();
        quantities(order).forEach((sku, quantity) -> {
            if (quantity >= REVIEW_QUANTITY) {
                reasons.add(quantity + " of " + sku + " are " + REVIEW_QUANTITY + " or more of one product");
            }
        });
        boolean refused = order.total().compareTo(REFUSE_ABOVE) > 0;
        if (refused) {
            reasons.add("the total of " + order.total() + " is above " + REFUSE_ABOVE);
        } else if (order.total().compareTo(REVIEW_ABOVE) > 0) {
            reasons.add("the total of " + order.total() + " is above " + REVIEW_ABOVE);
        }
        return new FraudCheck.Verdict(refused ? "refuse" : reasons.isEmpty() ? "ok" : "review", reasons);
    }

    /** The same product may stand in an order twice. */
    private static Map<String, Long> quantities(FraudCheck.Order order) {
        Map<String, Long> quantities = new TreeMap<>();
        for (FraudCheck.Item item : order.items()) {
            quantities.merge(String.valueOf(item.sku()), (long) item.quantity(), Long::sum);
        }
        return quantities;
    }
}
