// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import static dev.weft.clouds.google.facade.FacadeSamples.DEPLOY;
import static dev.weft.clouds.google.facade.FacadeSamples.INVOKE;
import static dev.weft.clouds.google.facade.FacadeSamples.PARENT;
import static dev.weft.clouds.google.facade.FacadeSamples.bearer;
import static dev.weft.clouds.google.facade.FacadeSamples.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Wish;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Secrets, and functions whose variables come from them. */
class SecretDeskTest {
    private static final String ROOT = "/v1/projects/default/secrets";
    private static final String MAKE = "{\"replication\":{\"automatic\":{}},\"labels\":{\"team\":\"shop\"}}";

    private final KeptFunctions functions = new KeptFunctions();

    private FacadeAnswer send(Key key, String method, String target, String body) throws InterruptedException {
        Wish wish = new GoogleFacade()
                .read(request(method, target, bearer(key), body), FacadeSamples.KEYS::get, FacadeSamples.NOW);
        return switch (wish) {
            case Wish.Control control -> control.work().run(functions);
            case Wish.Refused refused -> refused.answer();
            case Wish other -> throw new AssertionError(other);
        };
    }

    private JsonNode ask(int status, String method, String target, String body) throws InterruptedException {
        FacadeAnswer answer = send(DEPLOY, method, target, body);
        assertThat(answer.status())
                .as(new String(answer.body(), StandardCharsets.UTF_8))
                .isEqualTo(status);
        return JsonMapper.shared().readTree(answer.body());
    }

    private static String payload(String value) {
        String data = Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
        return "{\"payload\":{\"data\":\"" + data + "\"}}";
    }

    private void made(String id, String... values) throws InterruptedException {
        assertThat(ask(200, "POST", ROOT + "?secretId=" + id, MAKE).path("name").asString())
                .isEqualTo("projects/default/secrets/" + id);
        for (String each : values) {
            assertThat(ask(200, "POST", ROOT + "/" + id + ":addVersion", payload(each))
                            .path("state")
                            .asString())
                    .isEqualTo("ENABLED");
        }
    }

    private String value(String id, String version) throws InterruptedException {
        JsonNode said = ask(200, "GET", ROOT + "/" + id + "/versions/" + version + ":access", "");
        byte[] data = Base64.getDecoder().decode(said.at("/payload/data").asString());
        assertThat(said.at("/payload/dataCrc32c").asLong(0)).isEqualTo(Secret.sum(data));
        return new String(data, StandardCharsets.UTF_8);
    }

    @Test
    void aSecretsVersionsAreReadUntilTheyAreDestroyedAndNoNumberComesTwice() throws Exception {
        made("one", "first", "second");
        assertThat(value("one", "1")).isEqualTo("first");
        assertThat(value("one", "latest")).isEqualTo("second");
        JsonNode versions = ask(200, "GET", ROOT + "/one/versions?pageSize=1&filter=state%3AENABLED", "");
        assertThat(versions.at("/versions/0/name").asString()).endsWith("/versions/2");
        assertThat(versions.toString()).doesNotContain("data");
        JsonNode more = ask(
                200,
                "GET",
                ROOT + "/one/versions?pageToken="
                        + versions.path("nextPageToken").asString(),
                "");
        assertThat(more.at("/versions/0/name").asString()).endsWith("/versions/1");
        assertThat(ask(200, "POST", ROOT + "/one/versions/2:destroy", "{}")
                        .path("state")
                        .asString())
                .isEqualTo("DESTROYED");
        assertThat(value("one", "latest")).isEqualTo("first");
        ask(404, "GET", ROOT + "/one/versions/2:access", "");
        assertThat(ask(200, "POST", ROOT + "/one:addVersion", payload("third"))
                        .path("name")
                        .asString())
                .endsWith("/versions/3");
        ask(200, "DELETE", ROOT + "/one", "");
        ask(404, "GET", ROOT + "/one", "");
        ask(404, "DELETE", ROOT + "/one", "");
    }

    @Test
    void secretsAreListedByPartsOfTheirNamesPageByPage() throws Exception {
        made("weft_a");
        made("weft_b");
        made("other");
        JsonNode first = ask(200, "GET", ROOT + "?filter=name%3Aweft_&pageSize=1", "");
        assertThat(first.at("/secrets/0/name").asString()).endsWith("/weft_a");
        assertThat(first.at("/secrets/0/labels/team").asString()).isEqualTo("shop");
        JsonNode second = ask(
                200,
                "GET",
                ROOT + "?filter=name%3Aweft_&pageToken="
                        + first.path("nextPageToken").asString(),
                "");
        assertThat(second.at("/secrets/0/name").asString()).endsWith("/weft_b");
        assertThat(second.has("nextPageToken")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "409 | POST | ?secretId=one | {\"replication\":{\"automatic\":{}}}",
                "400 | POST | ?secretId=a.b | {\"replication\":{\"automatic\":{}}}",
                "400 | POST | ?secretId=two | {}",
                "400 | POST | ?secretId=two | {\"replication\":{\"automatic\":{}},\"labels\":{\"a\":1}}",
                "501 | POST | ?secretId=two | {\"replication\":{\"automatic\":{}},\"ttl\":\"60s\"}",
                "400 | POST | /one:addVersion | {\"payload\":{\"data\":\"*\"}}",
                "400 | POST | /one:addVersion | {\"payload\":{\"data\":\"\"}}",
                "400 | POST | /one:addVersion | {\"payload\":{\"data\":\"YQ==\",\"dataCrc32c\":\"7\"}}",
                "404 | POST | /none:addVersion | {\"payload\":{\"data\":\"YQ==\"}}",
                "404 | GET | /one/versions/1:access | {}",
                "404 | POST | /one/versions/1:destroy | {}",
                "501 | GET | ?filter=labels.a:b | {}",
                "400 | GET | ?pageSize=x | {}",
                "400 | GET | /one/versions?pageToken=x | {}"
            })
    void whatCanNotBeIsRefused(int status, String method, String rest, String body) throws Exception {
        made("one");
        ask(status, method, ROOT + rest, body);
    }

    @Test
    void noMoreIsKeptThanThereIsRoomFor() throws Exception {
        made("one");
        byte[] large = new byte[Secret.VALUE_BYTES_MAX + 1];
        ask(400, "POST", ROOT + "/one:addVersion", payload(new String(large, StandardCharsets.UTF_8)));
        for (int i = 0; i < Secret.VERSIONS_MAX; i++) {
            ask(200, "POST", ROOT + "/one:addVersion", payload("x"));
        }
        ask(429, "POST", ROOT + "/one:addVersion", payload("x"));
        for (int i = 1; i < Secret.SECRETS_MAX; i++) {
            made("s" + i);
        }
        ask(429, "POST", ROOT + "?secretId=more", MAKE);
    }

    @Test
    void keysOfOtherNamespacesAndForCallsSeeNone() throws Exception {
        made("one", "first");
        assertThat(send(INVOKE, "GET", ROOT + "/one/versions/1:access", "").status())
                .isEqualTo(403);
        assertThat(send(FacadeSamples.ELSEWHERE, "GET", ROOT + "/one", "").status())
                .isEqualTo(403);
        assertThat(send(FacadeSamples.ELSEWHERE, "GET", "/v1/projects/other/secrets/one", "")
                        .status())
                .isEqualTo(404);
    }

    private static String function(String secrets) {
        return ChangingTest.SECOND.replace(
                "\"environmentVariables\"",
                "\"secretEnvironmentVariables\": " + secrets + ", \"environmentVariables\"");
    }

    @Test
    void aFunctionsVariablesComeFromSecretsAndOnlyTheirNamesAreShown() throws Exception {
        made("one", "first", "second");
        functions.staged.put(ChangingTest.OBJECT, ChangingTest.zip("index.js", "x"));
        String two = function("[{\"key\":\"S\",\"projectId\":\"default\",\"secret\":\"one\",\"version\":\"1\"},"
                + "{\"key\":\"T\",\"secret\":\"projects/default/secrets/one\",\"version\":\"latest\"}]");
        JsonNode made = ask(200, "POST", "/v2" + PARENT + "/functions?functionId=new", two);
        assertThat(made.toString()).doesNotContain("first").doesNotContain("second");
        JsonNode shown = made.at("/response/serviceConfig/secretEnvironmentVariables");
        assertThat(shown).hasSize(2);
        assertThat(shown.at("/1/version").asString()).isEqualTo("latest");
        assertThat(Objects.requireNonNull(functions.drafts.get("new")).env())
                .isEqualTo(Map.of("A", "1", "S", "first", "T", "second"));
        ask(200, "POST", ROOT + "/one:addVersion", payload("third"));
        ask(200, "PATCH", "/v2" + PARENT + "/functions/new?updateMask=labels", "{\"labels\":{}}");
        assertThat(Objects.requireNonNull(functions.drafts.get("new")).env())
                .isEqualTo(Map.of("A", "1", "S", "first", "T", "third"));
        ask(
                200,
                "PATCH",
                "/v2" + PARENT + "/functions/new?updateMask=serviceConfig.secretEnvironmentVariables",
                "{\"serviceConfig\":{}}");
        assertThat(Objects.requireNonNull(functions.drafts.get("new")).env()).isEqualTo(Map.of("A", "1"));
        for (String wrong : new String[] {
            "[{\"key\":\"S\",\"secret\":\"one\",\"version\":\"9\"}]",
            "[{\"key\":\"S\",\"secret\":\"none\",\"version\":\"1\"}]",
            "[{\"key\":\"S\",\"secret\":\"one\"}]",
            "[{\"key\":\"A\",\"secret\":\"one\",\"version\":\"1\"}]",
            "{\"key\":\"S\"}"
        }) {
            assertThat(ask(
                                    400,
                                    "PATCH",
                                    "/v2" + PARENT
                                            + "/functions/new?updateMask=serviceConfig.secretEnvironmentVariables",
                                    "{\"serviceConfig\":{\"secretEnvironmentVariables\":" + wrong + "}}")
                            .toString())
                    .doesNotContain("first");
        }
    }
}
