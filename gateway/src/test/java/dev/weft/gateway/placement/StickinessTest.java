// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Headers;
import dev.weft.api.resource.Function.Placement.Sticky;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StickinessTest {
    private static final Sticky HEADER = new Sticky("X-User", null);
    private static final Sticky COOKIE = new Sticky(null, "user");

    @Test
    void aHeaderNamesTheUserAndWithoutItNobodyDoes() {
        Long ada = Stickiness.key(HEADER, Headers.of("x-user", "ada"), "id");
        assertThat(ada).isNotNull().isEqualTo(Stickiness.key(HEADER, Headers.of("X-USER", "ada"), "other"));
        assertThat(Stickiness.key(HEADER, Headers.of("x-user", "eve"), "id")).isNotEqualTo(ada);
        assertThat(Stickiness.key(HEADER, Headers.none(), "id")).isNull();
        assertThat(Stickiness.key(HEADER, Headers.of("x-user", ""), "id")).isNull();
        assertThat(Stickiness.setCookie(HEADER, Headers.none(), "id", true)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"user=u1", "a=b; user=u1", "user=u1; user=u2", "xuser=no;  user=u1", "user; user=u1"})
    void aCookieIsFoundAmongOthers(String field) {
        assertThat(Stickiness.key(COOKIE, Headers.of("cookie", field), "id")).isEqualTo(Draws.key("u1"));
        assertThat(Stickiness.setCookie(COOKIE, Headers.of("cookie", field), "id", true))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "users=u1", "user=", "user", "USER=u1", ";;;", " = "})
    void aMissingCookieIsSetAndTheFirstCallGoesWhereTheNextOnesWill(String field) {
        Headers without = Headers.of("cookie", field);
        assertThat(Stickiness.key(COOKIE, without, "call-1")).isEqualTo(Draws.key("call-1"));
        assertThat(Stickiness.setCookie(COOKIE, without, "call-1", false))
                .isEqualTo("user=call-1; Path=/; HttpOnly; SameSite=Lax");
        assertThat(Stickiness.setCookie(COOKIE, without, "call-1", true)).endsWith("; Secure");
        assertThat(Stickiness.key(COOKIE, Headers.of("cookie", "user=call-1"), "call-2"))
                .isEqualTo(Draws.key("call-1"));
    }
}
