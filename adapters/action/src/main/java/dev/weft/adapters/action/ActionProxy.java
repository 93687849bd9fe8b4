// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.action;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Serves one OpenWhisk action in Java over the action interface: POST /init, then POST /run. Weft's own, after OpenWhisk's
 * document "Adding action language runtimes" and the behaviour of Apache's Java runtime, which is published as a container only.
 */
public final class ActionProxy {
    /** 48 MB of code is what OpenWhisk allows; base64 makes a third more of it. */
    static final int REQUEST_BYTES_MAX = 65 << 20;

    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final int FAILED = 502;
    private static final List<String> OURS = Arrays.asList(ActionProxy.class.getName(), ActionMain.class.getName());
    private static final String SEE = "An error has occurred (see logs for details): ";

    static {
        // head and body are two writes: the second must not wait for the first one's acknowledgement
        String ignored = System.setProperty("sun.net.httpserver.nodelay", "true");
        // the platform keeps its connections for as long as it likes
        ignored = System.setProperty("sun.net.httpserver.idleInterval", "31536000");
    }

    private final @Nullable File folder;
    private final LogFrame frame;
    private @Nullable ActionMain action;

    private ActionProxy(@Nullable File folder, LogFrame frame) {
        this.folder = folder;
        this.frame = frame;
    }

    /** What a first call would otherwise wait for; called while there is time, before the action is known. */
    public static void rehearse(String[] arguments) {
        ProxyRehearsal.run();
    }

    /** Serves until the process ends. The environment names the port and, where the code is not in /init, its folder. */
    public static void main(String[] arguments) throws IOException {
        Map<String, String> env = System.getenv();
        String code = env.get("WEFT_ACTION_CODE");
        String port = env.get("WEFT_ACTION_PORT");
        String host = env.get("__OW_API_HOST");
        String weft = env.get("WEFT_URL");
        Environment.remove("WEFT_ACTION_CODE", "WEFT_ACTION_PORT");
        if (host == null) {
            // for the action's own calls of the platform: here that is Weft's gateway
            Environment.set("__OW_API_HOST", weft == null ? "" : weft);
        }
        HttpServer ignored = serve(
                port == null ? 8080 : Integer.parseInt(port), code == null ? null : new File(code), LogFrame.SYSTEM);
    }

    static HttpServer serve(int port, @Nullable File folder, LogFrame frame) throws IOException {
        ActionProxy proxy = new ActionProxy(folder, frame);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port), 0);
        server.createContext("/", proxy::handle);
        server.start();
        return server;
    }

    /** What is answered. */
    private static final class Answer {
        private final int status;
        private final String text;

        Answer(int status, String text) {
            this.status = status;
            this.text = text;
        }

        static Answer error(String sentence) {
            return error(FAILED, sentence);
        }

        static Answer error(int status, String sentence) {
            JsonObject error = new JsonObject();
            error.addProperty("error", sentence);
            return new Answer(status, error.toString());
        }
    }

    /** On the server's one thread: one request at a time. */
    private void handle(HttpExchange exchange) throws IOException {
        Answer answer;
        try {
            answer = answered(exchange);
        } catch (IOException gone) {
            throw gone;
        } catch (Throwable broken) {
            // whatever it is, the thread must live: it is the only one that answers
            answer = Answer.error(SEE + broken);
        }
        byte[] bytes = answer.text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("content-type", "application/json");
        exchange.sendResponseHeaders(answer.status, bytes.length == 0 ? -1 : bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    private Answer answered(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        byte[] body = body(exchange.getRequestBody());
        if (!path.equals("/init") && !path.equals("/run")) {
            return Answer.error(404, "There is /init and /run.");
        }
        if (!exchange.getRequestMethod().equals("POST")) {
            return Answer.error(405, "Only POST is possible here.");
        }
        if (body.length > REQUEST_BYTES_MAX) {
            return Answer.error(413, "The request is larger than " + REQUEST_BYTES_MAX + " bytes.");
        }
        JsonObject message;
        try {
            JsonElement read = JsonParser.parseString(new String(body, StandardCharsets.UTF_8));
            message = read.getAsJsonObject();
        } catch (RuntimeException notJson) {
            return Answer.error(SEE + notJson);
        }
        return path.equals("/init") ? init(message) : run(message);
    }

    private static byte[] body(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] part = new byte[64 << 10];
        for (int count = in.read(part); count >= 0; count = in.read(part)) {
            if (all.size() <= REQUEST_BYTES_MAX) {
                all.write(part, 0, count);
            }
        }
        return all.toByteArray();
    }

    private Answer init(JsonObject message) {
        if (action != null) {
            String sentence = "Cannot initialize the action more than once.";
            System.err.println(sentence);
            return Answer.error(sentence);
        }
        JsonObject value = message.has("value") ? message.getAsJsonObject("value") : new JsonObject();
        String main = value.has("main") ? value.get("main").getAsString() : "";
        if (main.isEmpty() || (folder == null && !value.has("code"))) {
            return Answer.error("Missing main/no code to execute.");
        }
        try {
            if (value.has("env")) {
                value.getAsJsonObject("env")
                        .entrySet()
                        .forEach(each -> Environment.set(each.getKey(), text(each.getValue())));
            }
            File code =
                    value.has("code") ? saved(value.get("code").getAsString()).toFile() : folder;
            action = ActionMain.find(ActionClasses.of(Objects.requireNonNull(code), ActionClasses.USUAL), main);
            return new Answer(200, "OK");
        } catch (Exception | LinkageError broken) {
            log(broken);
            frame.write();
            return Answer.error(SEE + broken);
        }
    }

    private static String text(JsonElement value) {
        return value.isJsonPrimitive() ? value.getAsString() : value.toString();
    }

    private static Path saved(String base64) throws IOException {
        Path jar = Files.createTempFile("useraction", ".jar");
        jar.toFile().deleteOnExit();
        return Files.write(jar, Base64.getMimeDecoder().decode(base64));
    }

    private Answer run(JsonObject message) {
        ActionMain own = action;
        if (own == null) {
            return Answer.error("Cannot invoke an uninitialized action.");
        }
        for (Map.Entry<String, JsonElement> each : message.entrySet()) {
            if (!each.getKey().equals("value") && each.getValue().isJsonPrimitive()) {
                Environment.set(
                        "__OW_" + each.getKey().toUpperCase(Locale.ROOT),
                        each.getValue().getAsString());
            }
        }
        try {
            JsonObject result = own.call(message.has("value") ? message.getAsJsonObject("value") : new JsonObject());
            if (result == null) {
                throw new NullPointerException("The action returned null");
            }
            return new Answer(200, result.toString());
        } catch (Throwable thrown) {
            log(thrown);
            return Answer.error("An error has occurred while invoking the action (see logs for details): " + thrown);
        } finally {
            frame.write();
        }
    }

    /** Without the frames of who called the action. */
    private static void log(Throwable thrown) {
        StackTraceElement[] trace = thrown.getStackTrace();
        for (int i = 0; i < trace.length; i++) {
            if (OURS.contains(trace[i].getClassName())) {
                thrown.setStackTrace(Arrays.copyOf(trace, i));
                break;
            }
        }
        thrown.printStackTrace(System.err);
    }
}
