// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.six;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What clouds have in their stores for secrets, and what plans say of it. */
final class Stores {
    /** A secret's new value. */
    static final String RENEWED = "another-key-that-nobody-may-ever-see";

    /** Clouds that keep secrets in a store of their own. */
    private static final Set<String> ALL = Set.of("google", "code-engine", "knative");

    private Stores() {}

    /** Each of them has {@code secret}. */
    static void hold(PlayedClouds clouds, String secret) {
        for (String cloud : ALL) {
            assertThat(clouds.of(cloud).stored()).as(cloud).contains(secret);
        }
    }

    /** None of them has anything. */
    static void areEmpty(PlayedClouds clouds) {
        for (String cloud : ALL) {
            assertThat(clouds.of(cloud).stored()).as(cloud).isEmpty();
        }
    }

    /** Every function changes, and of each the secret's variable alone. */
    static void changeNothingElse(JsonNode plan) {
        assertThat(plan.path("steps").valueStream()).hasSize(9).allSatisfy(step -> assertThat(
                        step.path("differences").valueStream())
                .singleElement()
                .satisfies(each ->
                        assertThat(each.path("setting").asString()).isEqualTo("env." + ExampleCopy.SECRET_VARIABLE)));
    }
}
