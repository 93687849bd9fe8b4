// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.resource.RouteFilter.PathChange;
import dev.weft.api.resource.RouteFilter.PathChangeType;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UrlEditTest {
    @ParameterizedTest
    @CsvSource({
        "/foo/bar, /foo,  /xyz,  /xyz/bar",
        "/foo/bar, /foo,  /xyz/, /xyz/bar",
        "/foo/bar, /foo/, /xyz,  /xyz/bar",
        "/foo/bar, /foo/, /xyz/, /xyz/bar",
        "/foo,     /foo,  /xyz,  /xyz",
        "/foo/,    /foo,  /xyz,  /xyz/",
        "/foo/bar, /foo,  '',    /bar",
        "/foo/,    /foo,  '',    /",
        "/foo,     /foo,  '',    /",
        "/foo/,    /foo,  /,     /",
        "/foo,     /foo,  /,     /",
        "/foo,     /foo/, /xyz,  /xyz",
        "/foo,     /,     /xyz,  /xyz/foo",
        "/,        /,     /xyz,  /xyz/"
    })
    void aPrefixIsReplacedAsTheStandardsTableSays(String path, String prefix, String replacement, String edited) {
        UrlEdit edit = UrlEdit.of(new PathChange(PathChangeType.REPLACE_PREFIX_MATCH, null, replacement), prefix);
        assertThat(Objects.requireNonNull(edit).apply(path)).isEqualTo(edited);
    }
}
