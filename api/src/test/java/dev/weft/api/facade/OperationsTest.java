// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.RequestLine;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperationsTest {
    private final Operations operations = new Operations("/v2/", """
            GET apps List
            GET apps/* Get
            PUT apps/*/tags/* Tag
            """);

    private Operations.@Nullable Asked find(String method, String path) {
        return operations.find(new RequestLine(method, path, null));
    }

    @Test
    void aPathIsItsOperationAndTellsItsNames() {
        assertThat(find("GET", "/v2/apps")).isEqualTo(new Operations.Asked("List", List.of()));
        assertThat(find("GET", "/v2/apps/a%2Fb+c")).isEqualTo(new Operations.Asked("Get", List.of("a/b+c")));
        assertThat(find("PUT", "/v2/apps/a/tags/%zz")).isEqualTo(new Operations.Asked("Tag", List.of("a", "%zz")));
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /v2/apps",
        "GET, /v2/apps/",
        "GET, /v2/apps//",
        "GET, /v2",
        "GET, /v1/apps",
        "GET, /v2/apps/a/b",
        "GET, /v2/%61pps",
        "GET, /v2/../v2/apps"
    })
    void anyOtherIsNone(String method, String path) {
        assertThat(find(method, path)).isNull();
    }

    @Test
    void aQueryIsReadOrIsNone() {
        assertThat(Operations.query(new RequestLine("GET", "/", "a=1&b=%20x+y&c&a=2")))
                .isEqualTo(Map.of("a", "1", "b", " x y", "c", ""));
        assertThat(Operations.query(new RequestLine("GET", "/", null))).isEmpty();
        assertThat(Operations.query(new RequestLine("GET", "/", "a=%z"))).isNull();
    }
}
