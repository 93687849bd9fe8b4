// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Quantity;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bills worked out by hand, for a million calls each. */
class CallPriceTest {
    private static final Cloud.Price PER_MILLI = price("0.20 0.0000166667 0 0", 1, 0, 1);
    private static final Cloud.Price CONSUMPTION = price("0.20 0.000016 0 0", 1, 100, 128);
    private static final Cloud.Price PROCESSORS = price("0.40 0.0000025 0.000024 0.5", 100, 0, 1);

    @ParameterizedTest
    @CsvSource({
        // half a GB for 12.0 ms; for 12.1 ms, which is billed as 13
        "PER_MILLI, 512Mi, 12, 0.3000002",
        "PER_MILLI, 512Mi, 12.1, 0.30833355",
        // at least 100 ms of 256 MiB, though 200 MiB were asked for; then by the millisecond
        "CONSUMPTION, 200Mi, 3, 0.6",
        "CONSUMPTION, 256Mi, 101, 0.604",
        // 1 GiB and half a processor, in steps of 100 ms
        "PROCESSORS, 1Gi, 3, 1.85",
        "PROCESSORS, 1Gi, 101, 3.3",
    })
    void aCallCostsAsItsCloudBills(String price, String memory, double millis, double dollars) {
        Cloud.Price billed =
                switch (price) {
                    case "PER_MILLI" -> PER_MILLI;
                    case "CONSUMPTION" -> CONSUMPTION;
                    default -> PROCESSORS;
                };
        assertThat(new CallPrice(billed, Quantity.parse(memory)).dollars(millis) * 1e6)
                .isCloseTo(dollars, within(1e-6));
    }

    /** @param dollars for a million calls, a GB and a processor a second, and processors for each GB */
    private static Cloud.Price price(String dollars, int step, int least, int mebibytes) {
        List<BigDecimal> numbers =
                Arrays.stream(dollars.split(" ", -1)).map(BigDecimal::new).toList();
        return new Cloud.Price(
                numbers.get(0),
                numbers.get(1),
                numbers.get(2),
                numbers.get(3),
                Duration.ofMillis(step),
                Duration.ofMillis(least),
                new Quantity((long) mebibytes << 20));
    }
}
