// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.resource.Function;
import dev.weft.api.spi.HostFiles;
import dev.weft.clouds.google.GoogleHost;
import dev.weft.clouds.ibm.OpenWhiskHost;
import dev.weft.clouds.oracle.FnHost;
import dev.weft.testkit.SampleFunction;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

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

    /** Its arguments: the variable of the port, then a header field or a path, and the value that makes an event. */
    private static final String SERVER = """
            package shop;

            import com.sun.net.httpserver.*;
            import java.io.IOException;
            import java.net.*;

            public class Server {
                public static void main(String[] said) throws IOException {
                    int port = Integer.parseInt(System.getenv(said[0]));
                    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
                    server.createContext("/", exchange -> {
                        byte[] body = exchange.getRequestBody().readAllBytes();
                        if (body.length == 0) {
                            answer(exchange, 200, body);
                            return;
                        }
                        String path = exchange.getRequestURI().getPath();
                        String seen = said[1].equals("path") ? path : exchange.getRequestHeaders().getFirst(said[1]);
                        Headers fields = exchange.getResponseHeaders();
                        if (path.equals("/echo")) {
                            fields.set("content-type", "application/octet-stream");
                            answer(exchange, 200, body);
                            return;
                        }
                        String text = new String(body);
                        String who = text.split("[:,\\"}]+")[2];
                        System.out.println("out " + who);
                        System.err.println("err " + who);
                        if (text.contains("fail")) {
                            if (said[0].startsWith("FC")) {
                                fields.set("x-fc-status", "404");
                            }
                            answer(exchange, 500, "out of stock".getBytes());
                        } else if (String.valueOf(seen).equals(said[2])) {
                            fields.set("content-type", "application/json");
                            answer(exchange, 200, text.replace("who", "hello").getBytes());
                        } else {
                            fields.set("content-type", "text/plain");
                            fields.set("x-mine", "yes");
                            fields.add("set-cookie", "a=b");
                            fields.add("set-cookie", "c=d");
                            answer(exchange, 201, ("hello " + who + " by " + exchange.getRequestMethod() + " " + path).getBytes());
                        }
                    });
                    server.start();
                }

                private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
                    exchange.sendResponseHeaders(status, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                }
            }
            """;

    private static final String GOOGLE = """
            package shop;

            import com.google.cloud.functions.*;

            public class Greeter implements HttpFunction {
                @Override
                public void service(HttpRequest request, HttpResponse response) throws Exception {
                    byte[] body = request.getInputStream().readAllBytes();
                    if (request.getPath().equals("/echo")) {
                        response.setContentType("application/octet-stream");
                        response.getOutputStream().write(body);
                        return;
                    }
                    String text = new String(body);
                    String who = text.split("[:,\\"}]+")[2];
                    System.out.println("out " + who);
                    System.err.println("err " + who);
                    if (text.contains("fail")) {
                        response.setStatusCode(500);
                        response.getWriter().write("out of stock");
                    } else if (request.getFirstHeader("ce-id").isPresent()) {
                        response.setContentType("application/json");
                        response.getWriter().write(text.replace("who", "hello"));
                    } else {
                        response.setStatusCode(201);
                        response.setContentType("text/plain");
                        response.appendHeader("x-mine", "yes");
                        response.appendHeader("set-cookie", "a=b");
                        response.appendHeader("set-cookie", "c=d");
                        response.getWriter().write("hello " + who + " by " + request.getMethod() + " " + request.getPath());
                    }
                }
            }
            """;

    private static final String FN = """
            package shop;

            import com.fnproject.fn.api.*;
            import com.fnproject.fn.api.httpgateway.HTTPGatewayContext;

            public class Greeter {
                public OutputEvent call(HTTPGatewayContext http, byte[] body) {
                    boolean web = http.getHeaders() != null
                            && http.getInvocationContext().getRequestHeaders().get("Fn-Intent").orElse("").equals("httprequest");
                    String path = web ? java.net.URI.create(http.getRequestURL()).getPath() : "";
                    if (path.equals("/echo")) {
                        return OutputEvent.fromBytes(body, OutputEvent.Status.Success, "application/octet-stream");
                    }
                    String text = new String(body);
                    String who = text.split("[:,\\"}]+")[2];
                    System.out.println("out " + who);
                    System.err.println("err " + who);
                    if (text.contains("fail")) {
                        throw new IllegalStateException("out of stock");
                    }
                    if (!web) {
                        return OutputEvent.fromBytes(
                                text.replace("who", "hello").getBytes(), OutputEvent.Status.Success, "application/json");
                    }
                    http.setStatusCode(201);
                    http.setResponseHeader("x-mine", "yes");
                    http.addResponseHeader("set-cookie", "a=b");
                    http.addResponseHeader("set-cookie", "c=d");
                    return OutputEvent.fromBytes(("hello " + who + " by " + http.getMethod() + " " + path).getBytes(),
                            OutputEvent.Status.Success, "text/plain");
                }
            }
            """;

    private static final String OPENWHISK = """
            package shop;

            import com.google.gson.*;

            public class Greeter {
                public static JsonObject main(JsonObject said) {
                    String path = said.has("__ow_path") ? said.get("__ow_path").getAsString() : "";
                    if (path.equals("/echo")) {
                        JsonObject fields = new JsonObject();
                        fields.addProperty("content-type", "application/octet-stream");
                        JsonObject echo = new JsonObject();
                        echo.add("headers", fields);
                        echo.add("body", said.get("__ow_body"));
                        return echo;
                    }
                    String who = said.get("who").getAsString();
                    System.out.println("out " + who);
                    System.err.println("err " + who);
                    if (said.has("fail") || System.getenv("__OW_ACTIVATION_ID").isEmpty()) {
                        throw new IllegalStateException("out of stock");
                    }
                    JsonObject answer = new JsonObject();
                    if (!said.has("__ow_method")) {
                        answer.addProperty("hello", who);
                        return answer;
                    }
                    String method = said.get("__ow_method").getAsString().toUpperCase();
                    answer.addProperty("statusCode", 201);
                    answer.add("headers", JsonParser.parseString(
                            "{'content-type': 'text/plain', 'x-mine': 'yes', 'set-cookie': ['a=b', 'c=d']}"));
                    answer.addProperty("body", "hello " + who + " by " + method + " " + path);
                    return answer;
                }
            }
            """;

    SampleFunction write(Function.Contract contract) {
        return switch (contract) {
            case AWS_LAMBDA -> {
                compiled("Greeter", LAMBDA);
                yield SampleFunction.handler("greeter", contract, "java17", "shop.Greeter::handleRequest");
            }
            case HTTP -> server(contract, null, "PORT", "path", "/");
            case CLOUDEVENTS -> server(contract, null, "PORT", "x-web", "null");
            case ALIBABA_FC -> server(contract, "custom.debian12", "FC_SERVER_PORT", "x-fc-control-path", "/invoke");
            case AZURE_FUNCTIONS -> {
                under.code(folder, "greet/function.json", AdapterSamples.FUNCTION_JSON);
                under.code(
                        folder,
                        "host.json",
                        AzureCustomContractIT.hostJson(true)
                                .replace("\"node\"", "\"java\"")
                                .replace(
                                        "\"handler.mjs\"",
                                        "\"-cp\", \".\", \"shop.Server\", \"FUNCTIONS_CUSTOMHANDLER_PORT\", \"path\", \"/api/events\""));
                compiled("Server", SERVER);
                yield SampleFunction.handler("greeter", contract, "custom", "greet");
            }
            case GOOGLE_FUNCTIONS -> {
                compiled("Greeter", GOOGLE);
                jars("google-functions-java", GoogleHost.class, "java-jars.lock");
                yield SampleFunction.handler("greeter", contract, "java17", "shop.Greeter");
            }
            case FN -> {
                jars("fn-java", FnHost.class, "fn-java.lock");
                compiled("Greeter", FN);
                yield SampleFunction.handler("greeter", contract, "java17", "shop.Greeter::call");
            }
            case OPENWHISK -> {
                jars(
                        "openwhisk-java",
                        OpenWhiskHost.class,
                        "java-gson.lock"); // to compile with: the runtime brings its own
                compiled("Greeter", OPENWHISK);
                yield SampleFunction.handler("greeter", contract, "java:17", "shop.Greeter");
            }
        };
    }

    /** As a build would have put them there. */
    private void jars(String name, Class<?> host, String lock) {
        Path jars = under.libraries.maven(name, HostFiles.text(host, lock)).resolve("jars");
        AdapterSamples.copy(jars, under.code(folder, ".weft-row", "").resolve("lib"));
    }

    private SampleFunction server(Function.Contract contract, @Nullable String runtime, String... said) {
        compiled("Server", SERVER);
        List<String> command = new ArrayList<>(List.of("java", "-cp", ".", "shop.Server"));
        command.addAll(List.of(said));
        return AdapterSamples.of(contract, runtime, null, command);
    }

    /** Compiles a class of package shop into the function's folder. */
    private void compiled(String name, String text) {
        String file = "shop/" + name + ".java";
        Path code = under.code(folder, file, text);
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = javac.getStandardFileManager(null, null, null)) {
            List<String> classpath = new ArrayList<>(List.of(System.getProperty("java.class.path")));
            File[] jars = code.resolve("lib").toFile().listFiles();
            Stream.of(jars == null ? new File[0] : jars).map(File::toString).forEach(classpath::add);
            List<String> options = List.of(
                    "-d",
                    code.toString(),
                    "-cp",
                    String.join(File.pathSeparator, classpath),
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
