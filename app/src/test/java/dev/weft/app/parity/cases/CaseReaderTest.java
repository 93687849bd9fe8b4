// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weft.api.Mistake;
import dev.weft.api.RequestLine;
import dev.weft.app.parity.cases.CaseReader.WrongCasesException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaseReaderTest {
    @TempDir
    private Path folder;

    @Test
    void aCaseIsWholeWithItsDefaults() throws Exception {
        Files.write(folder.resolve("body.bin"), new byte[] {1, 2, 3});
        Cases cases = read("""
                ignore: {headers: [X-Id]}
                cases:
                - {name: plain}
                - {name: posted, path: /a, query: b=1&b=2, contentType: text/plain, body: hello, repeat: 3, ignore: {json: [/at]}}
                - {name: filed, method: PUT, bodyFile: body.bin, headers: [{name: X-Many, value: a}, {name: X-Many, value: b}]}
                - {name: bytes, bodyBase64: AQI=}
                - {name: large, bodySize: 1Mi}
                - {name: told, event: true, body: '{}', contentType: application/json}
                """);
        List<ParityCase> all = cases.all();
        assertThat(all.get(0).line()).isEqualTo(new RequestLine("GET", "/", null));
        assertThat(all.get(0).ignore().headers()).containsExactly("X-Id");
        assertThat(all.get(1).line()).isEqualTo(new RequestLine("POST", "/a", "b=1&b=2"));
        assertThat(all.get(1).fields().first("content-type")).isEqualTo("text/plain");
        assertThat(all.get(1).repeat()).isEqualTo(3);
        assertThat(all.get(1).ignore().json()).containsExactly("/at");
        assertThat(all.get(2).body()).containsExactly(1, 2, 3);
        assertThat(all.get(2).fields().all("x-many")).containsExactly("a", "b");
        assertThat(all.get(3).body()).containsExactly(1, 2);
        assertThat(all.get(4).body()).hasSize(1 << 20);
        assertThat(all.get(5).event()).isTrue();
    }

    @Test
    void everyMistakeIsTold() {
        assertThat(wrong("""
                cases:
                - {name: a, event: true, path: /x, headers: [{name: b, value: c}]}
                - {name: a, body: x, bodySize: 3}
                - {name: c, bodyBase64: '*', }
                - {name: d, bodyFile: nowhere}
                - {name: e, ignore: {json: [id], text: ['(', 'x*']}}
                - {name: f, contentType: a/b, headers: [{name: Content-Type, value: c/d}]}
                """))
                .satisfiesExactlyInAnyOrder(
                        each -> assertThat(each).contains("cases[0].path"),
                        each -> assertThat(each).contains("cases[0].headers"),
                        each -> assertThat(each).contains("cases[1].name"),
                        each -> assertThat(each).contains("says its body 2 times"),
                        each -> assertThat(each).contains("cases[3].bodyFile"),
                        each -> assertThat(each).contains("is no JSON pointer"),
                        each -> assertThat(each).contains("is no regular expression"),
                        each -> assertThat(each).contains("matches nothing at all"),
                        each -> assertThat(each).contains("cases[5].contentType"));
        assertThat(wrong("cases: []\n")).singleElement().asString().contains("at least one");
        assertThat(wrong("case: []\n")).anyMatch(each -> each.contains("unknown key"));
        assertThat(wrong("cases: [{name: a, path: nowhere}]\n")).hasSize(1);
        assertThat(wrong("- a\n")).singleElement().asString().contains("must be a map");
        assertThat(wrong("{cases: [{name: a}]}\n---\n{cases: [{name: a}]}\n"))
                .singleElement()
                .asString()
                .contains("must be one document");
    }

    @Test
    void limitsAreHeld() throws Exception {
        StringBuilder many = new StringBuilder("cases:\n");
        for (int i = 0; i <= CaseReader.CASES_MAX; i++) {
            many.append("- {name: n").append(i).append("}\n");
        }
        assertThat(wrong(many.toString())).hasSize(1);
        assertThat(wrong("cases: [{name: a, bodySize: 65Mi}]\n")).hasSize(1);
        assertThat(wrong("cases: [{name: a, repeat: 11}]\n")).hasSize(1);
        assertThat(wrong("cases: [{name: a, bodySize: 64Mi}, {name: b, bodySize: 64Mi}, {name: c, bodySize: 64Mi},"
                        + " {name: d, bodySize: 64Mi}, {name: e, bodySize: 1}]\n"))
                .singleElement()
                .asString()
                .contains("together");
        Path large = folder.resolve("large");
        try (var file = java.nio.channels.FileChannel.open(
                large, java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.WRITE)) {
            file.write(java.nio.ByteBuffer.wrap(new byte[1]), CaseReader.BODY_BYTES_MAX);
        }
        assertThat(wrong("cases: [{name: a, bodyFile: large}]\n"))
                .singleElement()
                .asString()
                .contains("at most");
    }

    @Test
    void theHashIsOfWhatIsAskedAndNotOfHowItIsWritten() throws Exception {
        String hash = read("cases: [{name: a, path: /x, body: hello}]\n").hash();
        assertThat(read("# a remark\ncases:\n- name: a\n  bodyBase64: aGVsbG8=\n  path: '/x'\n")
                        .hash())
                .isEqualTo(hash);
        Stream.of(
                        "cases: [{name: b, path: /x, body: hello}]\n",
                        "cases: [{name: a, path: /y, body: hello}]\n",
                        "cases: [{name: a, path: /x, body: hello!}]\n",
                        "cases: [{name: a, path: /x, body: hello, repeat: 2}]\n",
                        "cases: [{name: a, path: /x, body: hello, ignore: {json: [/a]}}]\n",
                        "cases: [{name: a, path: /x, body: hello, headers: [{name: a, value: b}]}]\n")
                .forEach(each -> assertThat(read(each).hash()).as(each).isNotEqualTo(hash));
    }

    @Test
    void theBuiltInCasesOnlyReadUnlessMoreIsAskedFor() {
        assertThat(BuiltInCases.reading().all()).hasSizeGreaterThan(15).allSatisfy(each -> {
            assertThat(each.event()).isFalse();
            assertThat(Objects.requireNonNull(each.line()).method()).isIn("GET", "HEAD", "OPTIONS");
            assertThat(each.body()).isEmpty();
        });
        assertThat(BuiltInCases.everything().all().stream().map(ParityCase::name))
                .doesNotHaveDuplicates()
                .contains("event", "big integers", "binary", "more than 6 MB");
    }

    private Cases read(String yaml) {
        try {
            return CaseReader.read(Files.writeString(folder.resolve("cases.yaml"), yaml));
        } catch (WrongCasesException | java.io.IOException wrong) {
            throw new AssertionError(wrong);
        }
    }

    private List<String> wrong(String yaml) {
        WrongCasesException wrong = catchThrowableOfType(
                WrongCasesException.class,
                () -> CaseReader.read(Files.writeString(folder.resolve("cases.yaml"), yaml)));
        return wrong.mistakes().stream().map(Mistake::toString).toList();
    }
}
