// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.front;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How a contract's own platform calls its code over HTTP. */
sealed interface Contract
        permits Contract.Http, Contract.Google, Contract.Azure, Contract.Alibaba, Contract.Fn, OpenWhisk {
    /** Sends one request to the code; its answer whole. */
    interface Asking {
        Code.Answer ask(String method, String target, Fields fields, byte[] body) throws Failure;
    }

    /** Whether the platform sends one call at a time. */
    default boolean oneAtATime() {
        return false;
    }

    /** Whether the code serves a socket; else a port. */
    default boolean socket() {
        return false;
    }

    /** Whether the platform gives the next call another process after that answer. */
    default boolean spent(Code.Answer answer) {
        return false;
    }

    /** What the platform asks of a process before its first call. */
    default void opened(Asking asking) throws Failure {}

    /** What the platform tells the code's process, which is to listen there. */
    Map<String, String> env(SocketAddress at);

    Code.Answer exchange(Asking asking, Code.Exchange exchange) throws Failure;

    Code.Result event(Asking asking, Code.Event event) throws Failure;

    /** That of the code. */
    static Contract of(Settings settings) {
        return switch (settings.contract()) {
            case "http" -> new Http(settings, false);
            case "cloudevents" -> new Http(settings, true);
            case "google-functions" -> new Google(settings);
            case "azure-functions" -> new Azure(settings);
            case "alibaba-fc" -> new Alibaba(settings);
            case "fn" -> new Fn(settings);
            case "openwhisk" -> new OpenWhisk(settings);
            default -> throw new IllegalStateException("no such contract: " + settings.contract());
        };
    }

    private static String port(SocketAddress at) {
        return Integer.toString(((InetSocketAddress) at).getPort());
    }

    /** The result of an event that a server was sent. */
    private static Code.Result result(Code.Answer answer) throws Failure {
        if (answer.status() < 200 || answer.status() > 299) {
            throw new Failure(
                    "http " + answer.status(),
                    "the function answered an event with status " + answer.status(),
                    answer.body());
        }
        return new Code.Result(answer.fields().first("content-type"), answer.body());
    }

    /** What a call is known by. */
    private static Fields told(Code.About about) {
        Fields id = Fields.of("weft-invocation-id", about.id());
        return about.trace() == null ? id : id.with("traceparent", about.trace());
    }

    private static Code.Answer passed(Asking asking, Code.Exchange exchange, Fields more) throws Failure {
        String host = exchange.host();
        Fields own = exchange.fields().first("host") == null
                ? Fields.of("host", host == null ? "localhost" : host)
                : Fields.of();
        Fields given = exchange.fields().where(each -> !each.is("weft-invocation-id") && !each.is("traceparent"));
        String target = exchange.query() == null ? exchange.path() : exchange.path() + '?' + exchange.query();
        return asking.ask(
                exchange.method(),
                target,
                own.and(given).and(told(exchange.about())).and(more),
                exchange.body());
    }

    private static Code.Answer posted(Asking asking, Code.Event event, String path, Fields more) throws Failure {
        String type = event.contentType() == null ? "application/octet-stream" : event.contentType();
        Fields own = Fields.of("host", "localhost", "content-type", type);
        return asking.ask("POST", path, own.and(more).and(told(event.about())), event.body());
    }

    private static boolean structured(@Nullable String type) {
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("application/cloudevents");
    }

    /** The header fields of an event in binary mode. */
    private static Fields binary(Code.Event event, Settings settings) {
        if (structured(event.contentType())) {
            return Fields.of();
        }
        List<Fields.Field> all = new ArrayList<>();
        Fields usual = Fields.of(
                "specversion",
                "1.0",
                "id",
                event.about().id(),
                "source",
                "/weft/" + settings.name(),
                "type",
                "dev.weft.invocation",
                "time",
                settings.clock().instant().toString());
        for (Fields.Field each :
                event.attributes().and(usual.where(one -> event.attributes().first(one.name()) == null))) {
            if (each.name().matches("[a-z0-9]+") && !each.is("datacontenttype")) {
                all.add(new Fields.Field("ce-" + each.name(), encoded(each.value())));
            }
        }
        return new Fields(all);
    }

    /** With percent signs for what a header field can't hold. */
    private static String encoded(String value) {
        StringBuilder text = new StringBuilder();
        for (byte each : value.getBytes(StandardCharsets.UTF_8)) {
            if (each <= ' ' || each > '~' || each == '"' || each == '%' || each == '\'') {
                text.append(String.format("%%%02X", each));
            } else {
                text.append((char) each);
            }
        }
        return text.toString();
    }

    /** Contracts http and cloudevents: an exchange as it is; an event as the POST of its body to "/". */
    record Http(Settings settings, boolean cloudEvents) implements Contract {
        private static final Set<String> TAKEN =
                Set.of("host", "content-type", "content-length", "traceparent", "weft-invocation-id");

        @Override
        public Map<String, String> env(SocketAddress at) {
            return Map.of("PORT", port(at), "HOST", "127.0.0.1");
        }

        @Override
        public Code.Answer exchange(Asking asking, Code.Exchange exchange) throws Failure {
            boolean event = exchange.fields().first("ce-specversion") != null
                    || structured(exchange.fields().first("content-type"));
            if (cloudEvents && !event) {
                throw new Failure("NotACloudEvent", "the request is not a CloudEvent 1.0: its specversion is missing");
            }
            return passed(asking, exchange, Fields.of());
        }

        @Override
        public Code.Result event(Asking asking, Code.Event event) throws Failure {
            Fields more = cloudEvents
                    ? binary(event, settings)
                    : event.attributes()
                            .where(each -> each.name().matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")
                                    && !TAKEN.contains(each.key())
                                    && each.value().matches("[ -~]*"));
            return result(posted(asking, event, "/", more));
        }
    }

    /** Google's functions framework, the code's own copy: an exchange as it is, an event as a CloudEvent in binary mode. */
    record Google(Settings settings) implements Contract {
        @Override
        public Map<String, String> env(SocketAddress at) {
            return Map.of(
                    "PORT", port(at),
                    "FUNCTION_TARGET", settings.handler(),
                    "K_SERVICE", settings.name(),
                    "K_REVISION", "1");
        }

        @Override
        public Code.Answer exchange(Asking asking, Code.Exchange exchange) throws Failure {
            return passed(asking, exchange, Fields.of());
        }

        @Override
        public Code.Result event(Asking asking, Code.Event event) throws Failure {
            return result(posted(asking, event, "/", binary(event, settings)));
        }
    }

    /** An Azure custom handler that asks for HTTP as it came: an exchange under its own path, an event is POSTed there. */
    record Azure(Settings settings) implements Contract {
        private static Fields id(Code.About about) {
            return Fields.of("x-azure-functions-invocationid", about.id());
        }

        @Override
        public Map<String, String> env(SocketAddress at) {
            return Map.of("FUNCTIONS_CUSTOMHANDLER_PORT", port(at), "FUNCTIONS_HTTPWORKER_PORT", port(at));
        }

        @Override
        public Code.Answer exchange(Asking asking, Code.Exchange exchange) throws Failure {
            return passed(asking, exchange, id(exchange.about()));
        }

        @Override
        public Code.Result event(Asking asking, Code.Event event) throws Failure {
            return result(posted(asking, event, settings.route(), id(event.about())));
        }
    }

    /** Alibaba's protocol of custom runtimes: /http-invoke for exchanges, /invoke for events. */
    record Alibaba(Settings settings) implements Contract {
        @Override
        public Map<String, String> env(SocketAddress at) {
            return Map.of(
                    "FC_SERVER_PORT", port(at),
                    "FC_FUNCTION_NAME", settings.name(),
                    "FC_FUNCTION_HANDLER", settings.handler(),
                    "FC_FUNCTION_MEMORY_SIZE", Long.toString(settings.memoryMebibytes()));
        }

        private Fields own(Code.About about, String path, String remote) {
            return Fields.of(
                    "x-fc-control-path", path,
                    "x-fc-request-id", about.id(),
                    "x-fc-function-name", settings.name(),
                    "x-fc-function-handler", settings.handler(),
                    "x-fc-function-memory", Long.toString(settings.memoryMebibytes()),
                    "x-fc-function-timeout", Long.toString((settings.timeoutMillis() + 999) / 1000),
                    "x-fc-client-ip", remote);
        }

        private static Fields kept(Fields fields) {
            return fields.where(each -> !each.key().startsWith("x-fc-"));
        }

        @Override
        public Code.Answer exchange(Asking asking, Code.Exchange exchange) throws Failure {
            Fields own = own(exchange.about(), "/http-invoke", exchange.remote());
            Code.Answer answer =
                    passed(asking, exchange.with(kept(exchange.fields())), own.with("x-fc-base-path", exchange.path()));
            return new Code.Answer(answer.status(), kept(answer.fields()), answer.body());
        }

        @Override
        public Code.Result event(Asking asking, Code.Event event) throws Failure {
            Code.Event untyped = new Code.Event(event.about(), null, Fields.of(), event.body());
            Code.Answer answer = posted(asking, untyped, "/invoke", own(event.about(), "/invoke", ""));
            String said = answer.fields().first("x-fc-status");
            if (said == null ? answer.status() < 200 || answer.status() > 299 : !said.equals("200")) {
                String type = answer.fields().first("x-fc-error-type");
                throw new Failure(
                        type == null ? "UnhandledInvocationError" : type,
                        "the function answered with status " + answer.status(),
                        answer.body());
            }
            return new Code.Result(answer.fields().first("content-type"), answer.body());
        }
    }

    /** What serves Fn's socket: an exchange as an HTTP trigger sends it, an event as a plain invoke. */
    record Fn(Settings settings) implements Contract {
        private static final String PREFIX = "fn-http-h-";

        @Override
        public boolean oneAtATime() {
            return true;
        }

        @Override
        public boolean socket() {
            return true;
        }

        @Override
        public Map<String, String> env(SocketAddress at) {
            return Map.of(
                    "FN_LISTENER",
                    "unix:" + at,
                    "FN_FORMAT",
                    "http-stream",
                    "FN_APP_ID",
                    "weft",
                    "FN_APP_NAME",
                    "weft",
                    "FN_FN_ID",
                    settings.name(),
                    "FN_FN_NAME",
                    settings.name(),
                    "FN_MEMORY",
                    Long.toString(settings.memoryMebibytes()),
                    "FN_TYPE",
                    "sync");
        }

        private static Code.Answer called(Asking asking, Code.About about, Fields fields, byte[] body) throws Failure {
            Fields common = Fields.of(
                    "host", "localhost",
                    "Fn-Call-Id", about.id(),
                    "Fn-Deadline", Instant.ofEpochMilli(about.deadlineMillis()).toString());
            Fields traced = about.trace() == null ? common : common.with("traceparent", about.trace());
            Code.Answer answer = asking.ask("POST", "/call", traced.and(fields), body);
            if (answer.status() != 200) {
                throw new Failure("FunctionFailed", "function failed", answer.body());
            }
            return answer;
        }

        @Override
        public Code.Answer exchange(Asking asking, Code.Exchange exchange) throws Failure {
            List<Fields.Field> own = new ArrayList<>();
            for (Fields.Field each : exchange.fields().endToEnd()) {
                if (!each.is("traceparent")) {
                    own.add(
                            each.is("content-type")
                                    ? each
                                    : new Fields.Field("Fn-Http-H-" + each.name(), each.value()));
                }
            }
            String host = exchange.host() == null ? "localhost" : exchange.host();
            String query = exchange.query() == null ? "" : '?' + exchange.query();
            Fields web = Fields.of(
                    "Fn-Intent",
                    "httprequest",
                    "Fn-Http-Method",
                    exchange.method(),
                    "Fn-Http-Request-Url",
                    "http://" + host + exchange.path() + query);
            Code.Answer answer = called(asking, exchange.about(), web.and(new Fields(own)), exchange.body());
            List<Fields.Field> said = new ArrayList<>();
            for (Fields.Field each : answer.fields()) {
                if (each.key().startsWith(PREFIX)) {
                    said.add(new Fields.Field(each.name().substring(PREFIX.length()), each.value()));
                }
            }
            String type = answer.fields().first("content-type");
            if (type != null && said.stream().noneMatch(each -> each.is("content-type"))) {
                said.add(new Fields.Field("content-type", type));
            }
            String status = answer.fields().first("fn-http-status");
            boolean right = status != null && status.matches("[2-5][0-9][0-9]");
            return new Code.Answer(right ? Integer.parseInt(status) : 200, new Fields(said).endToEnd(), answer.body());
        }

        @Override
        public Code.Result event(Asking asking, Code.Event event) throws Failure {
            Fields type = event.contentType() == null ? Fields.of() : Fields.of("content-type", event.contentType());
            Code.Answer answer = called(asking, event.about(), type, event.body());
            return new Code.Result(answer.fields().first("content-type"), answer.body());
        }
    }
}
