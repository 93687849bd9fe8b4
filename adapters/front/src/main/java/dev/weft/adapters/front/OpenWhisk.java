// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.front;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** An OpenWhisk action under the same proxy as on Weft's engine: an exchange as a web action's call, an event as parameters. */
record OpenWhisk(Settings settings) implements Contract {
    private static final String NAMESPACE = "_";
    private static final String VERSION = "0.0.1";

    @Override
    public boolean oneAtATime() {
        return true;
    }

    /** The platform gives the next call another process. */
    @Override
    public boolean spent(Code.Answer answer) {
        return answer.status() != 200;
    }

    @Override
    public Map<String, String> env(SocketAddress at) {
        return Map.of(
                "WEFT_ACTION_PORT",
                Integer.toString(((InetSocketAddress) at).getPort()),
                "WEFT_ACTION_CODE",
                settings.root().toString(),
                "__OW_NAMESPACE",
                NAMESPACE,
                "__OW_ACTION_NAME",
                name(),
                "__OW_ACTION_VERSION",
                VERSION,
                "__OW_ALLOW_CONCURRENT",
                "false");
    }

    private String name() {
        return '/' + NAMESPACE + '/' + settings.name();
    }

    /** Has the proxy load the action. */
    @Override
    public void opened(Asking asking) throws Failure {
        Map<String, Object> value = Map.of("name", settings.name(), "main", settings.handler(), "binary", true);
        Code.Answer answer = post(asking, "/init", Json.text(Map.of("value", value)));
        if (answer.status() != 200) {
            throw failure("InitError", object(answer.body()).get("error"));
        }
    }

    private static Code.Answer post(Asking asking, String path, String message) throws Failure {
        Fields fields = Fields.of("host", "localhost", "content-type", "application/json");
        return asking.ask("POST", path, fields, message.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Code.Answer exchange(Asking asking, Code.Exchange exchange) throws Failure {
        String parameters = Json.text(WebAction.parameters(exchange));
        return WebAction.answer(object(run(asking, exchange.about(), parameters)));
    }

    @Override
    public Code.Result event(Asking asking, Code.Event event) throws Failure {
        String text = event.body().length == 0 ? "{}" : new String(event.body(), StandardCharsets.UTF_8);
        Map<?, ?> ignored = object(text.getBytes(StandardCharsets.UTF_8));
        byte[] result = run(asking, event.about(), text);
        Object error = object(result).get("error");
        if (error != null) {
            throw failure("ApplicationError", error);
        }
        return new Code.Result("application/json", result);
    }

    /** {@code parameters} as they were written: what is not read is not changed. */
    private byte[] run(Asking asking, Code.About about, String parameters) throws Failure {
        Map<String, String> rest = new LinkedHashMap<>();
        rest.put("namespace", NAMESPACE);
        rest.put("action_name", name());
        rest.put("action_version", VERSION);
        rest.put("activation_id", about.id().replace("-", ""));
        rest.put("transaction_id", about.id());
        rest.put("deadline", Long.toString(about.deadlineMillis()));
        String message = "{\"value\":" + parameters + ',' + Json.text(rest).substring(1);
        Code.Answer answer = post(asking, "/run", message);
        if (answer.status() != 200) {
            throw failure("DeveloperError", object(answer.body()).get("error"));
        }
        return answer.body();
    }

    private static Map<?, ?> object(byte[] body) throws Failure {
        try {
            if (Json.read(new String(body, StandardCharsets.UTF_8)) instanceof Map<?, ?> map) {
                return map;
            }
        } catch (IllegalArgumentException notJson) {
            // as below
        }
        throw failure("ApplicationError", "the payload must be a JSON object: its fields are the action's parameters");
    }

    private static Failure failure(String type, @org.jspecify.annotations.Nullable Object error) {
        String text = error instanceof String said ? said : Json.text(error);
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("error", error);
        return new Failure(type, text, Json.text(payload).getBytes(StandardCharsets.UTF_8));
    }
}
