// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.resource.Function;
import dev.weft.testkit.SampleFunction;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The samples in Java, compiled as a user's build would, for the oldest Java that the adapters' front runs on. */
record AdapterJava(EngineUnderTest under, String folder) {
    private static final String LAMBDA = """
            package shop;

            import com.amazonaws.services.lambda.runtime.Context;
            import com.amazonaws.services.lambda.runtime.RequestHandler;
            import java.util.List;
            import java.util.Map;

            public class Greeter implements RequestHandler<Map<String, Object>, Object> {
                @Override
                @SuppressWarnings("unchecked")
                public Object handleRequest(Map<String, Object> event, Context context) {
                    if ("/echo".equals(event.get("rawPath"))) {
                        return Map.of("statusCode", 200, "headers", Map.of("content-type", "application/octet-stream"),
                                "body", event.get("body"), "isBase64Encoded", true);
                    }
                    boolean exchange = "2.0".equals(event.get("version"));
                    String said = exchange ? (String) event.get("body") : event.toString();
                    String who = exchange ? said.split("[:,\\"}]+")[2] : (String) event.get("who");
                    System.out.println("out " + who);
                    System.err.println("err " + who);
                    int left = context.getRemainingTimeInMillis();
                    if (said.contains("fail") || !context.getFunctionName().equals("greeter")
                            || context.getMemoryLimitInMB() != 256 || left <= 0 || left > 10000) {
                        throw new IllegalStateException("out of stock");
                    }
                    if (!exchange) {
                        return Map.of("hello", who);
                    }
                    Map<String, Object> http = (Map<String, Object>) ((Map<String, Object>) event.get("requestContext")).get("http");
                    return Map.of("statusCode", 201, "headers", Map.of("content-type", "text/plain", "x-mine", "yes"),
                            "cookies", List.of("a=b", "c=d"),
                            "body", "hello " + who + " by " + http.get("method") + " " + http.get("path"));
                }
            }
            """;

    SampleFunction write(Function.Contract contract) {
        return switch (contract) {
            case AWS_LAMBDA -> {
                compiled("Greeter", LAMBDA);
                yield SampleFunction.handler("greeter", contract, "java17", "shop.Greeter::handleRequest");
            }
            case AZURE_FUNCTIONS, GOOGLE_FUNCTIONS, OPENWHISK, FN, ALIBABA_FC, HTTP, CLOUDEVENTS ->
                throw new AssertionError("no such pair: " + contract);
        };
    }

    /** Compiles a class of package shop into the function's folder. */
    private void compiled(String name, String text) {
        String file = "shop/" + name + ".java";
        Path code = under.code(folder, file, text);
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = javac.getStandardFileManager(null, null, null)) {
            List<String> options = List.of(
                    "-d",
                    code.toString(),
                    "-cp",
                    System.getProperty("java.class.path") + File.pathSeparator + code,
                    "--release",
                    "17",
                    "-proc:none");
            boolean done = javac.getTask(said, files, null, options, null, files.getJavaFileObjects(code.resolve(file)))
                    .call();
            assertThat(done).as("%s", said).isTrue();
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }
}
