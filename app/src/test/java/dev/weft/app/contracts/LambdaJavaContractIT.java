// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.resource.Function;
import dev.weft.clouds.aws.LambdaHost;
import dev.weft.testkit.SampleFunction;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

class LambdaJavaContractIT extends ContractOnEngine {
    private static final String SOURCE = """
            package shop;

            import com.amazonaws.services.lambda.runtime.Context;
            import com.amazonaws.services.lambda.runtime.RequestHandler;
            import java.util.Map;

            public class Greeter implements RequestHandler<Map<String, Object>, Object> {
                private static int calls;
                STARTS

                @Override
                public Object handleRequest(Map<String, Object> event, Context context) {
                    BEHAVES
                }

                private static Object ok(Object body) {
                    return Map.of("statusCode", 200, "body", body.toString());
                }
            }
            """;

    @Override
    protected SampleFunction function(Behaviour behaviour) {
        String behaves =
                switch (behaviour) {
                    case HELLO, BROKEN -> "return ok(\"hello \" + event.getOrDefault(\"body\", event.get(\"who\")));";
                    case FAILING -> "throw new IllegalStateException(\"out of stock\");";
                    case SLOW -> "try { Thread.sleep(10000); } catch (InterruptedException stopped) { } return ok(1);";
                    case CRASHING -> "System.out.println(\"last words\"); Runtime.getRuntime().halt(7); return ok(1);";
                    case LARGE -> "return \"x\".repeat(7 * 1024 * 1024);";
                    case ECHO ->
                        "return Map.of(\"statusCode\", 200, \"isBase64Encoded\", true, \"body\","
                                + " event.get(\"body\"), \"headers\", Map.of(\"content-type\","
                                + " \"application/octet-stream\"));";
                    case COUNTING -> "return ok(++calls);";
                    case PRINTING ->
                        "System.out.println(\"out \" + event.get(\"who\")); System.err.println(\"err \" +"
                                + " event.get(\"who\")); return ok(1);";
                    case SHELL ->
                        "String body = (String) event.get(\"body\"); String script = body.substring(body.indexOf(':') + 2,"
                                + " body.length() - 2).translateEscapes(); try { return ok(new String(new ProcessBuilder("
                                + "\"/bin/sh\", \"-c\", script + \" 2>&1\").start().getInputStream().readAllBytes())); }"
                                + " catch (java.io.IOException gone) { throw new IllegalStateException(gone); }";
                    case GREEDY ->
                        "while (true) { java.lang.foreign.Arena.global().allocate(1 << 20).fill((byte) 1); }";
                };
        String starts = behaviour == Behaviour.BROKEN
                ? "static { System.out.println(\"no such module\"); Runtime.getRuntime().halt(3); }"
                : "";
        compiled("Greeter", SOURCE.replace("STARTS", starts).replace("BEHAVES", behaves));
        return SampleFunction.handler("greeter", Function.Contract.AWS_LAMBDA, "java21", "shop.Greeter::handleRequest");
    }

    /** Compiles a class of package shop into the function's folder, against what a user's build would have. */
    Path compiled(String name, String text) {
        Path source = under.code("source", "shop/" + name + ".java", text).resolve("shop/" + name + ".java");
        Path code = under.code("greeter", ".weft-row", getClass().getSimpleName());
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = javac.getStandardFileManager(null, null, null)) {
            List<String> options = List.of("-d", code.toString(), "-cp", core(), "--release", "25");
            boolean done = javac.getTask(said, files, null, options, null, files.getJavaFileObjects(source))
                    .call();
            assertThat(done).as("%s", said).isTrue();
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
        return code;
    }

    private static String core() {
        return Stream.of(System.getProperty("java.class.path").split(java.io.File.pathSeparator, -1))
                .filter(each -> each.contains("aws-lambda-java-core"))
                .filter(each -> Files.isRegularFile(Path.of(each)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("aws-lambda-java-core is not on the tests' class path"));
    }

    @Override
    protected OptionalLong bodyBytesMax() {
        return OptionalLong.of(LambdaHost.PAYLOAD_BYTES_MAX);
    }

    @Override
    protected int binaryBytesMax() {
        return 4_000_000; // base64 makes a third more of it
    }
}
