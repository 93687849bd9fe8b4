// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Outcome;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.FunctionCloud;
import dev.weft.api.spi.HostFiles;
import dev.weft.api.spi.Place;
import dev.weft.clouds.ibm.OpenWhiskHost;
import dev.weft.testkit.SampleFunction;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OpenWhiskJavaContractIT extends OpenWhiskContract {
    private static final int KIND = 21;
    private static final String FILE = "src/Greeter.java";
    private static final String SOURCE = """
            package shop;
            import com.google.gson.*;
            import java.util.*;
            public class Greeter {
                static int count;
                FIELDS
                public static JsonObject METHOD(JsonObject p) throws Exception {
                    JsonObject said = new JsonObject();
                    BODY
                }
            }
            """;

    @Override
    protected SampleFunction function(Behaviour behaviour) {
        String main =
                switch (behaviour) {
                    case HELLO -> "said.addProperty(\"body\", \"hello \" + p.get(\"who\").getAsString()); return said;";
                    case FAILING -> "throw new IllegalStateException(\"out of stock\");";
                    case SLOW -> "Thread.sleep(10_000); return said;";
                    case CRASHING -> "System.out.println(\"last words\"); System.exit(7); return said;";
                    case BROKEN -> "return said;";
                    case LARGE -> "said.addProperty(\"body\", \"x\".repeat(2 * 1024 * 1024)); return said;";
                    case ECHO ->
                        "said.add(\"headers\", JsonParser.parseString(\"{'content-type': 'application/octet-stream'}\"));"
                                + " said.add(\"body\", p.get(\"__ow_body\")); return said;";
                    case COUNTING -> "said.addProperty(\"body\", String.valueOf(++count)); return said;";
                    case PRINTING ->
                        "String who = p.get(\"who\").getAsString(); System.out.println(\"out \" + who);"
                                + " System.err.println(\"err \" + who); return said;";
                    case SHELL ->
                        "said.addProperty(\"body\", new String(new ProcessBuilder(\"/bin/sh\", \"-c\","
                                + " p.get(\"script\").getAsString() + \" 2>&1\").start().getInputStream().readAllBytes()));"
                                + " return said;";
                    case GREEDY ->
                        // outside of the heap: an OutOfMemoryError is an exception like others, and the process lives
                        "List<Object> all = new ArrayList<>(); for (;;) all.add(java.lang.foreign.Arena.global()"
                                + ".allocate(1 << 20).fill((byte) 1));";
                };
        String fields = behaviour == Behaviour.BROKEN
                ? "static { if (true) throw new IllegalStateException(\"no such module\"); }"
                : "";
        // memory outside of the heap: Java 21 has no word for it yet
        return compiled(fields, "main", main, behaviour == Behaviour.GREEDY ? 25 : KIND);
    }

    private SampleFunction compiled(String fields, String method, String body, int release) {
        String text = SOURCE.replace("FIELDS", fields).replace("METHOD", method).replace("BODY", body);
        Path code = under.code("greeter", FILE, text);
        compile(code.resolve(FILE), code, release);
        return named(method);
    }

    private static void compile(Path source, Path into) {
        compile(source, into, KIND);
    }

    /** As a user's build would. */
    private static void compile(Path source, Path into, int release) {
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = javac.getStandardFileManager(null, null, null)) {
            List<String> options = List.of(
                    "-proc:none",
                    "-d",
                    into.toString(),
                    "-cp",
                    gson().toString(),
                    "--release",
                    Integer.toString(release));
            boolean done = javac.getTask(said, files, null, options, null, files.getJavaFileObjects(source))
                    .call();
            assertThat(done).as("%s", said).isTrue();
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    private static Path gson() {
        return new dev.weft.engine.tools.FetchedLibraries(EngineUnderTest.LIBRARIES, System.out::println)
                .maven("openwhisk-java", HostFiles.text(OpenWhiskHost.class, "java-gson.lock"))
                .resolve("jars/com.google.code.gson.gson-2.9.0.jar");
    }

    /** A folder that a test has filled. */
    @Override
    Place deployed(String action) {
        Path code = under.code("greeter", FILE, action);
        compile(code.resolve(FILE), code);
        return deployed(named("main"));
    }

    @Override
    Names names() {
        return new Names("shop/Greeter.class", "src/Hello.java");
    }

    @Override
    SampleFunction named(String handler) {
        return SampleFunction.handler(
                "greeter",
                Function.Contract.OPENWHISK,
                "java:21",
                "shop.Greeter" + (handler.equals("main") ? "" : '#' + handler));
    }

    private static String source(String fields, String body) {
        return SOURCE.replace("FIELDS", fields).replace("METHOD", "main").replace("BODY", body);
    }

    @Override
    String printsItsContext() {
        return source(
                "",
                "said.add(\"parameters\", p);"
                        + " said.add(\"env\", new Gson().toJsonTree(System.getenv()));"
                        + " said.addProperty(\"cwd\", new java.io.File(\"\").getAbsolutePath()); return said;");
    }

    @Override
    String inTheBodyOf(String action) {
        return action.replace(
                "return said;", "JsonObject web = new JsonObject(); web.add(\"body\", said); return web;");
    }

    @Override
    String returns(String json) {
        return source(
                "",
                json.equals("COUNT")
                        ? "count++; return null;"
                        : "count++; return JsonParser.parseString(\""
                                + json.replace("\"", "'").replace("COUNT", "\" + count + \"")
                                + "\").getAsJsonObject();");
    }

    @Override
    String noDictionary() {
        return "An error has occurred while invoking the action (see logs for details): java.lang.NullPointerException:"
                + " The action returned null";
    }

    @Override
    String printsWithoutEnd() {
        return source("", "System.out.print(p.get(\"who\").getAsString()); return said;");
    }

    @Override
    String unloadable() {
        return "java.lang.ClassFormatError";
    }

    @Override
    Place greets() {
        compiled(
                "",
                "greet",
                "said.addProperty(\"greeting\", \"hello \" + p.get(\"name\").getAsString()); return said;",
                KIND);
        return deployed(named("greet"));
    }

    @Test
    void anActionThatThrewIsReplacedAndTheNextCallIsServed() {
        Place place = deployed(source(
                "",
                "count++; if (p.has(\"fail\")) throw new IllegalStateException(\"out of stock\");"
                        + " said.addProperty(\"count\", count); return said;"));

        JsonNode first = json(caller().call(place, caller().event(bytes("{}"))));
        Outcome.Failure failure = failure(caller().call(place, caller().event(bytes("{\"fail\":true}"))));
        JsonNode next = json(caller().call(place, caller().event(bytes("{}"))));

        assertThat(first.path("count").asInt()).isEqualTo(1);
        assertThat(failure.type()).isEqualTo("action developer error");
        assertThat(payload(failure).path("error").asString())
                .isEqualTo("An error has occurred while invoking the action (see logs for details):"
                        + " java.lang.IllegalStateException: out of stock");
        assertThat(failure.logTail()).contains("IllegalStateException: out of stock", "shop.Greeter.main");
        assertThat(next.path("count").asInt()).isEqualTo(1);
    }

    @Test
    void anActionMayComeInJarsAndItsServicesAreThoseOfAllOfThem() throws IOException {
        Path code = under.code(
                "greeter",
                FILE,
                source(
                        "",
                        "for (Runnable each : ServiceLoader.load(Runnable.class))"
                                + " said.addProperty(each.getClass().getName(), true); return said;"));
        compile(code.resolve(FILE), code);
        for (String name : List.of("One", "Two")) {
            Path more = under.code(
                    "more", name + ".java", "public class " + name + " implements Runnable { public void run() {} }");
            compile(more.resolve(name + ".java"), more);
            jar(
                    code.resolve(name.equals("One") ? "one.jar" : "lib/two.jar"),
                    name + ".class",
                    Files.readAllBytes(more.resolve(name + ".class")),
                    name);
        }
        jar(
                code.resolve("lib/greeter.jar"),
                "shop/Greeter.class",
                Files.readAllBytes(code.resolve("shop/Greeter.class")),
                "One");
        Files.delete(code.resolve("shop/Greeter.class"));

        JsonNode said = json(caller().call(deployed(named("main")), caller().event(bytes("{}"))));

        assertThat(said.propertyNames()).containsExactlyInAnyOrder("One", "Two");
    }

    @Test
    void theCodeMayBeOneJar() throws IOException {
        SampleFunction hello = function(Behaviour.HELLO);
        Path code = under.code("greeter", ".weft-row", "");
        Path jar = code.resolve("build/greeter.jar");
        jar(jar, "shop/Greeter.class", Files.readAllBytes(code.resolve("shop/Greeter.class")), "none");

        under.cloud.deploy(new FunctionCloud.Deployment(hello.function(), jar, Map.of()));
        JsonNode said = json(caller().call(under.cloud.place("greeter"), caller().event(bytes("{\"who\":\"ada\"}"))));

        assertThat(said.path("body").asString()).isEqualTo("hello ada");
    }

    private static void jar(Path jar, String name, byte[] bytes, String service) throws IOException {
        Files.createDirectories(jar.getParent());
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new ZipEntry(name));
            out.write(bytes);
            out.putNextEntry(new ZipEntry("META-INF/services/java.lang.Runnable"));
            out.write(service.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void theRehearsalOfAProcessBootedAheadLeavesNothingToSee() {
        SampleFunction shell = function(Behaviour.SHELL);

        JsonNode said =
                json(caller().call(deployed(shell), caller().event(bytes("{\"script\":\"ls -A /tmp; echo seen\"}"))));

        assertThat(said.path("body").asString()).contains("seen").doesNotContain("action-", "useraction", "nobody");
    }
}
