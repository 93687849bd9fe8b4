// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import static dev.weft.clouds.azure.facade.FacadeSamples.DEPLOY;
import static dev.weft.clouds.azure.facade.FacadeSamples.INVOKE;
import static dev.weft.clouds.azure.facade.FacadeSamples.request;
import static dev.weft.clouds.azure.facade.FacadeSamples.said;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Wish;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LoginTest {
    private static Wish read(FacadeRequest request) {
        return read(request, FacadeSamples.NOW);
    }

    private static Wish read(FacadeRequest request, Instant now) {
        return new AzureFacade().read(request, FacadeSamples.KEYS::get, now);
    }

    private static Wish.Refused refused(FacadeRequest request) {
        Wish wish = read(request);
        assertThat(wish).isInstanceOf(Wish.Refused.class);
        return (Wish.Refused) wish;
    }

    private static FacadeAnswer controlled(FacadeRequest request) throws InterruptedException {
        Wish wish = read(request);
        assertThat(wish).isInstanceOf(Wish.Control.class);
        return ((Wish.Control) wish).work().run(Functions.NONE);
    }

    private static JsonNode json(FacadeAnswer answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    @Test
    void aTokenIsGivenForAKeyAndItsSecret() throws Exception {
        String form = "grant_type=client_credentials&client_id=" + DEPLOY.id() + "&scope=https%3A%2F%2Fa%2F.default"
                + "&client_secret=";
        JsonNode answer = json(controlled(request("POST", "/weft/oauth2/v2.0/token", form + DEPLOY.secret())));
        String token = answer.path("access_token").asString();
        JsonNode claims = JsonMapper.shared().readTree(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]));
        assertThat(claims.path("aud").asString()).isEqualTo("https://a");
        assertThat(token).doesNotContain(DEPLOY.secret());
        FacadeRequest list = request(
                "GET", "/subscriptions/default/providers/Microsoft.Web/sites", "", "authorization", "Bearer " + token);
        assertThat(read(list)).isInstanceOf(Wish.Control.class);
        assertThat(read(list, FacadeSamples.NOW.plusSeconds(3599))).isInstanceOf(Wish.Control.class);
        assertThat(read(list, FacadeSamples.NOW.plusSeconds(3600))).isInstanceOf(Wish.Refused.class);
        for (String spoilt :
                List.of(token.substring(0, token.length() - 2) + "xx", token.replace('.', '_'), "x." + token)) {
            assertThat(refused(request("GET", "/subscriptions", "", "authorization", "Bearer " + spoilt))
                            .proved())
                    .isFalse();
        }
        String none = token.replaceFirst("^[^.]+", base64("{\"alg\":\"none\",\"kid\":\"" + DEPLOY.id() + "\"}"));
        assertThat(refused(request("GET", "/subscriptions", "", "authorization", "Bearer " + none))
                        .proved())
                .isFalse();
        Wish.Refused wrong = refused(request("POST", "/weft/oauth2/v2.0/token", form + INVOKE.secret()));
        assertThat(wrong.proved()).isFalse();
        assertThat(wrong.answer().status()).isEqualTo(401);
        assertThat(json(wrong.answer()).path("error").asString()).isEqualTo("invalid_client");
        assertThat(refused(request("POST", "/weft/oauth2/token", "grant_type=password"))
                        .answer()
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aManagedIdentityIsAKeyToo() throws Exception {
        for (String field : List.of("X-IDENTITY-HEADER", "secret")) {
            JsonNode answer = json(
                    controlled(request("GET", "/identity/token?resource=r&api-version=1", "", field, said(DEPLOY))));
            assertThat(answer.path("resource").asString()).isEqualTo("r");
            assertThat(read(request(
                            "GET",
                            "/subscriptions",
                            "",
                            "authorization",
                            "Bearer " + answer.path("access_token").asString())))
                    .isInstanceOf(Wish.Control.class);
        }
        assertThat(refused(request("GET", "/identity/token?resource=r", "")).proved())
                .isFalse();
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
