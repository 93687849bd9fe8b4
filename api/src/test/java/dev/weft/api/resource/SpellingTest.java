// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.resource;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpellingTest {
    @Test
    void constantsAreSpeltAsDocumentsSpellThem() {
        assertThat(Spelling.Words.of(Function.Contract.AWS_LAMBDA)).isEqualTo("aws-lambda");
        assertThat(Spelling.Words.of(Cloud.Type.OCI)).isEqualTo("oci");
        assertThat(Spelling.Words.of(HttpRoute.PathType.PATH_PREFIX)).isEqualTo("PathPrefix");
        assertThat(Spelling.Words.of(HttpRoute.ValueType.EXACT)).isEqualTo("Exact");
        assertThat(Spelling.Words.of(HttpRoute.Method.GET)).isEqualTo("GET");
    }
}
