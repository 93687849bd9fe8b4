// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.adapters.Adapters;
import org.junit.jupiter.api.Test;

class AdaptersPageTest {
    @Test
    void thePageSaysWhatIsPackagedAndThusWhatAdaptersITRuns() {
        assertThat(AdaptersPage.FILE).hasContent(AdaptersPage.text(Adapters.pairs()));
    }
}
