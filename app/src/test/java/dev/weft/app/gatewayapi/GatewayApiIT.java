// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.gatewayapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The Gateway API's conformance cases for HTTPRoute, and the page that lists what came of them. */
class GatewayApiIT {
    private static final List<Case> CASES = Stream.of(
                    MatchingCases.all(), FilterCases.all(), RedirectCases.all(), CorsCases.all(), OtherCases.all())
            .flatMap(List::stream)
            .toList();

    private static final Map<String, Boolean> HELD = new ConcurrentSkipListMap<>();

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> everyCaseOfTheStandardThatAppliesHolds() {
        return CASES.stream()
                .filter(each -> each.steps() != null)
                .map(each -> DynamicTest.dynamicTest(each.name(), () -> {
                    HELD.put(each.name(), false);
                    try (Bench bench = new Bench(folder)) {
                        var steps = each.steps();
                        if (steps != null) {
                            steps.accept(bench);
                        }
                    }
                    HELD.put(each.name(), true);
                }));
    }

    @AfterAll
    static void thePageSaysWhatCameOfThem() throws Exception {
        String text = GatewayApiPage.text(CASES, HELD);
        if (Boolean.getBoolean("weft.regenerate")) {
            Files.writeString(GatewayApiPage.FILE, text);
        }
        assertThat(GatewayApiPage.FILE)
                .as("rewrite it by running this test with -Dweft.regenerate=true")
                .hasContent(text);
    }
}
