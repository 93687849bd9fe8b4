// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.LogLine;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Wish;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class LogEntriesTest {
    private static final String SECOND =
            "resource.type=\"cloud_run_revision\" resource.labels.location=\"europe-west1\""
                    + " logName:\"run.googleapis.com\" labels.\"goog-managed-by\"=\"cloudfunctions\""
                    + " resource.labels.service_name=\"alpha\"";
    private static final String FIRST = "resource.type=\"cloud_function\" resource.labels.region=\"europe-west1\""
            + " logName:\"cloud-functions\" resource.labels.function_name=\"alpha\"";

    /** Writes four lines, a second after each other; the second and third of call b. */
    private static final Functions FUNCTIONS = new Functions() {
        @Override
        public List<Served> list(String namespace) {
            return List.of();
        }

        @Override
        public @Nullable Served find(String namespace, String name) {
            return null;
        }

        @Override
        public List<LogLine> logs(String namespace, String name, int linesMax) {
            List<LogLine> lines = new ArrayList<>();
            for (int i = 0; i < 4 && namespace.equals("default") && name.equals("alpha"); i++) {
                String call = i == 1 || i == 2 ? "b" : null;
                lines.add(new LogLine(FacadeSamples.NOW.plusSeconds(i), name, "here", "one", call, "line " + i));
            }
            return lines;
        }

        @Override
        public String logTail(String namespace, String function, String invocation) {
            return "";
        }
    };

    private static FacadeAnswer ask(String filter, String order, int size) throws InterruptedException {
        ObjectNode body =
                JsonMapper.shared().createObjectNode().put("filter", filter).put("orderBy", order);
        body.put("pageSize", size).putArray("resourceNames").add("projects/default");
        return ask(body.toString());
    }

    private static FacadeAnswer ask(String body) throws InterruptedException {
        Wish wish = new GoogleFacade()
                .read(
                        FacadeSamples.request(
                                "POST", "/v2/entries:list", FacadeSamples.bearer(FacadeSamples.DEPLOY), body),
                        FacadeSamples.KEYS::get,
                        FacadeSamples.NOW);
        return switch (wish) {
            case Wish.Control control -> control.work().run(FUNCTIONS);
            case Wish.Refused refused -> refused.answer();
            case Wish other -> throw new AssertionError(other);
        };
    }

    private static List<String> texts(FacadeAnswer answer) {
        List<String> texts = new ArrayList<>();
        JsonMapper.shared()
                .readTree(answer.body())
                .path("entries")
                .forEach(each -> texts.add(each.path("textPayload").asString("")));
        return texts;
    }

    @Test
    void linesAreShownAsGcloudAsksForThem() throws Exception {
        assertThat(texts(ask(SECOND, "timestamp desc", 2))).containsExactly("line 3", "line 2");
        String since = " timestamp>=\"2026-11-30T09:00:01Z\" -logName:\"run.googleapis.com%2Frequests\"";
        assertThat(texts(ask(SECOND + since, "timestamp asc", 2))).containsExactly("line 1", "line 2");
        String until = " AND timestamp<=\"2026-11-30T10:00:01+01:00\"";
        assertThat(texts(ask(FIRST + until, "", 0))).containsExactly("line 0", "line 1");
        assertThat(texts(ask(FIRST + " labels.execution_id=\"b\"", "", 100))).containsExactly("line 1", "line 2");
        assertThat(texts(ask(SECOND.replace("alpha", "beta"), "", 100))).isEmpty();
    }

    @Test
    void anEntrySaysWhoseItIs() throws Exception {
        JsonNode entry = JsonMapper.shared()
                .readTree(ask(SECOND + " labels.execution_id=b", "", 1).body())
                .path("entries")
                .path(0);
        assertThat(entry.path("timestamp").asString()).isEqualTo("2026-11-30T09:00:01Z");
        assertThat(entry.path("resource").path("labels").path("service_name").asString())
                .isEqualTo("alpha");
        assertThat(entry.path("labels").path("execution_id").asString()).isEqualTo("b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "resource.type=\"cloud_run_revision\" | 501",
                "resource.type=\"gce_instance\" | 501",
                "resource.labels.service_name=\"alpha\" severity>=ERROR | 501",
                "(resource.labels.service_name=\"alpha\") | 501",
                "resource.labels.service_name=\"alpha\" OR resource.labels.service_name=\"beta\" | 501",
                "resource.labels.service_name=\"alpha\" timestamp>=\"yesterday\" | 400",
                "resource.labels.service_name=\"alpha | 501"
            })
    void whatIsNotUnderstoodIsRefused(String filter, int status) throws Exception {
        assertThat(ask(filter, "", 10).status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"resourceNames\":[\"projects/other\"]} | 403",
                "{\"pageToken\":\"x\"} | 400",
                "{\"orderBy\":\"severity\"} | 400",
                "{ | 400",
                "{} | 501"
            })
    void aRequestThatCanNotBeToldIsRefused(String body, int status) throws Exception {
        assertThat(ask(body).status()).isEqualTo(status);
    }
}
