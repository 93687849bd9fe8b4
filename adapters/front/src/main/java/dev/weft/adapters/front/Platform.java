// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.front;

import java.io.PrintStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How a platform that calls over HTTP tells its calls and is answered. Pure. */
sealed interface Platform permits Platform.Plain, Platform.Alibaba, Platform.Fn {
    /** Whether a request is an event; else an exchange. */
    boolean event(Fields fields);

    /** Whether a request is none of the function's. */
    default boolean lifecycle(Fields fields) {
        return false;
    }

    Code.Event eventOf(Server.Asked asked);

    Code.Exchange exchangeOf(Server.Asked asked);

    Code.Answer result(Code.Result result);

    Code.Answer answer(Code.Answer answer);

    Code.Answer failed(Failure failure, boolean event);

    /** The one named in the adapter's settings. Code of contract cloudevents takes requests that are CloudEvents as they are. */
    static Platform of(Settings settings) {
        return switch (settings.target()) {
            case "alibaba" -> new Alibaba();
            case "fn" -> new Fn();
            default -> new Plain(!settings.contract().equals("cloudevents"));
        };
    }

    /** What {@code code} answers to a request. */
    default Code.Answer serve(Code code, Server.Asked asked) throws InterruptedException {
        if (lifecycle(asked.fields())) {
            return new Code.Answer(200, Fields.of("x-fc-status", "200"), new byte[0]);
        }
        boolean event = event(asked.fields());
        try {
            return event ? result(code.event(eventOf(asked))) : answer(code.exchange(exchangeOf(asked)));
        } catch (Failure failure) {
            return failed(failure, event);
        } catch (IllegalArgumentException broken) {
            return failed(Failure.of(broken), event);
        }
    }

    private static String id(@Nullable String said) {
        return said == null || said.isEmpty() ? UUID.randomUUID().toString() : said;
    }

    /** In milliseconds since 1970; 0 where there is none. */
    private static long moment(@Nullable String said) {
        try {
            return said == null ? 0 : Instant.parse(said).toEpochMilli();
        } catch (DateTimeParseException unreadable) {
            return 0;
        }
    }

    private static String remote(Fields fields, String usual) {
        String forwarded = fields.first("x-forwarded-for");
        return forwarded == null ? usual : forwarded.split(",", 2)[0].strip();
    }

    private static Code.Answer error(int status, Failure failure) {
        return new Code.Answer(status, Fields.of("content-type", "application/json"), failure.payload());
    }

    private static Fields typed(@Nullable String type) {
        return type == null ? Fields.of() : Fields.of("content-type", type);
    }

    /** Knative, Code Engine, Google and Azure's plain HTTP: an event is a CloudEvent in binary mode, all else an exchange. */
    record Plain(boolean events) implements Platform {
        @Override
        public boolean event(Fields fields) {
            return events && fields.first("ce-specversion") != null;
        }

        @Override
        public Code.Event eventOf(Server.Asked asked) {
            List<Fields.Field> attributes = new ArrayList<>();
            for (Fields.Field each : asked.fields()) {
                if (each.key().startsWith("ce-")) {
                    attributes.add(new Fields.Field(
                            each.key().substring(3),
                            URLDecoder.decode(each.value().replace("+", "%2B"), StandardCharsets.UTF_8)));
                }
            }
            return new Code.Event(
                    exchangeOf(asked).about(),
                    asked.fields().first("content-type"),
                    new Fields(attributes),
                    asked.body());
        }

        @Override
        public Code.Exchange exchangeOf(Server.Asked asked) {
            Fields fields = asked.fields();
            int query = asked.target().indexOf('?');
            return new Code.Exchange(
                    new Code.About(
                            id(fields.first("weft-invocation-id")),
                            fields.first("traceparent"),
                            moment(fields.first("weft-deadline"))),
                    asked.method(),
                    query < 0 ? asked.target() : asked.target().substring(0, query),
                    query < 0 ? null : asked.target().substring(query + 1),
                    fields.endToEnd(),
                    asked.body(),
                    fields.first("host"),
                    remote(fields, asked.remote()));
        }

        @Override
        public Code.Answer result(Code.Result result) {
            return new Code.Answer(200, typed(result.contentType()), result.body());
        }

        @Override
        public Code.Answer answer(Code.Answer answer) {
            return answer;
        }

        /** 502 to 504 may be the platform's own; a status of the function's is 500. */
        @Override
        public Code.Answer failed(Failure failure, boolean event) {
            return error(500, failure);
        }
    }

    /** Alibaba's protocol of custom runtimes. */
    record Alibaba() implements Platform {
        private static final Plain PLAIN = new Plain(true);
        private static final String WAY = "x-fc-control-path";

        @Override
        public boolean event(Fields fields) {
            return "/invoke".equals(fields.first(WAY));
        }

        @Override
        public boolean lifecycle(Fields fields) {
            String way = fields.first(WAY);
            return way != null && !way.equals("/invoke") && !way.equals("/http-invoke");
        }

        @Override
        public Code.Event eventOf(Server.Asked asked) {
            // the platform names no type of an event
            return new Code.Event(exchangeOf(asked).about(), typeOf(asked.body()), Fields.of(), asked.body());
        }

        private static String typeOf(byte[] body) {
            try {
                Object ignored = Json.read(new String(body, StandardCharsets.UTF_8));
                return "application/json";
            } catch (IllegalArgumentException notJson) {
                return "application/octet-stream";
            }
        }

        @Override
        public Code.Exchange exchangeOf(Server.Asked asked) {
            Fields own = asked.fields().where(each -> !each.key().startsWith("x-fc-"));
            String id = asked.fields().first("x-fc-request-id");
            String caller = asked.fields().first("x-fc-client-ip");
            Server.Asked plain = new Server.Asked(
                    asked.method(),
                    asked.target(),
                    id == null
                            ? own
                            : own.where(each -> !each.is("weft-invocation-id")).with("weft-invocation-id", id),
                    asked.body(),
                    asked.remote());
            Code.Exchange exchange = PLAIN.exchangeOf(plain);
            return new Code.Exchange(
                    exchange.about(),
                    exchange.method(),
                    exchange.path(),
                    exchange.query(),
                    own.endToEnd(),
                    exchange.body(),
                    exchange.host(),
                    caller == null ? exchange.remote() : caller);
        }

        @Override
        public Code.Answer result(Code.Result result) {
            return new Code.Answer(200, typed(result.contentType()).with("x-fc-status", "200"), result.body());
        }

        @Override
        public Code.Answer answer(Code.Answer answer) {
            return answer;
        }

        @Override
        public Code.Answer failed(Failure failure, boolean event) {
            Code.Answer said = error(event ? 404 : 500, failure);
            return event
                    ? new Code.Answer(
                            said.status(),
                            said.fields()
                                    .and(Fields.of(
                                            "x-fc-status", "404", "x-fc-error-type", "UnhandledInvocationError")),
                            said.body())
                    : said;
        }
    }

    /** Fn's protocol of containers. */
    record Fn() implements Platform {
        private static final String PREFIX = "fn-http-h-";
        private static final PrintStream LOG = System.err;

        @Override
        public boolean event(Fields fields) {
            return !"httprequest".equals(fields.first("fn-intent"));
        }

        private static Code.About about(Fields fields, @Nullable String trace) {
            return new Code.About(id(fields.first("fn-call-id")), trace, moment(fields.first("fn-deadline")));
        }

        @Override
        public Code.Event eventOf(Server.Asked asked) {
            Fields fields = asked.fields();
            return new Code.Event(
                    about(fields, fields.first("traceparent")),
                    fields.first("content-type"),
                    fields.where(each -> !each.key().matches("fn-.*|content-.*|host|x-b3-.*")),
                    asked.body());
        }

        @Override
        public Code.Exchange exchangeOf(Server.Asked asked) {
            List<Fields.Field> own = new ArrayList<>();
            for (Fields.Field each : asked.fields()) {
                if (each.key().startsWith(PREFIX)) {
                    own.add(new Fields.Field(each.name().substring(PREFIX.length()), each.value()));
                }
            }
            String type = asked.fields().first("content-type");
            if (type != null && own.stream().noneMatch(each -> each.is("content-type"))) {
                own.add(new Fields.Field("content-type", type));
            }
            Fields fields = new Fields(own).endToEnd();
            String url = asked.fields().first("fn-http-request-url");
            String target = url == null ? "/" : url.replaceFirst("^[A-Za-z]+://[^/?]*", "");
            int query = target.indexOf('?');
            String path = query < 0 ? target : target.substring(0, query);
            String method = asked.fields().first("fn-http-method");
            return new Code.Exchange(
                    about(asked.fields(), fields.first("traceparent")),
                    method == null ? "POST" : method,
                    path.isEmpty() ? "/" : path,
                    query < 0 ? null : target.substring(query + 1),
                    fields,
                    asked.body(),
                    fields.first("host"),
                    remote(fields, ""));
        }

        @Override
        public Code.Answer result(Code.Result result) {
            return new Code.Answer(200, typed(result.contentType()), result.body());
        }

        @Override
        public Code.Answer answer(Code.Answer answer) {
            List<Fields.Field> all = new ArrayList<>();
            all.add(new Fields.Field("Fn-Http-Status", Integer.toString(answer.status())));
            all.addAll(typed(answer.fields().first("content-type")).all());
            answer.fields()
                    .endToEnd()
                    .forEach(each -> all.add(new Fields.Field("Fn-Http-H-" + each.name(), each.value())));
            return new Code.Answer(200, new Fields(all), answer.body());
        }

        /** The platform tells the caller only that it failed; the log says why. */
        @Override
        public Code.Answer failed(Failure failure, boolean event) {
            LOG.printf(
                    "%s: %s: %s%n",
                    failure.type(), failure.getMessage(), new String(failure.payload(), StandardCharsets.UTF_8));
            return error(502, failure);
        }
    }
}
