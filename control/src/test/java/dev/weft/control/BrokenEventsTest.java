// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import static dev.weft.control.Broken.change;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.resource.Events;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BrokenEventsTest {
    private static final String HANDLER = "  handler: index.handler\n";

    @TempDir
    Path folder;

    static Stream<Broken> events() {
        return Stream.of(
                change(
                        HANDLER,
                        HANDLER + "  events: {onFailure: chekout}\n",
                        "weft.yaml:14:23: spec.events.onFailure: 'chekout': there is no Function of that name; did you mean 'checkout'?"),
                change(
                        HANDLER,
                        HANDLER + "  events: {onSuccess: checkout}\n",
                        "weft.yaml:14:23: spec.events.onSuccess: 'checkout': must be another function: what becomes of its own events it knows"),
                change(
                        HANDLER,
                        HANDLER + "  events: {retries: 101, maxAge: 337h, retryAfter: 2h}\n",
                        "weft.yaml:14:21: spec.events.retries: '101': must be from 0 to 100",
                        "weft.yaml:14:34: spec.events.maxAge: '337h': must be from 1s to 336h",
                        "weft.yaml:14:52: spec.events.retryAfter: '2h': must be from 10ms to 1h"));
    }

    @ParameterizedTest
    @MethodSource("events")
    void everyMistakeIsToldWithItsPlaceAndItsCure(Broken broken) {
        broken.check(folder);
    }

    @Test
    void whatIsNotSaidIsAsUsual() {
        Workspace workspace = new Workspace(folder);
        assertThat(workspace.valid(Workspace.ALL).functions().getFirst().spec().events())
                .isNull();
        String said = Workspace.ALL.replace(HANDLER, HANDLER + "  events: {retries: 0}\n");
        assertThat(workspace.valid(said).functions().getFirst().spec().events())
                .isEqualTo(new Events(0, Events.USUAL.maxAge(), Events.USUAL.retryAfter(), null, null));
        assertThat(Events.USUAL).isEqualTo(new Events(2, Duration.ofHours(6), Duration.ofMinutes(1), null, null));
    }
}
