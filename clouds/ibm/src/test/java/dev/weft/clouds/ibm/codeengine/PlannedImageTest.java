// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.codeengine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.account.Artifact;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import dev.weft.clouds.ibm.TestFunctions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a plan knows of an app's image before it is pushed is what is read of the app afterwards. */
class PlannedImageTest {
    private static final Packing PACKING =
            new Packing(Packing.Form.IMAGE, "", Map.of(), List.of("node", "server.js"), Map.of(), "", "");

    private final EntityDocument apps = new EntityDocument(true, "local_public", null);
    private final Wanted planned = new Wanted(
            "shop",
            TestFunctions.of("one", Function.Contract.HTTP, null, TestFunctions.Asked.usual()),
            "one",
            new Artifact.Image("icr.io:443/shop/one:weft-7", "7"),
            Map.of());

    private String imageThere(String reference) {
        Wanted pushed = planned.with(new Artifact.Image(reference, "7"));
        return String.valueOf(
                apps.settings(apps.create(pushed, PACKING, new Ownership("shop", "one", "7", ""), ""), Map.of())
                        .get("image"));
    }

    @Test
    void theTagIsComparedAndTheDigestIsNot() {
        String wanted = String.valueOf(apps.settings(planned, PACKING).get("image"));
        assertThat(wanted).isEqualTo("icr.io:443/shop/one:weft-7");
        assertThat(imageThere("icr.io:443/shop/one:weft-7@sha256:0")).isEqualTo(wanted);
        assertThat(imageThere("icr.io:443/shop/one:weft-8@sha256:0")).isNotEqualTo(wanted);
    }

    @Test
    void aDigestWithoutATagIsCompared() {
        assertThat(imageThere("icr.io:443/shop/one@sha256:0")).isEqualTo("icr.io:443/shop/one@sha256:0");
    }
}
