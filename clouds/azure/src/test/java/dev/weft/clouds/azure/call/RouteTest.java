// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTest {
    @Test
    void parametersAreFilledFromThePath() {
        Route.Fit fit = Route.of("api", "products/{category:alpha}/{id:int?}").fit("/api/products/shirts/7");

        assertThat(fit).isEqualTo(new Route.Fit(Map.of("category", "shirts", "id", "7"), true));
        assertThat(Route.of("api", "products/{category:alpha}/{id:int?}").fit("/API/Products/shirts"))
                .isEqualTo(new Route.Fit(Map.of("category", "shirts"), true));
    }

    @Test
    void aPathOfAnotherShapeDoesNotFit() {
        assertThat(Route.of("api", "products/{id}").fit("/products/7")).isNull();
        assertThat(Route.of("api", "products/{id}").fit("/api/products/7/more")).isNull();
        assertThat(Route.of("", "products").fit("/products/")).isNotNull();
    }

    @Test
    void restsDefaultsAndPartsOfSegmentsAreUnderstood() {
        assertThat(Route.of("", "files/{*path}").fit("/files/a/b%20c"))
                .isEqualTo(new Route.Fit(Map.of("path", "a/b c"), true));
        assertThat(Route.of("", "files/{*path}").fit("/files")).isEqualTo(new Route.Fit(Map.of(), true));
        assertThat(Route.of("", "list/{page=1}").fit("/list")).isEqualTo(new Route.Fit(Map.of("page", "1"), true));
        assertThat(Route.of("", "{from}-{to}.csv").fit("/1-2.csv"))
                .isEqualTo(new Route.Fit(Map.of("from", "1", "to", "2"), true));
        assertThat(Route.of("", "sum/{of}").fit("/sum/1+2")).isEqualTo(new Route.Fit(Map.of("of", "1+2"), true));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "int|7|true",
                "int|7.5|false",
                "int|99999999999|false",
                "long|99999999999|true",
                "bool|TRUE|true",
                "bool|yes|false",
                "alpha|linen|true",
                "alpha|linen7|false",
                "guid|8f6bdcd1-3f1c-4f58-9d9e-2a9f0c1a7b11|true",
                "guid|8f6b|false",
                "double|1e3|true",
                "double|x|false",
                "min(18)|17|false",
                "max(9)|9|true",
                "range(1,9)|10|false",
                "length(3)|abc|true",
                "length(1,2)|abc|false",
                "minlength(2)|a|false",
                "maxlength(2)|ab|true",
                "datetime|tomorrow|true"
            })
    void constraintsAreChecked(String constraint, String value, boolean holds) {
        Route.Fit fit = Route.of("api", "x/{v:" + constraint + "}").fit("/api/x/" + value);

        assertThat(fit).isNotNull();
        assertThat(fit != null && fit.constrained()).isEqualTo(holds);
    }
}
