// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.CloudException.Kind;
import dev.weft.api.Outcome.Failure;
import dev.weft.api.Outcome.Failure.Reason;
import dev.weft.app.parity.cases.CaseFile.Ignore;
import dev.weft.app.parity.compare.Heard.Broken;
import dev.weft.app.parity.compare.Heard.Failed;
import dev.weft.app.parity.compare.Heard.Field;
import dev.weft.app.parity.compare.Heard.Late;
import dev.weft.app.parity.compare.Heard.Refused;
import dev.weft.app.parity.compare.Heard.Response;
import dev.weft.app.parity.compare.Heard.Result;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static final Ignore NOTHING = Ignore.NOTHING;

    @Test
    void theSameAnswerIsTheSame() {
        Heard answer = response(200, "{\"a\":1}", "content-type", "application/json");
        assertThat(kinds(answer, answer)).isEmpty();
        assertThat(kinds(new Result("text/plain", new byte[] {1}), new Result("text/plain", new byte[] {1})))
                .isEmpty();
        assertThat(kinds(new Late(), new Late())).isEmpty();
        assertThat(kinds(new Broken("here"), new Broken("there"))).isEmpty();
    }

    @Test
    void theWaysToFailAreToldApart() {
        Heard ok = response(200, "ok");
        Heard error = failed(Reason.ERROR, "RangeError", "item 7 is gone");
        Heard timeout = failed(Reason.TIMEOUT, "Function.Timeout", "no answer");
        assertThat(kinds(ok, error)).containsExactly("error-shape");
        assertThat(kinds(error, failed(Reason.CRASH, "Function.Crash", "ended")))
                .containsExactly("error-shape");
        assertThat(kinds(error, failed(Reason.ERROR, "RangeError", "no such item")))
                .containsExactly("error-shape");
        assertThat(kinds(error, failed(Reason.ERROR, "Error", "RangeError: item 7 is gone")))
                .isEmpty();
        assertThat(kinds(error, failed(Reason.ERROR, "ActionError", "The action failed.")))
                .isEmpty();
        assertThat(kinds(ok, timeout)).containsExactly("timing");
        assertThat(kinds(timeout, ok)).containsExactly("timing");
        assertThat(kinds(timeout, new Late())).isEmpty();
        assertThat(kinds(timeout, error)).containsExactly("timing");
        assertThat(kinds(ok, new Broken("ended early"))).containsExactly("error-shape");
        assertThat(kinds(ok, new Refused(Kind.INVALID, "no such method"))).containsExactly("error-shape");
    }

    @Test
    void aCloudOfServersSaysThatItsFunctionFailedByStatus500() {
        Heard error = failed(Reason.ERROR, "RangeError", "out of \"stock\"");
        assertThat(kinds(error, response(500, "{\"errorMessage\":\"out of \\\"stock\\\"\"}")))
                .isEmpty();
        assertThat(kinds(response(500, "{\"errorMessage\":\"out of \\\"stock\\\"\"}"), error))
                .isEmpty();
        assertThat(kinds(error, response(500, "Internal Server Error"))).containsExactly("error-shape");
        assertThat(kinds(error, response(400, "out of \"stock\""))).containsExactly("error-shape");
        String here = "{\"errorMessage\":\"x\",\"stackTrace\":[\"/var/task/a.js:1\"]}";
        String there = "{\"errorMessage\":\"x\",\"stackTrace\":[\"/app/a.js:1\"]}";
        assertThat(kinds(response(500, here), response(500, there))).isEmpty();
        assertThat(kinds(response(200, here), response(200, there))).containsExactly("json");
    }

    @Test
    void whatIsTooLargeOnOneCloudOnlyIsALimit() {
        Heard ok = response(200, "ok");
        Heard refused = new Refused(Kind.TOO_LARGE, "at most 6 MB");
        assertThat(kinds(ok, refused)).containsExactly("limit");
        assertThat(kinds(refused, ok)).containsExactly("limit");
        assertThat(kinds(refused, response(413, "too large"))).isEmpty();
        assertThat(kinds(ok, response(413, "too large"))).containsExactly("limit");
        assertThat(kinds(ok, failed(Reason.TOO_LARGE, "ResponseSizeTooLarge", "6 MB")))
                .containsExactly("limit");
        assertThat(kinds(refused, failed(Reason.TOO_LARGE, "ResponseSizeTooLarge", "6 MB")))
                .isEmpty();
    }

    @Test
    void bytesThatAreNoTextAreComparedAsBytes() {
        Heard one = new Response(200, List.of(), new byte[] {(byte) 0x80});
        Heard other = new Response(200, List.of(), new byte[] {(byte) 0x81});
        assertThat(kinds(one, other)).hasSize(1);
        assertThat(Comparison.of(one, other, new Ignore(List.of(), List.of(), List.of("[0-9]+"))))
                .hasSize(1);
    }

    @Test
    void numbersAreComparedToTheirLastDigit() {
        assertThat(kinds(json("9007199254740993"), json("9007199254740992"))).containsExactly("json");
        assertThat(kinds(json("0.1"), json("0.10000000000000001"))).containsExactly("json");
        assertThat(kinds(json("1"), json("1.000"))).isEmpty();
        assertThat(kinds(json("1E400"), json("10E399"))).isEmpty();
        assertThat(kinds(json("1"), json("\"1\""))).containsExactly("json");
    }

    @Test
    void noMoreDifferencesOfOneBodyAreToldThanAPersonReads() {
        StringBuilder one = new StringBuilder("[0");
        StringBuilder other = new StringBuilder("[1");
        for (int i = 0; i < 100; i++) {
            one.append(",0");
            other.append(",1");
        }
        assertThat(kinds(response(200, one + "]"), response(200, other + "]"))).hasSize(JsonValues.DIFFERENCES_MAX);
    }

    @Test
    void whatIsIgnoredIsNotCompared() {
        Heard one = response(200, "{\"id\":1,\"a\":{\"b\":2},\"at\":\"12:01\"}", "x-build", "7", "x-other", "by 17");
        Heard other = response(200, "{\"id\":2,\"a\":{\"b\":3},\"at\":\"12:02\"}", "x-build", "8", "x-other", "by 18");
        assertThat(Comparison.of(one, other, NOTHING)).hasSize(5);
        Ignore ignore = new Ignore(List.of("X-Build"), List.of("/id", "/a"), List.of("1[0-9](:0[0-9])?"));
        assertThat(Comparison.of(one, other, ignore)).isEmpty();
    }

    @Test
    void whatIsUnstableHidesWhatIsBelowItAndNothingElse() {
        List<Difference> all = List.of(
                new Difference.Json("/id", "1", "2"),
                new Difference.Json("/id/0", "1", "2"),
                new Difference.Json("/idle", "1", "2"),
                new Difference.HeaderValue("x-id", "1", "2"));
        assertThat(Comparison.without(all, Set.of("json /id"))).containsExactly(all.get(2), all.get(3));
        assertThat(Comparison.without(all, Set.of("body"))).containsExactly(all.get(3));
        assertThat(Comparison.without(all, Set.of("header x-id"))).hasSize(3);
    }

    @Test
    void noCookiesValueIsTold() {
        List<Difference> found = Comparison.of(
                response(200, "", "set-cookie", "session=SECRET1; HttpOnly"),
                response(200, "", "set-cookie", "session=SECRET2"),
                NOTHING);
        assertThat(found).singleElement().satisfies(each -> assertThat(each.first() + each.other())
                .doesNotContain("SECRET")
                .contains("httponly"));
    }

    @Test
    void longAndUnprintableTextsAreShortened() {
        assertThat(Excerpt.text("a\r\n\t\u0007\ufeffb")).isEqualTo("a\\r\\n\\t\\u0007\\ufeffb");
        assertThat(Excerpt.text("x".repeat(1_000)))
                .hasSizeLessThan(Excerpt.CHARS_MAX + 30)
                .contains("1000 characters");
    }

    @Test
    void whatUnpacksToMoreThanTheLimitIsComparedPacked() throws Exception {
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        try (java.util.zip.GZIPOutputStream gzip = new java.util.zip.GZIPOutputStream(out)) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i <= Bodies.UNPACKED_BYTES_MAX >> 20; i++) {
                gzip.write(zeros);
            }
        }
        List<Field> packed = List.of(new Field("content-encoding", "gzip"));
        Heard bomb = new Response(200, packed, out.toByteArray());
        assertThat(kinds(bomb, bomb)).isEmpty();
        assertThat(kinds(bomb, new Response(200, packed, new byte[] {1, 2, 3}))).containsExactly("body");
    }

    private static Heard json(String value) {
        return response(200, "{\"a\":" + value + "}", "content-type", "application/json");
    }

    private static Heard failed(Reason reason, String type, String message) {
        return new Failed(new Failure(reason, type, message, new byte[0], ""));
    }

    private static Heard response(int status, String body, String... fields) {
        List<Field> headers = new ArrayList<>();
        for (int i = 0; i < fields.length; i += 2) {
            headers.add(new Field(fields[i], fields[i + 1]));
        }
        return new Response(status, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> kinds(Heard first, Heard other) {
        return Comparison.of(first, other, NOTHING).stream()
                .map(Difference::kind)
                .toList();
    }
}
