// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Wish;
import dev.weft.api.resource.Cloud;
import dev.weft.testkit.SampleFunction;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

class ChangingTest {
    private static final String FUNCTIONS = "/2015-03-31/functions";
    private static final String ZIP =
            Base64.getEncoder().encodeToString(new byte[] {'P', 'K', 5, 6, 0, 0, 0, 0, 0, 0, 0, 0});

    /** Takes one change and says what it is told to say. */
    private static final class One implements Functions {
        private @Nullable Draft before;
        private @Nullable Draft put;
        private byte @Nullable [] zip;
        private String name = "";
        private Changed.@Nullable Reason refusing;

        Draft wanted() {
            return Objects.requireNonNull(put);
        }

        @Override
        public List<Served> list(String namespace) {
            return List.of();
        }

        @Override
        public @Nullable Served find(String namespace, String asked) {
            return null;
        }

        @Override
        public String logTail(String namespace, String function, String invocation) {
            return "";
        }

        @Override
        public Changed put(String namespace, String asked, Edit edit) {
            name = asked;
            if (refusing != null) {
                return new Changed.Refused(refusing, "for a reason");
            }
            return switch (edit.of(before)) {
                case Edited.Leave(FacadeAnswer answer) -> new Changed.Left(answer);
                case Edited.Put(Draft draft, var code, var _) -> {
                    put = draft;
                    zip = code;
                    yield new Changed.Done(new Served(
                            SampleFunction.http(draft.name(), "node", "server.js")
                                    .function(),
                            Signed.NOW,
                            "ab".repeat(32),
                            12));
                }
            };
        }

        @Override
        public Changed delete(String namespace, String asked) {
            name = asked;
            return new Changed.Refused(refusing == null ? Changed.Reason.ABSENT : refusing, "for a reason");
        }
    }

    private static Wish read(String method, String path, String body) {
        return new AwsFacade()
                .read(
                        new Signed(
                                        method,
                                        path,
                                        Map.of(),
                                        body.getBytes(StandardCharsets.UTF_8),
                                        Signed.DEPLOYER,
                                        Signed.NOW)
                                .request(),
                        Signed.KEYS,
                        Signed.NOW);
    }

    private static FacadeAnswer done(One functions, String method, String path, String body)
            throws InterruptedException {
        return switch (read(method, path, body)) {
            case Wish.Control control -> control.work().run(functions);
            case Wish.Refused refused -> refused.answer();
            case Wish other -> throw new AssertionError(other);
        };
    }

    private static String create(String more) {
        return """
                {"FunctionName":"Hello_World","Runtime":"nodejs20.x","Role":"arn:aws:iam::1:role/r","Handler":"index.handler",
                 "Code":{"ZipFile":"%s"}%s}""".formatted(ZIP, more);
    }

    private static String type(FacadeAnswer answer) {
        return answer.status() + " " + answer.headers().first("x-amzn-errortype");
    }

    private static String message(FacadeAnswer answer) {
        return JsonMapper.shared().readTree(answer.body()).path("message").asString();
    }

    @Test
    void aFunctionIsMadeOfWhatLambdaWouldMakeIt() throws Exception {
        One functions = new One();
        FacadeAnswer answer = done(
                functions,
                "POST",
                FUNCTIONS,
                create(
                        ",\"Environment\":{\"Variables\":{\"A\":\"${env:B}\"}},\"Tags\":{\"team\":\"shop\"},\"VpcConfig\":{},"
                                + "\"Description\":\"d\",\"Architectures\":[\"arm64\"],\"Publish\":false"));
        assertThat(answer.status()).isEqualTo(201);
        assertThat(functions.name).isEqualTo("hello-world");
        assertThat(functions.zip).hasSize(12);
        assertThat(functions.put)
                .isEqualTo(new Draft(
                        "hello-world",
                        Map.of("team", "shop"),
                        Map.of(
                                Draft.NAME,
                                "Hello_World",
                                Described.ROLE,
                                "arn:aws:iam::1:role/r",
                                Described.DESCRIPTION,
                                "d"),
                        Map.of(
                                "contract", "aws-lambda",
                                "runtime", "nodejs20.x",
                                "handler", "index.handler",
                                "timeout", "3s",
                                "memory", "128Mi",
                                "maxInstances", 100,
                                "architecture", "arm64"),
                        Map.of("A", "${env:B}"),
                        Cloud.Type.AWS));
    }

    @Test
    void aChangeLeavesTheRestAsItIs() throws Exception {
        One functions = new One();
        FacadeAnswer ignored = done(functions, "POST", FUNCTIONS, create(",\"Description\":\"d\""));
        functions.before = functions.put;
        String path = FUNCTIONS + "/Hello_World";
        assertThat(done(functions, "PUT", path + "/configuration", "{\"Timeout\":9,\"Description\":\"\"}")
                        .status())
                .isEqualTo(200);
        assertThat(functions.zip).isNull();
        Draft changed = functions.wanted();
        assertThat(changed.spec()).containsEntry("timeout", "9s").containsEntry("memory", "128Mi");
        assertThat(changed.annotations())
                .doesNotContainKey(Described.DESCRIPTION)
                .containsKey(Described.ROLE);
        functions.before = changed;
        assertThat(done(functions, "PUT", path + "/code", "{\"ZipFile\":\"" + ZIP + "\"}")
                        .status())
                .isEqualTo(200);
        assertThat(functions.zip).hasSize(12);
        assertThat(functions.put).isEqualTo(changed);
        String arn = "/2017-03-31/tags/arn%3Aaws%3Alambda%3Aeu-west-1%3A000000000000%3Afunction%3AHello_World";
        assertThat(done(functions, "POST", arn, "{\"Tags\":{\"a\":\"b\"}}").status())
                .isEqualTo(204);
        assertThat(functions.wanted().labels()).isEqualTo(Map.of("a", "b"));
        functions.before = functions.put;
        assertThat(done(functions, "DELETE", arn + "?tagKeys=a&tagKeys=c", "").status())
                .isEqualTo(204);
        assertThat(functions.wanted().labels()).isEmpty();
        String reserved = "/2017-10-31/functions/Hello_World/concurrency";
        assertThat(done(functions, "PUT", reserved, "{\"ReservedConcurrentExecutions\":3}")
                        .status())
                .isEqualTo(200);
        assertThat(functions.wanted().spec()).containsEntry("maxInstances", 3);
        assertThat(type(done(functions, "PUT", reserved, "{\"ReservedConcurrentExecutions\":0}")))
                .isEqualTo("400 InvalidParameterValueException");
        functions.before = functions.put;
        assertThat(done(functions, "DELETE", reserved, "").status()).isEqualTo(204);
        assertThat(functions.wanted().spec()).containsEntry("maxInstances", 100);
        assertThat(functions.wanted().annotations().keySet()).noneMatch(each -> each.contains("reserved"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"Layers\":[\"arn\"] | Layers is not done",
                "\"PackageType\":\"Image\" | PackageType is not done",
                "\"VpcConfig\":{\"SubnetIds\":[\"a\"]} | VpcConfig is not done",
                "\"Publish\":1 | Publish must be true or false",
                "\"Nonsense\":1 | Nonsense is not done",
                "\"Timeout\":901 | Timeout must be from 1 to 900, got 901",
                "\"Timeout\":\"9\" | Timeout must be from 1 to 900",
                "\"MemorySize\":64 | MemorySize must be from 128",
                "\"Architectures\":[\"mips\"] | Architectures must be",
                "\"Environment\":{\"Variables\":{\"A\":1}} | Environment.Variables.A must be a string",
                "\"Tags\":[] | Tags must be an object",
                "\"Handler\":7 | Handler must be a string",
                "\"FunctionName\":\"a/b\" | FunctionName 'a/b' must be",
                "\"FunctionName\":\"f:7\" | FunctionName 'f:7' must be",
                "\"Code\":{\"S3Bucket\":\"b\"} | S3Bucket is not done",
                "\"Code\":{} | Code.ZipFile is required",
                "\"Code\":{\"ZipFile\":\"%%\"} | must be base64",
                "\"Code\":{\"ZipFile\":\"aGVsbG8=\"} | no zip file"
            })
    void whatCantBeDoneIsToldByItsField(String field, String message) throws Exception {
        One functions = new One();
        // the last of two fields counts
        FacadeAnswer answer = done(functions, "POST", FUNCTIONS, create("," + field.strip()));
        assertThat(type(answer)).isEqualTo("400 InvalidParameterValueException");
        assertThat(message(answer)).contains(message.strip());
        assertThat(functions.put).isNull();
    }

    @Test
    void whatIsNoJsonAndWhatIsTooLargeIsTold() throws Exception {
        assertThat(type(done(new One(), "POST", FUNCTIONS, "{"))).isEqualTo("400 SerializationException");
        assertThat(type(done(new One(), "PUT", FUNCTIONS + "/a/configuration", "[]")))
                .isEqualTo("400 SerializationException");
        byte[] large = new byte[Described.ZIP_BYTES_MAX + 1];
        large[0] = 'P';
        large[1] = 'K';
        String code = "{\"ZipFile\":\"" + Base64.getEncoder().encodeToString(large) + "\"}";
        assertThat(code.length()).isLessThan(AwsFacade.UPLOAD_BYTES_MAX);
        assertThat(type(done(new One(), "PUT", FUNCTIONS + "/a/code", code))).isEqualTo("413 RequestTooLargeException");
    }

    @Test
    void oneNameIsOneFunctionAndVersionsAreNotChanged() throws Exception {
        One functions = new One();
        assertThat(type(done(functions, "PUT", FUNCTIONS + "/nowhere/configuration", "{}")))
                .isEqualTo("404 ResourceNotFoundException");
        assertThat(type(done(functions, "DELETE", FUNCTIONS + "/nowhere", "")))
                .isEqualTo("404 ResourceNotFoundException");
        functions.before = new Draft("hello-world", Map.of(), Map.of(), Map.of(), Map.of(), Cloud.Type.AWS);
        assertThat(type(done(functions, "POST", FUNCTIONS, create("")))).isEqualTo("409 ResourceConflictException");
    }

    @ParameterizedTest
    @EnumSource(Changed.Reason.class)
    void everyReasonHasItsNameInLambdasWords(Changed.Reason reason) throws Exception {
        One functions = new One();
        functions.refusing = reason;
        String expected =
                switch (reason) {
                    case ABSENT -> "404 ResourceNotFoundException";
                    case DECLARED, FAILED -> "409 ResourceConflictException";
                    case WRONG -> "400 InvalidParameterValueException";
                    case FULL -> "400 CodeStorageExceededException";
                    case UNABLE -> "501 NotImplementedException";
                    case BUSY -> "429 TooManyRequestsException";
                };
        assertThat(type(done(functions, "DELETE", FUNCTIONS + "/hello", ""))).isEqualTo(expected);
        assertThat(type(done(functions, "POST", FUNCTIONS, create("")))).isEqualTo(expected);
    }
}
