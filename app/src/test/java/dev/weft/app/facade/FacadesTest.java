// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.facade.Facade;
import dev.weft.api.resource.FacadeListener;
import dev.weft.api.resource.Spelling;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FacadesTest {
    @Test
    void aDocumentCanNameEveryFacadeThatThereIs() {
        assertThat(Arrays.stream(FacadeListener.Type.values()).map(Spelling.Words::of))
                .containsExactlyInAnyOrderElementsOf(
                        Facades.all().stream().map(Facade::vendor).toList());
    }
}
