// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import static dev.weft.clouds.ibm.facade.Known.CALLER;
import static dev.weft.clouds.ibm.facade.Known.OWNER;
import static dev.weft.clouds.ibm.facade.Known.json;
import static dev.weft.clouds.ibm.facade.Known.looked;
import static dev.weft.clouds.ibm.facade.Known.refused;
import static dev.weft.clouds.ibm.facade.Known.wish;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.event.Taken;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Wish;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls that are not waited for, or not for long, and what became of them. */
class LeftActivationsTest {
    private static final String CART = "/api/v1/namespaces/_/actions/cart";

    @Test
    void whoDoesNotWaitLeavesAnEventAndWhoWaitsTooLongIsToldWhereToAsk() throws InterruptedException {
        String id = "44794bd6-aab7-4415-b4e4-2a308d880e5b";
        for (String query : List.of("", "?blocking=false", "?blocking=false&result=true")) {
            Wish.Later later = (Wish.Later) looked(wish(CALLER, "POST", CART + query, "{\"who\": \"ada\"}"));
            assertThat(later.payload()).asString(StandardCharsets.UTF_8).isEqualTo("{\"who\": \"ada\"}");
            FacadeAnswer taken = later.taking().taken(id);
            assertThat(taken.status()).isEqualTo(202);
            assertThat(json(taken).path("activationId").asString()).isEqualTo("44794bd6aab74415b4e42a308d880e5b");
            assertThat(later.taking().absent().status()).isEqualTo(404);
        }
        Wish.Noted noted = (Wish.Noted) looked(wish(CALLER, "POST", CART + "?blocking=true&timeout=250", "{}"));
        assertThat(noted.patience()).isEqualTo(java.time.Duration.ofMillis(250));
        assertThat(json(noted.late().after(id)).path("activationId").asString())
                .isEqualTo("44794bd6aab74415b4e42a308d880e5b");
    }

    @ParameterizedTest
    @CsvSource({"FULL,429", "BUSY,429", "TOO_LARGE,413", "UNAVAILABLE,503"})
    void anEventThatIsNotTakenIsRefusedInItsWords(Taken.Why why, int status) throws InterruptedException {
        Wish.Later later = (Wish.Later) looked(wish(CALLER, "POST", CART, "{}"));
        FacadeAnswer answer = later.taking().refused(new Taken.Refused(why, "no"));
        assertThat(answer.status()).isEqualTo(status);
        assertThat(json(answer).path("error").asString()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/api/v1/namespaces/_/activations/1,400",
        "GET,/api/v1/namespaces/_/activations?limit=201,400",
        "GET,/api/v1/namespaces/_/activations?since=soon,400",
        "GET,/api/v1/namespaces/theirs/activations,403",
        "GET,/api/v1/namespaces/_/activations/44794bd6aab74415b4e42a308d880e5b/nothing,404",
        "POST,/api/v1/namespaces/_/activations,405"
    })
    void activationsAreAskedForAsByOpenWhisk(String method, String target, int status) throws InterruptedException {
        assertThat(refused(wish(OWNER, method, target, "")).status()).isEqualTo(status);
    }
}
