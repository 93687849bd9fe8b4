// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.resource.Function;
import org.junit.jupiter.api.Test;

class ShapeTest {
    @Test
    void recordsAndWhatStandsForWhatIsLeftOutAreReadOffOnceForAllDocuments() {
        Shape.Group group = new Shape.Group(Function.Spec.class);

        assertThat(new Shape.Group(Function.Spec.class).components()).isSameAs(group.components());
        assertThat(group.components())
                .filteredOn(each -> each.fallback() != null)
                .isNotEmpty()
                .allMatch(each -> each.fallbackValue() != null);
    }
}
