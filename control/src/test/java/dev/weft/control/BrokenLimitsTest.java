// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import static dev.weft.control.Broken.change;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.resource.Limit;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BrokenLimitsTest {
    private static final String BACKENDS = "    backendRefs:";
    private static final String HANDLER = "  handler: index.handler\n";

    @TempDir
    Path folder;

    static Stream<Broken> limits() {
        return Stream.of(
                change(
                        HANDLER,
                        HANDLER + "  limits: [{key: {type: caller}}]\n",
                        "weft.yaml:14:12: spec.limits[0]: limits nothing; give concurrency, rate or both"),
                change(
                        HANDLER,
                        HANDLER + "  limits: [{concurrency: 1, key: {type: header}}]\n",
                        "weft.yaml:14:34: spec.limits[0].key.name: is required with type header; for example X-Api-Key"),
                change(
                        HANDLER,
                        HANDLER + "  limits: [{concurrency: 1, key: {type: caller, name: X}}]\n",
                        "weft.yaml:14:55: spec.limits[0].key.name: 'X': means nothing with type caller; leave it out or say header"),
                change(
                        HANDLER,
                        HANDLER + "  limits: [{rate: {requests: 0, per: 100ms}}]\n",
                        "weft.yaml:14:30: spec.limits[0].rate.requests: '0': must be from 1 to 1000000",
                        "weft.yaml:14:38: spec.limits[0].rate.per: '100ms': must be from 1s to 24h"),
                change(
                        BACKENDS,
                        "    filters: [{type: ExtensionRef}]\n" + BACKENDS,
                        "weft.yaml:23:15: spec.rules[0].filters[0].extensionRef: is required by type ExtensionRef"),
                change(
                        BACKENDS,
                        "    filters: [{type: ExtensionRef, extensionRef: {group: weft.dev, kind: Auth, name: a}}]\n"
                                + BACKENDS,
                        "weft.yaml:23:50: spec.rules[0].filters[0].extensionRef: 'weft.dev/Auth': only limits can be referred to; a limit is {group: weft.dev, kind: Limit, name: a}"),
                change(
                        BACKENDS,
                        "    filters: [{type: ExtensionRef, extensionRef: {group: weft.dev, kind: Limit, name: a}}]\n"
                                + BACKENDS,
                        "weft.yaml:23:87: spec.rules[0].filters[0].extensionRef.name: 'a': there is no Limit of that name; there is none"));
    }

    @ParameterizedTest
    @MethodSource("limits")
    void everyMistakeIsToldWithItsPlaceAndItsCure(Broken broken) {
        broken.check(folder);
    }

    @Test
    void aLimitIsReadWithItsDefaults() {
        Application application = new Workspace(folder).valid(Workspace.ALL + """
                        ---
                        apiVersion: weft.dev/v1alpha1
                        kind: Limit
                        metadata: {name: per-caller}
                        spec: {rate: {requests: 50}, key: {type: caller}}
                        """);
        Limit limit = application.limits().getFirst();
        assertThat(limit.kind()).isEqualTo("Limit");
        assertThat(limit.spec().concurrency()).isNull();
        assertThat(limit.spec().rate()).isEqualTo(new Limit.Rate(50, java.time.Duration.ofSeconds(1), null));
        assertThat(application.functions().getFirst().spec().limits()).isEmpty();
    }
}
