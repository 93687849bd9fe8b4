// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ChangesTest {
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    @Test
    void everyStageIsMeasuredByItselfAndTheNextBeginsWhereItEnds() {
        Changes changes = new Changes(meters);
        long began = System.nanoTime() - Duration.ofSeconds(3).toNanos();

        long deployed = changes.over(Changes.Stage.DEPLOY, began);
        changes.over(Changes.Stage.ROUTE, deployed);

        assertThat(meters.scrape())
                .contains("weft_change_seconds_count{stage=\"read\"} 0")
                .contains("weft_change_seconds_count{stage=\"deploy\"} 1")
                .containsPattern("weft_change_seconds_sum\\{stage=\"deploy\"} 3\\.")
                .containsPattern("weft_change_seconds_sum\\{stage=\"route\"} (0\\.|\\d\\.\\d+E-)");
    }
}
