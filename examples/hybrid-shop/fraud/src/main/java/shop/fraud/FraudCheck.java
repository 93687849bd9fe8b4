// SPDX-License-Identifier: Apache-2.0
package shop.fraud;

import com.google.cloud.functions.TypedFunction;
import java.math.BigDecimal;
import java.util.List;

/**
 * fraud: looks at an order before it is taken. A Java function of Google's, as you would deploy it with {@code
 * --entry-point=shop.fraud.FraudCheck}.
 *
 * <p>If you don't know Google's functions framework: it makes one object of this class a process, calls it once a request,
 * from several threads at a time, reads the request's JSON into an {@link Order} and writes the {@link Verdict} as JSON.
 */
public class FraudCheck implements TypedFunction<FraudCheck.Order, FraudCheck.Verdict> {
    /** {@code {"items": [{"sku": "linen-thread", "quantity": 2}], "total": "9.80"}}; the total may be a number too. */
    public record Order(List<Item> items, BigDecimal total) {}

    /** So many of one product. */
    public record Item(String sku, int quantity) {}

    /**
     * What comes of it.
     *
     * @param verdict {@code ok}, {@code review} (by a person) or {@code refuse}
     * @param reasons a sentence each; none if all is well
     */
    public record Verdict(String verdict, List<String> reasons) {}

    @Override
    public Verdict apply(Order order) {
        Verdict verdict = FraudRules.judge(order);
        // whatever is printed becomes a log line: `weft logs -f fraud`
        System.out.println("fraud: " + verdict.verdict() + ' ' + verdict.reasons());
        return verdict;
    }
}
