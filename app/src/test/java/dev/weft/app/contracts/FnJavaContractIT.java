// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Outcome;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.HostFiles;
import dev.weft.clouds.oracle.FnHost;
import dev.weft.engine.tools.FetchedLibraries;
import dev.weft.testkit.Caller;
import dev.weft.testkit.SampleFunction;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

class FnJavaContractIT extends FnOnEngine {
    private static final String SOURCE = """
            package com.example.fn;
            import com.fnproject.fn.api.*;
            import com.fnproject.fn.api.httpgateway.*;
            import java.util.*;
            public class Greeter {
                static int count;
                FIELDS
                public METHOD
            }
            """;

    @Override
    protected SampleFunction function(Behaviour behaviour) {
        return switch (behaviour) {
            case HELLO -> handled("String call(String in) { return \"hello \" + in; }");
            case FAILING -> handled("String call(String in) { throw new IllegalStateException(\"out of stock\"); }");
            case SLOW -> handled("String call(String in) throws Exception { Thread.sleep(10_000); return in; }");
            case CRASHING ->
                handled("String call(String in) { System.out.println(\"last words\"); System.exit(7); return in; }");
            case BROKEN ->
                handled(
                        "static { if (true) throw new IllegalStateException(\"no such module\"); }",
                        "String call(String in) { return in; }");
            case LARGE -> handled("String call(String in) { return \"x\".repeat(7 << 20); }");
            case ECHO -> handled("byte[] call(byte[] in) { return in; }");
            case COUNTING -> handled("String call(String in) { return String.valueOf(++count); }");
            case PRINTING ->
                handled("void call(Map<String, String> in) { System.out.println(\"out \" + in.get(\"who\"));"
                        + " System.err.println(\"err \" + in.get(\"who\")); }");
            case SHELL ->
                handled("String call(Map<String, String> in) throws Exception { return new String(new ProcessBuilder("
                        + "\"/bin/sh\", \"-c\", in.get(\"script\") + \" 2>&1\").start()"
                        + ".getInputStream().readAllBytes()); }");
            case GREEDY ->
                // outside of the heap: an OutOfMemoryError is an exception like others to the FDK, and the process
                // lives
                handled("void call(String in) { List<Object> all = new ArrayList<>(); for (;;) all.add("
                        + "java.lang.foreign.Arena.global().allocate(1 << 20).fill((byte) 1)); }");
        };
    }

    private SampleFunction handled(String method) {
        return handled("", method);
    }

    private SampleFunction handled(String fields, String method) {
        Path code = under.code(
                "greeter", "src/Greeter.java", SOURCE.replace("FIELDS", fields).replace("METHOD", method));
        compile(code.resolve("src/Greeter.java"), code);
        return SampleFunction.handler("greeter", Function.Contract.FN, "java21", "com.example.fn.Greeter::call");
    }

    @Test
    void theRehearsalOfAProcessBootedAheadLeavesNothingToSee() {
        byte[] script = "{\"script\":\"ls -a /tmp /run/weft\"}".getBytes(StandardCharsets.UTF_8);

        Caller.Heard heard = call(function(Behaviour.SHELL), Map.of(), caller().exchange("/", script));

        assertThat(heard.text()).contains("lsnr.sock").doesNotContain("rehearsal");
    }

    @Test
    void aFunctionMayComeInAJarInLib() throws IOException {
        SampleFunction function = function(Behaviour.HELLO);
        Path code = under.code("greeter", ".weft-row", "fn");
        Path lib = Files.createDirectories(code.resolve("lib"));
        try (ZipOutputStream jar = new ZipOutputStream(Files.newOutputStream(lib.resolve("greeter.jar")))) {
            jar.putNextEntry(new ZipEntry("com/example/fn/Greeter.class"));
            Files.copy(code.resolve("com/example/fn/Greeter.class"), jar);
        }
        Files.delete(code.resolve("com/example/fn/Greeter.class"));

        Caller.Heard heard =
                call(function, Map.of(), caller().exchange("/", "ada".getBytes(StandardCharsets.UTF_8), "text/plain"));

        assertThat(heard.text()).isEqualTo("hello ada");
    }

    @Test
    void aFunctionThatThrewKeepsItsWordsForTheLog() {
        Caller.Heard heard = call(
                function(Behaviour.FAILING), Map.of(), caller().exchange("/", "ada".getBytes(StandardCharsets.UTF_8)));

        assertThat(heard.outcome()).isInstanceOfSatisfying(Outcome.Failure.class, failure -> {
            assertThat(failure.type()).isEqualTo("FunctionInvokeExecutionFailed");
            assertThat(new String(failure.payload(), StandardCharsets.UTF_8))
                    .isEqualTo("{\"code\":\"FunctionInvokeExecutionFailed\",\"message\":\"function failed\"}");
        });
    }

    /** With the library that functions get here, which so is fetched once for all tests. */
    private static void compile(Path source, Path into) {
        Path library = new FetchedLibraries(EngineUnderTest.LIBRARIES, System.out::println)
                .maven("fn-java", HostFiles.text(FnHost.class, "fn-java.lock"));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        boolean compiled = compiler.getTask(
                        said,
                        null,
                        null,
                        List.of(
                                "-proc:none",
                                "-d",
                                into.toString(),
                                "-cp",
                                library.resolve("jars/com.fnproject.fn.api-1.0.212.jar")
                                        .toString()),
                        null,
                        compiler.getStandardFileManager(null, null, null).getJavaFileObjects(source))
                .call();
        assertThat(compiled).as("%s", said).isTrue();
    }

    @Override
    protected boolean failureSaysWhy() {
        return false;
    }

    @Override
    protected SampleFunction telling() {
        return handled("""
                RuntimeContext runtime;
                @FnConfiguration
                public void configure(RuntimeContext context) { runtime = context; }
                """, """
                Map<String, Object> call(HTTPGatewayContext http, InvocationContext call,
                        com.fnproject.fn.api.tracing.TracingContext tracing) {
                    Map<String, Object> known = new HashMap<>();
                    known.put("call", call.getRequestHeaders().get("Fn-Call-Id").orElse(null));
                    known.put("app", runtime.getAppName());
                    known.put("appId", runtime.getAppID());
                    known.put("name", runtime.getFunctionName());
                    known.put("id", runtime.getFunctionID());
                    known.put("memory", runtime.getConfigurationByKey("FN_MEMORY").orElse(null));
                    known.put("currency", runtime.getConfigurationByKey("CURRENCY").orElse(null));
                    known.put("method", http.getMethod());
                    known.put("url", http.getRequestURL());
                    known.put("tenant", http.getHeaders().get("x-tenant").orElse(null));
                    known.put("tracing", tracing.isTracingEnabled());
                    // the FDK reads it into its tracing context only where tracing is on
                    known.put("trace", call.getRequestHeaders().get("X-B3-TraceId").orElse(null));
                    return known;
                }
                """);
    }

    @Override
    protected SampleFunction teapot() {
        return handled("""
                String call(HTTPGatewayContext http, String in) {
                    http.setStatusCode(418);
                    http.addResponseHeader("X-Made", "tea");
                    return "short";
                }
                """);
    }
}
