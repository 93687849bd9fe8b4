// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.facade.FacadeAnswer;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class SecretsTest {
    private static final String ROOT = "/api/v1/namespaces/default/secrets";
    private static final String MARK = "0123456789".repeat(4);

    private final Api api = new Api();

    private static String secret(String name, String values) {
        return "{'apiVersion':'v1','kind':'Secret','metadata':{'name':'%s','labels':{'weft.dev/application':'shop'}},%s}"
                .formatted(name, values)
                .replace('\'', '"');
    }

    private static String base64(String value) {
        return Base64.getEncoder().encodeToString(value.getBytes(UTF_8));
    }

    @Test
    void theyAreMadeShownListedAndDeleted() throws Exception {
        JsonNode made =
                api.ask(201, "POST", ROOT, secret("one", "'data':{'A':'" + base64("ä") + "'},'stringData':{'B':'b'}"));
        assertThat(made.path("data").toString())
                .isEqualTo("{\"A\":\"" + base64("ä") + "\",\"B\":\"" + base64("b") + "\"}");
        assertThat(made.path("type").asString()).isEqualTo("Opaque");
        assertThat(api.ask(409, "POST", ROOT, secret("one", "'data':{}"))
                        .path("reason")
                        .asString())
                .isEqualTo("AlreadyExists");
        api.ask(201, "POST", ROOT, secret("two", "'immutable':true").replace("shop", "other"));
        assertThat(api.ask(200, "GET", ROOT + "/one", "")).isEqualTo(made);
        assertThat(Api.names(api.ask(200, "GET", ROOT, ""))).containsExactly("one", "two");
        assertThat(Api.names(api.ask(200, "GET", ROOT + "?labelSelector=weft.dev%2Fapplication%3Dshop", "")))
                .containsExactly("one");
        assertThat(Api.names(api.ask(200, "GET", "/api/v1/secrets", ""))).hasSize(2);
        api.ask(409, "DELETE", ROOT + "/one", "{\"preconditions\":{\"uid\":\"another\"}}");
        String uid = made.path("metadata").path("uid").asString();
        api.ask(200, "DELETE", ROOT + "/one", "{\"preconditions\":{\"uid\":\"" + uid + "\"}}");
        assertThat(api.ask(404, "GET", ROOT + "/one", "").path("reason").asString())
                .isEqualTo("NotFound");
        api.ask(404, "DELETE", ROOT + "/one", "");
    }

    @Test
    void whoMayCallOnlySeesNoneAndNobodyAnotherNamespaces() throws Exception {
        JsonNode ignored = api.ask(201, "POST", ROOT, secret("one", "'stringData':{'A':'hidden'}"));
        for (String bearer : new String[] {Api.bearer(Api.INVOKE), Api.bearer(Api.OTHER)}) {
            FacadeAnswer refused = api.done(Api.request("GET", ROOT + "/one", bearer, ""));
            assertThat(refused.status()).isEqualTo(403);
            assertThat(new String(refused.body(), UTF_8)).doesNotContain(base64("hidden"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'data':{'A':'no base64 !'} | 422 | data[A]",
                "'data':{'a b':''} | 422 | data",
                "'stringData':{'A':1} | 422 | stringData",
                "'immutble':true | 422 | immutble",
                "'kind':'ConfigMap' | 400 | v1 and Secret"
            })
    void whatIsWrongIsToldByItsField(String values, int status, String words) throws Exception {
        JsonNode refused = api.ask(status, "POST", ROOT, secret("one", values));
        assertThat(refused.toString()).contains(words).doesNotContain("no base64 !");
        api.ask(404, "GET", ROOT + "/one", "");
    }

    @Test
    void theyHaveALimitAndSomeVerbsAreNotDone() throws Exception {
        String most = "x".repeat(Secrets.BYTES_MAX);
        api.ask(201, "POST", ROOT, secret("most", "'stringData':{'A':'" + most + "'}"));
        JsonNode refused = api.ask(422, "POST", ROOT, secret("more", "'stringData':{'A':'" + most + "xxx'}"));
        assertThat(Api.message(refused)).contains("at most 1048576 bytes");
        api.ask(422, "POST", ROOT, secret("Upper", "'data':{}"));
        assertThat(Api.message(api.ask(415, "POST", ROOT, "k8s\0..."))).contains("kubectl apply -f -");
        api.ask(405, "DELETE", ROOT, "");
        api.ask(405, "GET", ROOT + "?watch=true", "");
        api.ask(400, "POST", ROOT + "?dryRun=All", secret("dry", "'data':{}"));
    }

    @Test
    void oneIsChangedUnlessItIsImmutable() throws Exception {
        String one = ROOT + "/one";
        JsonNode made = api.ask(201, "POST", ROOT, secret("one", "'stringData':{'A':'a'}"));
        assertThat(api.ask(200, "PUT", one, secret("one", "'stringData':{'A':'a'}")))
                .isEqualTo(made);
        JsonNode patched = api.ask(
                200,
                "PATCH",
                one,
                "{\"data\":{\"B\":\"" + base64("b") + "\"},\"metadata\":{\"creationTimestamp\":null}}",
                "Content-Type",
                "application/strategic-merge-patch+json");
        assertThat(patched.path("data").has("A")).isTrue();
        assertThat(patched.path("data").path("B").asString()).isEqualTo(base64("b"));
        assertThat(patched.at("/metadata/uid")).isEqualTo(made.at("/metadata/uid"));
        api.ask(409, "PUT", one, made.toString());
        assertThat(api.ask(200, "GET", one, "")).isEqualTo(patched);
        api.ask(200, "PUT", one, secret("one", "'immutable':true,'stringData':{'A':'a'}"));
        assertThat(Api.message(api.ask(422, "PUT", one, secret("one", "'immutable':true,'stringData':{'A':'x'}"))))
                .contains("immutable");
        api.ask(422, "PUT", one, secret("one", "'stringData':{'A':'a'}"));
        api.ask(404, "PUT", ROOT + "/two", secret("two", "'data':{}"));
    }

    /** As another Weft, whose cloud this is, makes them. */
    @Test
    void aServiceGetsTheValuesItsVariablesReferToAndItsMarksAreKept() throws Exception {
        String body = Api.service(
                        "hello",
                        ",\"env\":[{\"name\":\"WHO\",\"valueFrom\":{\"secretKeyRef\":{\"name\":\"one\",\"key\":\"A\"}}},"
                                + "{\"name\":\"WEFT_X\",\"value\":\"y\"}]")
                .replaceFirst(
                        "\"weft.dev/code\":\"[^\"]*\"", "\"weft.dev/code\":\"" + MARK + "\",\"weft.dev/image\":\"i\"")
                .replace("\"team\":\"shop\"", "\"weft.dev/application\":\"shop\"");
        assertThat(Api.message(api.ask(422, "POST", Api.ROOT, body))).contains("WHO", "Secret \"one\"");
        api.ask(201, "POST", ROOT, secret("one", "'stringData':{'A':'lovelace'}"));
        JsonNode made = api.ask(201, "POST", Api.ROOT, body);
        var draft = Objects.requireNonNull(api.functions.drafts.get("hello"));
        assertThat(draft.env()).isEqualTo(Map.of("WHO", "lovelace", "WEFT_X", "y"));
        assertThat(draft.image()).isEqualTo("registry.example/it:1");
        assertThat(draft.labels()).containsEntry("weft.dev/application", "shop");
        assertThat(draft.annotations().toString()).doesNotContain("lovelace");
        JsonNode env = made.at("/spec/template/spec/containers/0/env");
        assertThat(env.toString())
                .contains("\"secretKeyRef\":{\"name\":\"one\",\"key\":\"A\"}")
                .doesNotContain("lovelace");
        assertThat(made.at("/spec/template/metadata/annotations/weft.dev~1code").asString())
                .isEqualTo(MARK);
        assertThat(made.at("/spec/template/metadata/annotations/weft.dev~1image")
                        .asString())
                .isEqualTo("i");
        String one = Api.ROOT + "/hello";
        assertThat(api.ask(200, "PUT", one, made.toString())
                        .at("/metadata/generation")
                        .asInt())
                .isEqualTo(1);
    }
}
