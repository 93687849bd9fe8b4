// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.api.Outcome;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.HostFiles;
import dev.weft.api.spi.Place;
import dev.weft.clouds.aws.LambdaHost;
import dev.weft.testkit.SampleFunction;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

class LambdaJavaContractIT extends LambdaOnEngine {
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
                        "String who = event.get(\"body\") instanceof String body ? body.split(\"\\\"\")[3]"
                                + " : (String) event.get(\"who\"); System.out.println(\"out \" + who);"
                                + " System.err.println(\"err \" + who); return ok(1);";
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
            List<String> options = List.of(
                    "-d", code.toString(), "-cp", core() + java.io.File.pathSeparator + code, "--release", "25");
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

    private static final String LOOKING = """
            package shop;

            import com.amazonaws.services.lambda.runtime.Context;
            import java.io.IOException;
            import java.io.InputStream;
            import java.io.OutputStream;

            public class Looking implements com.amazonaws.services.lambda.runtime.RequestStreamHandler {
                @Override
                public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
                    String all = String.join(" ", context.getAwsRequestId(), context.getFunctionName(),
                            context.getFunctionVersion(), context.getInvokedFunctionArn(),
                            Integer.toString(context.getMemoryLimitInMB()), context.getLogGroupName(),
                            Boolean.toString(context.getRemainingTimeInMillis() > 5000),
                            System.getenv("LAMBDA_TASK_ROOT"), System.getenv("AWS_EXECUTION_ENV"), System.getenv("MINE"),
                            String.valueOf(System.getenv("AWS_ACCESS_KEY_ID")), WORD);
                    context.getLogger().log("looked");
                    out.write(('"' + all + '"').getBytes());
                }
            }
            """;

    @Test
    void aHandlerIsToldAllOfItsCallAndItsEnvironment() {
        Path code = compiled("Looking", LOOKING.replace("WORD", "\"\""));

        assertThat(event(deployed(handler("java17", "shop.Looking"), code), "{}")
                        .text())
                .contains(" greeter $LATEST arn:aws:lambda:eu-west-1:000000000000:function:greeter 256"
                        + " /aws/lambda/greeter true /var/task AWS_Lambda_java17 yes null ");
    }

    @Test
    void classesAreFoundInJarsBesideTheClassesAndInLib() throws IOException {
        Path code =
                compiled("Words", "package shop; public class Words { public static String said = \"from a jar\"; }");
        compiled("Looking", LOOKING.replace("WORD", "Words.said"));
        jar(code, "words.jar", "shop/Words.class");
        Files.createDirectories(code.resolve("lib"));
        jar(code, "lib/looking.jar", "shop/Looking.class");

        assertThat(event(deployed(handler("java21", "shop.Looking::handleRequest"), code), "{}")
                        .text())
                .contains("from a jar");
    }

    @Test
    void aHandlerThatIsNotThereIsSaidInTheClientsWords() {
        Path code = compiled("Looking", LOOKING.replace("WORD", "\"\""));

        Outcome.Failure failure = failure(event(deployed(handler("java21", "shop.Looking::gone"), code), "{}"));

        assertThat(failure.type()).isEqualTo("Runtime.BadFunctionCode");
        assertThat(failure.message()).contains("gone");
    }

    @Test
    void aStartUpCacheIsMadeOnceAndThenUsed() throws Exception {
        assumeTrue(
                Files.isRegularFile(HostFiles.classes(LambdaHost.class)), "classes in a folder rule a JVM's cache out");
        Path code = compiled("Looking", LOOKING.replace("WORD", "\"\""));
        Place place = deployed(handler("java21", "shop.Looking::handleRequest"), code);
        Path caches = folder.resolve("home/cache/java");
        long until = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (!made(caches)) {
            assertThat(System.nanoTime()).isLessThan(until);
            Thread.sleep(100);
        }
        assertThat(Files.getOwner(caches).getName())
                .isEqualTo(Files.getOwner(folder).getName());

        event(place, "{}");
        under.cloud.instances().forEach(each -> ProcessHandle.of(each.pid()).ifPresent(ProcessHandle::destroyForcibly));
        // spares that were booted before the cache was there are used up first
        while (!usesCache()) {
            assertThat(System.nanoTime()).isLessThan(until);
            event(place, "{}");
            under.cloud.instances().forEach(each -> ProcessHandle.of(each.pid())
                    .filter(process -> !usesCache())
                    .ifPresent(ProcessHandle::destroyForcibly));
        }
        assertThat(event(place, "{}").text()).isNotEmpty();
    }

    private static boolean made(Path caches) throws IOException {
        if (!Files.isDirectory(caches)) {
            return false;
        }
        try (Stream<Path> files = Files.list(caches)) {
            return files.anyMatch(each -> each.toString().endsWith(".aot"));
        }
    }

    private boolean usesCache() {
        return under.cloud.instances().stream()
                .flatMap(each -> ProcessHandle.of(each.pid()).stream())
                .flatMap(ProcessHandle::descendants)
                .anyMatch(each -> each.info().commandLine().orElse("").contains("-XX:AOTCache="));
    }

    private static SampleFunction handler(String runtime, String handler) {
        return SampleFunction.handler("greeter", Function.Contract.AWS_LAMBDA, runtime, handler);
    }

    /** Moves one of the function's classes into a jar. */
    private static void jar(Path code, String name, String entry) throws IOException {
        try (ZipOutputStream jar = new ZipOutputStream(Files.newOutputStream(code.resolve(name)))) {
            jar.putNextEntry(new ZipEntry(entry));
            jar.write(Files.readAllBytes(code.resolve(entry)));
        }
        Files.delete(code.resolve(entry));
    }
}
