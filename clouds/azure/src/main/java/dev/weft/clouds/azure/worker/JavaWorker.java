// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.worker;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Serves one annotated method to Weft over loopback: {@code GET /} says whether it could be loaded, {@code POST /invoke} is
 * one call: a head in JSON with its length before it, then the call's bytes.
 */
public final class JavaWorker {
    /** Where Weft says what to run: a JSON object. */
    private static final String TOLD = "WEFT_AZURE_WORKER";

    private static final String OUTCOME = "weft-azure-outcome";
    private static final int BACKLOG = 128;
    private static final int EXHAUSTED_STATUS = 3;
    private static final Set<String> FRAMING =
            Set.of("content-length", "transfer-encoding", "connection", "keep-alive");

    private final Gson gson = new Gson();
    private final ClassLoader loader;
    private final @Nullable UserFunction function;
    private final JsonObject description;

    private JavaWorker(JsonObject told) {
        this.loader = UserClasses.of(Path.of(told.get("code").getAsString()), JavaWorker.class.getClassLoader());
        UserFunction found = null;
        JsonObject said = new JsonObject();
        Thread.currentThread().setContextClassLoader(loader);
        try {
            found = UserFunction.load(
                    loader,
                    told.get("entryPoint").getAsString(),
                    new FunctionLog(
                            told.get("functionName").getAsString(),
                            told.get("logLevel").getAsString()));
        } catch (ReflectiveOperationException | LinkageError | RuntimeException broken) {
            broken.printStackTrace();
            said.add("failure", failure(broken, "init"));
        }
        this.function = found;
        this.description = said;
    }

    /** Runs until the process is ended. */
    public static void main(String[] arguments) throws IOException {
        // else an answer's body waits for the acknowledgement of its head
        System.setProperty("sun.net.httpserver.nodelay", "true");
        JsonObject told = new Gson().fromJson(System.getenv(TOLD), JsonObject.class);
        JavaWorker worker = new JavaWorker(told);
        InetSocketAddress address = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), told.get("port").getAsInt());
        HttpServer server = HttpServer.create(address, BACKLOG);
        server.createContext("/", worker::handle);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            UserFunction to = function;
            if (to == null || exchange.getRequestURI().getPath().equals("/")) {
                exchange.getRequestBody().readAllBytes();
                json(exchange, "description", description);
                return;
            }
            DataInputStream in = new DataInputStream(exchange.getRequestBody());
            JsonObject head =
                    gson.fromJson(new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8), JsonObject.class);
            byte[] bytes = in.readAllBytes();
            answer(exchange, to, head, bytes);
        }
    }

    /** Whatever the function throws is its failure, also an error; the process goes on unless its memory is used up. */
    private void answer(HttpExchange exchange, UserFunction to, JsonObject head, byte[] bytes) throws IOException {
        Thread.currentThread().setContextClassLoader(loader);
        UserFunction.Said said;
        try {
            said = to.call(new Invocation(head, bytes));
        } catch (UserFunction.FailedException failed) {
            Throwable cause = failed.thrown();
            cause.printStackTrace();
            boolean exhausted = cause instanceof OutOfMemoryError;
            json(exchange, "failure", failure(cause, exhausted ? "memory" : "error"));
            if (exhausted) {
                Runtime.getRuntime().halt(EXHAUSTED_STATUS); // other threads may have been hit as well
            }
            return;
        }
        for (UserFunction.Output each : said.outputs()) {
            System.err.println(each.sentence());
        }
        if (head.has("http")) {
            http(exchange, said.answer());
        } else {
            json(exchange, "result", said.result());
        }
    }

    private static void http(HttpExchange exchange, HttpAnswer answer) throws IOException {
        for (Map.Entry<String, String> each : answer.headers().entrySet()) {
            if (!FRAMING.contains(each.getKey().toLowerCase(java.util.Locale.ROOT))) {
                exchange.getResponseHeaders().add(each.getKey(), each.getValue());
            }
        }
        exchange.getResponseHeaders().set(OUTCOME, "response");
        send(exchange, answer.getStatusCode(), answer.bytes());
    }

    private void json(HttpExchange exchange, String outcome, JsonObject value) throws IOException {
        exchange.getResponseHeaders().set(OUTCOME, outcome);
        exchange.getResponseHeaders().set("content-type", "application/json");
        send(exchange, 200, gson.toJson(value).getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }

    private static JsonObject failure(Throwable thrown, String reason) {
        JsonObject failure = new JsonObject();
        failure.addProperty("reason", reason);
        failure.addProperty("type", thrown.getClass().getName());
        failure.addProperty("message", String.valueOf(thrown.getMessage()));
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        failure.addProperty("stackTrace", trace.toString());
        return failure;
    }
}
