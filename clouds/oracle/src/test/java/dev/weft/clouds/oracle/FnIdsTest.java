// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FnIdsTest {
    @Test
    void anIdLooksLikeTheServers() {
        assertThat(FnIds.function("oci", "shop", "greeter")).matches("01[0-9A-HJKMNP-TV-Z]{24}");
    }

    @Test
    void anIdStaysTheSame() {
        assertThat(FnIds.app("oci", "shop")).isEqualTo(FnIds.app("oci", "shop"));
    }

    @Test
    void whatDiffersHasAnotherId() {
        assertThat(FnIds.app("oci", "shop"))
                .isNotEqualTo(FnIds.app("fn", "shop"))
                .isNotEqualTo(FnIds.app("oci", "till"))
                .isNotEqualTo(FnIds.function("oci", "shop", "shop"));
    }
}
