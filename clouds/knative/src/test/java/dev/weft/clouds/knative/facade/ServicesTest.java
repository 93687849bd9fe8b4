// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Draft;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Making, changing and deleting Services; each field and each refusal. */
class ServicesTest {
    private static final String ONE = Api.ROOT + "/hello";

    private final Api api = new Api();

    private Draft draft() {
        return Objects.requireNonNull(api.functions.drafts.get("hello"));
    }

    /** A Service to spoil. */
    private static ObjectNode hello() {
        return (ObjectNode) Api.json(Api.service("hello", "").getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aServiceBecomesAFunctionAndIsShownAsItWasSaid() throws Exception {
        JsonNode made = api.create("hello", """
            ,"env":[{"name":"WHO","value":"${env:HOME}"}],"resources":{"limits":{"memory":"512Mi","cpu":"1"}},
            "ports":[{"containerPort":9999,"name":"http1"}]\
            """);
        assertThat(draft().spec())
                .containsEntry("contract", "http")
                .containsEntry("command", List.of("node", "index.js"))
                .containsEntry("memory", "512Mi")
                .containsEntry("timeout", "300s")
                .containsEntry("concurrency", 0)
                .containsEntry("maxInstances", 0);
        assertThat(draft().env()).isEqualTo(Map.of("WHO", "${env:HOME}"));
        assertThat(draft().labels()).isEqualTo(Map.of("team", "shop"));
        JsonNode container = made.at("/spec/template/spec/containers/0");
        assertThat(container.path("image").asString()).isEqualTo("registry.example/it:1");
        assertThat(container.at("/env/0/value").asString()).isEqualTo("${env:HOME}");
        assertThat(container.at("/ports/0/containerPort").asInt()).isEqualTo(9999);
        assertThat(container.at("/resources/limits/memory").asString()).isEqualTo("512Mi");
        assertThat(made.at("/status/url").asString()).isEqualTo(Api.url("hello"));
        assertThat(made.at("/status/latestReadyRevisionName").asString()).isEqualTo("hello-00001");
        assertThat(made.at("/status/observedGeneration").asInt())
                .isEqualTo(made.at("/metadata/generation").asInt());
        assertThat(made.at("/spec/template/metadata/annotations/weft.dev~1code").asString())
                .matches("sha256:[0-9a-f]{64}");
        assertThat(api.ask(200, "GET", ONE, "")).isEqualTo(made);
        assertThat(Kept.of(draft()).toString()).doesNotContain("${env").doesNotContain(Api.ZIP);
    }

    @Test
    void whatIsThereIsNotMadeAgain() throws Exception {
        api.create("hello", "");
        JsonNode refused = api.ask(409, "POST", Api.ROOT, Api.service("hello", ""));
        assertThat(refused.path("reason").asString()).isEqualTo("AlreadyExists");
    }

    @Test
    void withoutCodeItsImageRunsAndWithItTheCode() throws Exception {
        String body = Api.service("hello", "").replaceAll("\"metadata\":\\{\"annotations\":[^}]*}},", "");
        JsonNode made = api.ask(201, "POST", Api.ROOT, body);
        assertThat(draft().image()).isEqualTo("registry.example/it:1");
        assertThat(made.at("/spec/template/metadata/annotations").has("weft.dev/code"))
                .isFalse();
        assertThat(made.at("/spec/template/spec/containers/0/image").asString()).isEqualTo("registry.example/it:1");

        String other = body.replace("it:1", "it:2");
        assertThat(api.ask(200, "PUT", ONE, other)
                        .at("/spec/template/spec/containers/0/image")
                        .asString())
                .isEqualTo("registry.example/it:2");
        assertThat(draft().image()).isEqualTo("registry.example/it:2");

        api.ask(200, "PUT", ONE, Api.service("hello", ""));
        assertThat(draft().image()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "envFrom | [{}] | envFrom",
                "env | [{'name':'A','valueFrom':{'secretKeyRef':{'key':'k'}}}] | env[0].valueFrom.secretKeyRef",
                "env | [{'name':'A','valueFrom':{'fieldRef':{'fieldPath':'x'}}}] | env[0].valueFrom.fieldRef",
                "env | [{'name':'PORT','value':'1'}] | env[0].name",
                "volumeMounts | [{}] | volumeMounts",
                "securityContext | {'runAsUser':0} | securityContext",
                "livenessProbe | {'httpGet':{}} | livenessProbe",
                "readinessProbe | {'httpGet':{'path':'/'}} | readinessProbe.httpGet",
                "resources | {'limits':{'memory':'lots'}} | resources.limits.memory",
                "resources | {'limits':{'nvidia.com/gpu':'1'}} | resources.limits.nvidia.com/gpu",
                "ports | [{'containerPort':80,'name':'grpc'}] | ports[0].name",
                "command | ['a',1] | command",
            })
    void whatAContainerCanNotHaveIsRefused(String path, String value, String field) throws Exception {
        refused("/spec/template/spec/containers/0/" + path, value, "spec.template.spec.containers[0]." + field);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "autoscaling.knative.dev/target | 5",
                "autoscaling.knative.dev/min-scale | x",
                "autoscaling.knative.dev/max-scale | 1001",
                "autoscaling.knative.dev/scale-to-zero-pod-retention-period | 2h",
                "weft.dev/code | no zip",
                "weft.dev/code | sha256:0",
                "weft.dev/other | x",
            })
    void whatATemplateCanNotBeNotedIsRefused(String name, String value) throws Exception {
        String annotations = "spec.template.metadata.annotations";
        String path = '/' + annotations.replace('.', '/') + '/' + name.replace("/", "~1");
        refused(path, "'" + value + "'", annotations + '[' + name + ']');
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "traffic | [{'percent':90},{'revisionName':'x','percent':10}] | spec.traffic[0].percent",
                "traffic | [{'latestRevision':true,'percent':100,'tag':'blue'}] | spec.traffic[0].tag",
                "traffic | [{'revisionName':'hello-00009','percent':100}] | spec.traffic[0].revisionName",
                "paused | true | spec.paused",
                "template/metadata/name | 'hello-v2' | spec.template.metadata.name",
                "template/spec/volumes | [{'name':'v'}] | spec.template.spec.volumes",
                "template/spec/initContainers | [{}] | spec.template.spec.initContainers",
                "template/spec/nodeSelector | {'a':'b'} | spec.template.spec.nodeSelector",
                "template/spec/responseStartTimeoutSeconds | 3 | spec.template.spec.responseStartTimeoutSeconds",
                "template/spec/timeoutSeconds | 99999 | spec.template.spec.timeoutSeconds",
                "template/spec/containerConcurrency | 'a' | spec.template.spec.containerConcurrency",
                "template/spec/containers | [] | spec.template.spec.containers",
            })
    void whatASpecCanNotSayIsRefused(String path, String value, String field) throws Exception {
        refused("/spec/" + path, value, field);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "annotations | {'serving.knative.dev/rollout-duration':'10s'} | annotations[serving.knative.dev/rollout-duration]",
                "labels | {'networking.knative.dev/visibility':'x'} | labels[networking.knative.dev/visibility]",
                "labels | {'a b':'c'} | labels[a b]",
                "generateName | 'x-' | generateName",
                "finalizers | ['x'] | finalizers",
                "name | 'Hello_World' | name",
            })
    void whatMetadataCanNotSayIsRefused(String path, String value, String field) throws Exception {
        refused("/metadata/" + path, value, "metadata." + field);
    }

    private void refused(String path, String value, String field) throws Exception {
        ObjectNode body = hello();
        String patch = "[{\"op\":\"add\",\"path\":\"%s\",\"value\":%s}]".formatted(path, value.replace('\'', '"'));
        ObjectNode spoilt = Patch.read("application/json-patch+json", patch.getBytes(StandardCharsets.UTF_8))
                .apply(body);
        JsonNode refused = api.ask(422, "POST", Api.ROOT, spoilt.toString());
        assertThat(refused.at("/details/causes").valueStream().map(each -> each.path("field")
                        .asString("")))
                .contains(field);
        assertThat(Api.message(refused)).contains(field);
        assertThat(api.functions.drafts).isEmpty();
    }

    @Test
    void scaleAndWeftsOwnWordsAreAnnotationsOfTheTemplate() throws Exception {
        ObjectNode body = hello();
        ((ObjectNode) body.at("/spec/template/metadata/annotations"))
                .put("autoscaling.knative.dev/minScale", "1")
                .put("autoscaling.knative.dev/max-scale", "3")
                .put("autoscaling.knative.dev/scale-to-zero-pod-retention-period", "1m30s")
                .put("weft.dev/contract", "aws-lambda")
                .put("weft.dev/runtime", "nodejs20")
                .put("weft.dev/handler", "index.handler");
        api.ask(201, "POST", Api.ROOT, body.toString());
        assertThat(draft().spec())
                .containsEntry("minInstances", 1)
                .containsEntry("maxInstances", 3)
                .containsEntry("idleTimeout", "90s")
                .containsEntry("contract", "aws-lambda")
                .containsEntry("runtime", "nodejs20")
                .containsEntry("handler", "index.handler")
                .containsEntry("concurrency", 1);
    }

    @Test
    void whoChangesWhatHasChangedMeanwhileIsTold() throws Exception {
        ObjectNode seen = (ObjectNode) api.create("hello", "");
        String first = seen.at("/metadata/resourceVersion").asString();
        JsonNode changed = api.ask(
                200,
                "PATCH",
                ONE,
                "{\"spec\":{\"template\":{\"spec\":{\"timeoutSeconds\":20}}}}",
                "Content-Type",
                "application/merge-patch+json");
        assertThat(draft().spec()).containsEntry("timeout", "20s");
        assertThat(changed.at("/metadata/generation").asInt()).isEqualTo(2);
        assertThat(changed.at("/status/latestReadyRevisionName").asString()).isEqualTo("hello-00002");
        assertThat(changed.at("/metadata/uid")).isEqualTo(seen.at("/metadata/uid"));
        assertThat(changed.at("/metadata/resourceVersion").asString()).isNotEqualTo(first);
        JsonNode stale = api.ask(409, "PUT", ONE, seen.toString());
        assertThat(stale.path("reason").asString()).isEqualTo("Conflict");
        ((ObjectNode) seen.path("metadata"))
                .put("resourceVersion", changed.at("/metadata/resourceVersion").asString());
        api.ask(200, "PUT", ONE, seen.toString());
        assertThat(draft().spec()).containsEntry("timeout", "300s");
    }

    @Test
    void aChangeThatIsNoneChangesNothing() throws Exception {
        JsonNode seen = api.create("hello", "");
        int before = (int) api.functions.state();
        assertThat(api.ask(200, "PUT", ONE, seen.toString())).isEqualTo(seen);
        assertThat(api.ask(200, "PUT", ONE, Api.service("hello", ""))).isEqualTo(seen);
        assertThat(api.functions.state()).isEqualTo(before);
    }

    @Test
    void codeIsSaidAgainByItsHash() throws Exception {
        JsonNode seen = api.create("hello", "");
        byte[] first = api.functions.code.get("hello");
        String other = seen.toString().replaceAll("sha256:[0-9a-f]{64}", Api.zip("two"));
        api.ask(200, "PUT", ONE, other);
        assertThat(api.functions.code.get("hello")).isNotEqualTo(first);
        JsonNode old = api.ask(422, "PUT", ONE, withoutVersion(seen));
        assertThat(Api.message(old)).contains("is not the code that is there");
    }

    private static String withoutVersion(JsonNode seen) {
        ObjectNode copy = (ObjectNode) seen.deepCopy();
        ((ObjectNode) copy.path("metadata")).remove("resourceVersion");
        return copy.toString();
    }

    @Test
    void kubectlsMemoryOfWhatItAppliedIsKeptWithoutTheCode() throws Exception {
        ObjectNode body = hello();
        String last = body.toString();
        ((ObjectNode) body.path("metadata"))
                .putObject("annotations")
                .put("kubectl.kubernetes.io/last-applied-configuration", last);
        JsonNode made = api.ask(201, "POST", Api.ROOT, body.toString());
        String kept = made.at("/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration")
                .asString();
        assertThat(kept).contains("\"weft.dev/code\":\"sha256:").doesNotContain(Api.ZIP);
    }

    @Test
    void aJsonPatchIsWholeOrNotAtAll() throws Exception {
        api.create("hello", "");
        String type = "application/json-patch+json";
        String good = "[{\"op\":\"test\",\"path\":\"/metadata/name\",\"value\":\"hello\"},"
                + "{\"op\":\"add\",\"path\":\"/metadata/labels/more\",\"value\":\"yes\"},"
                + "{\"op\":\"copy\",\"from\":\"/metadata/labels/more\",\"path\":\"/metadata/labels/again\"},"
                + "{\"op\":\"move\",\"from\":\"/metadata/labels/team\",\"path\":\"/metadata/labels/crew\"},"
                + "{\"op\":\"replace\",\"path\":\"/spec/template/spec/timeoutSeconds\",\"value\":7}]";
        JsonNode changed = api.ask(200, "PATCH", ONE, good, "Content-Type", type);
        assertThat(draft().labels()).isEqualTo(Map.of("more", "yes", "again", "yes", "crew", "shop"));
        assertThat(draft().spec()).containsEntry("timeout", "7s");
        for (String bad : List.of(
                "[{\"op\":\"test\",\"path\":\"/metadata/name\",\"value\":\"other\"}]",
                "[{\"op\":\"remove\",\"path\":\"/metadata/labels/more\"},{\"op\":\"remove\",\"path\":\"/no\"}]",
                "[{\"op\":\"add\",\"path\":\"/spec/traffic/9\",\"value\":{}}]")) {
            JsonNode refused = api.ask(422, "PATCH", ONE, bad, "Content-Type", type);
            assertThat(refused.path("reason").asString()).isEqualTo("Invalid");
        }
        for (String bad :
                List.of("{}", "[{\"op\":\"brew\",\"path\":\"/x\"}]", "[{\"op\":\"remove\",\"path\":\"\"}]", "[")) {
            api.ask(400, "PATCH", ONE, bad, "Content-Type", type);
        }
        assertThat(api.ask(200, "GET", ONE, "")).isEqualTo(changed);
    }

    @Test
    void copiesOfCopiesEndAtALimit() throws Exception {
        api.create("hello", "");
        String twice = "{\"op\":\"copy\",\"from\":\"/metadata\",\"path\":\"/metadata/more\"}";
        String patch = '[' + String.join(",", Collections.nCopies(100, twice)) + ']';
        JsonNode refused = api.ask(400, "PATCH", ONE, patch, "Content-Type", "application/json-patch+json");
        assertThat(Api.message(refused)).contains("may copy at most");
        String many = '[' + String.join(",", Collections.nCopies(Patch.OPERATIONS_MAX + 1, twice)) + ']';
        JsonNode tooMany = api.ask(400, "PATCH", ONE, many, "Content-Type", "application/json-patch+json");
        assertThat(Api.message(tooMany)).contains("1000");
    }

    @ParameterizedTest
    @CsvSource({
        "application/strategic-merge-patch+json, application/merge-patch+json",
        "application/apply-patch+yaml, server-side apply",
        "text/plain, accepted media types",
    })
    void otherPatchesAreRefused(String type, String words) throws Exception {
        api.create("hello", "");
        assertThat(Api.message(api.ask(415, "PATCH", ONE, "{}", "Content-Type", type)))
                .contains(words);
    }

    @Test
    void aServiceIsDeletedUnlessItIsAnotherThanWasMeant() throws Exception {
        JsonNode seen = api.create("hello", "");
        String uid = "{\"preconditions\":{\"uid\":\"another\"}}";
        assertThat(api.ask(409, "DELETE", ONE, uid).path("reason").asString()).isEqualTo("Conflict");
        JsonNode orphan = api.ask(400, "DELETE", ONE, "{\"propagationPolicy\":\"Orphan\"}");
        assertThat(Api.message(orphan)).contains("Background");
        JsonNode gone = api.ask(
                200,
                "DELETE",
                ONE,
                "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"propagationPolicy\":\"Background\"}");
        assertThat(gone.path("status").asString()).isEqualTo("Success");
        assertThat(gone.at("/details/uid")).isEqualTo(seen.at("/metadata/uid"));
        JsonNode again = api.ask(404, "DELETE", ONE, "");
        assertThat(again.path("reason").asString()).isEqualTo("NotFound");
    }

    @ParameterizedTest
    @CsvSource({
        "POST, '', ?dryRun=All, 400, dryRun",
        "PUT, /hello/status, '', 405, status",
        "DELETE, '', '', 405, deletecollection",
    })
    void whatIsAskedForBesidesIsNotSilentlyLeftOut(String method, String below, String query, int status, String words)
            throws Exception {
        api.create("hello", "");
        JsonNode refused = api.ask(status, method, Api.ROOT + below + query, Api.service("hello", ""));
        assertThat(Api.message(refused)).contains(words);
    }

    @ParameterizedTest
    @EnumSource(Changed.Reason.class)
    void whatWeftRefusesIsSaidInKubernetesWords(Changed.Reason reason) throws Exception {
        api.functions.refusing = reason;
        int status =
                switch (reason) {
                    case ABSENT -> 404;
                    case DECLARED -> 409;
                    case WRONG, FAILED -> 422;
                    case FULL, UNABLE -> 403;
                    case BUSY -> 429;
                };
        JsonNode refused = api.ask(status, "POST", Api.ROOT, Api.service("hello", ""));
        assertThat(refused.path("reason").asString()).isNotEmpty();
    }

    @Test
    void onlySoManyMistakesAreToldAndSoManyLabelsRead() throws Exception {
        String wrong = String.join(",", Collections.nCopies(30, "{\"name\":\"\"}"));
        JsonNode many = api.ask(422, "POST", Api.ROOT, Api.service("hello", ",\"env\":[" + wrong + "]"));
        assertThat(many.at("/details/causes").size()).isEqualTo(Fields.CAUSES_MAX);
        ObjectNode body = hello();
        ObjectNode labels = (ObjectNode) body.at("/metadata/labels");
        for (int i = 0; i < Fields.STRINGS_MAX; i++) {
            labels.put("l" + i, "x");
        }
        assertThat(Api.message(api.ask(422, "POST", Api.ROOT, body.toString()))).contains("at most 1000");
    }

    @Test
    void whatIsOnlyShownAgainHasALimit() throws Exception {
        ObjectNode body = hello();
        ((ObjectNode) body.path("metadata")).putObject("annotations").put("note", "x".repeat(Kept.BYTES_MAX));
        JsonNode refused = api.ask(422, "POST", Api.ROOT, body.toString());
        assertThat(Api.message(refused)).contains("Too long").contains("metadata.annotations");
    }
}
