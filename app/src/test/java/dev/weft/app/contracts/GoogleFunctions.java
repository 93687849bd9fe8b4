// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import com.google.cloud.functions.BackgroundFunction;
import com.google.cloud.functions.CloudEventsFunction;
import com.google.cloud.functions.Context;
import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import com.google.cloud.functions.RawBackgroundFunction;
import com.google.cloud.functions.TypedFunction;
import io.cloudevents.CloudEvent;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Functions as Google's users write them: copied, class by class, to where {@link GoogleJavaContractIT} runs them. */
public final class GoogleFunctions {
    private GoogleFunctions() {}

    /** Says hello. */
    public static final class Hello implements HttpFunction {
        @Override
        public void service(HttpRequest request, HttpResponse response) throws IOException {
            response.getWriter().write("hello " + body(request));
        }
    }

    /** Fails as an HTTP function does: by its status. */
    public static final class Failing implements HttpFunction {
        @Override
        public void service(HttpRequest request, HttpResponse response) throws IOException {
            response.setStatusCode(500);
            response.getWriter().write("out of stock");
        }
    }

    /** Is late. */
    public static final class Slow implements HttpFunction {
        @Override
        public void service(HttpRequest request, HttpResponse response) throws InterruptedException {
            boolean ignored = new CountDownLatch(1).await(10, TimeUnit.SECONDS);
        }
    }

    /** Ends its process. */
    public static final class Crashing implements HttpFunction {
        @Override
        public void service(HttpRequest request, HttpResponse response) {
            System.out.println("last words");
            System.exit(7);
        }
    }

    /** Can't be made. */
    public static final class Broken implements HttpFunction {
        /** Fails. */
        public Broken() {
            throw new IllegalStateException("no such module");
        }

        @Override
        public void service(HttpRequest request, HttpResponse response) {
            // never reached
        }
    }

    /** Answers too much. */
    public static final class Large implements HttpFunction {
        private static final int BYTES = 33 << 20;

        @Override
        public void service(HttpRequest request, HttpResponse response) throws IOException {
            response.appendHeader("Content-Length", Integer.toString(BYTES));
            response.getOutputStream().write(new byte[BYTES]);
        }
    }

    /** Answers what it was sent. */
    public static final class Echo implements HttpFunction {
        @Override
        public void service(HttpRequest request, HttpResponse response) throws IOException {
            byte[] bytes = request.getInputStream().readAllBytes();
            response.setContentType("application/octet-stream");
            response.getOutputStream().write(bytes);
        }
    }

    /** Counts. */
    public static final class Counting implements HttpFunction {
        private final AtomicInteger calls = new AtomicInteger();

        @Override
        public void service(HttpRequest request, HttpResponse response) throws IOException {
            response.getWriter().write(Integer.toString(calls.incrementAndGet()));
        }
    }

    /** Prints. */
    public static final class Printing implements HttpFunction {
        @Override
        public void service(HttpRequest request, HttpResponse response) throws IOException {
            String who = body(request).replaceAll(".*\"who\":\"([^\"]*)\".*", "$1");
            System.out.println("out " + who);
            System.err.println("err " + who);
        }
    }

    /** Takes memory outside of the heap, where no {@code OutOfMemoryError} comes before the end. */
    public static final class Greedy implements HttpFunction {
        @Override
        public void service(HttpRequest request, HttpResponse response) {
            for (long taken = 0; taken >= 0; taken++) {
                MemorySegment ignored = Arena.global().allocate(1 << 20).fill((byte) 1);
            }
        }
    }

    /** Runs a script. */
    public static final class Shell implements HttpFunction {
        @Override
        public void service(HttpRequest request, HttpResponse response) throws IOException {
            String body = body(request);
            String script =
                    body.substring(body.indexOf(':') + 2, body.length() - 2).translateEscapes();
            Process shell = new ProcessBuilder("/bin/sh", "-c", script + " 2>&1").start();
            response.getOutputStream().write(shell.getInputStream().readAllBytes());
        }
    }

    /** Tells everything it can see. */
    public static final class Seen implements HttpFunction {
        @Override
        public void service(HttpRequest request, HttpResponse response) throws IOException {
            StringBuilder headers = new StringBuilder();
            request.getHeaders().forEach((name, values) -> headers.append(headers.isEmpty() ? "" : ",")
                    .append(json(name.toLowerCase(Locale.ROOT)))
                    .append(':')
                    .append(json(String.join(", ", values))));
            StringBuilder env = new StringBuilder();
            System.getenv().forEach((name, value) -> env.append(env.isEmpty() ? "" : ",")
                    .append(json(name))
                    .append(':')
                    .append(json(value)));
            response.setContentType("application/json");
            response.getWriter()
                    .write("{\"env\":{" + env + "},\"headers\":{" + headers + "},\"method\":"
                            + json(request.getMethod()) + ",\"url\":" + json(request.getUri()) + "}");
        }

        private static String json(String text) {
            return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        }
    }

    /** Prints a CloudEvent. */
    public static final class Event implements CloudEventsFunction {
        @Override
        public void accept(CloudEvent event) {
            var data = event.getData();
            System.out.println("event " + event.getType() + ' ' + event.getSource() + ' ' + event.getSubject() + ' '
                    + event.getId() + ' ' + (data == null ? "" : new String(data.toBytes(), StandardCharsets.UTF_8)));
        }
    }

    /** Prints data and context. */
    public static final class Background implements RawBackgroundFunction {
        @Override
        public void accept(String json, Context context) {
            System.out.println("event " + context.eventId() + ' ' + context.eventType() + ' ' + json);
        }
    }

    /** The same with data that Gson reads. */
    public static final class Typed implements BackgroundFunction<Map<String, Object>> {
        @Override
        public void accept(Map<String, Object> data, Context context) {
            System.out.println("event " + context.eventId() + ' ' + data);
        }
    }

    /** Is given a value and gives one: the invoker reads and writes their JSON. */
    public static final class Polite implements TypedFunction<Polite.Guest, Polite.Greeting> {
        /** Comes in. */
        public record Guest(String who) {}

        /** Goes out. */
        public record Greeting(String text) {}

        @Override
        public Greeting apply(Guest guest) {
            return new Greeting("hello " + guest.who());
        }
    }

    /** Throws. */
    public static final class Throwing implements HttpFunction {
        @Override
        public void service(HttpRequest request, HttpResponse response) {
            throw new IllegalStateException("out of stock");
        }
    }

    /** Throws at an event. */
    public static final class ThrowingEvent implements CloudEventsFunction {
        @Override
        public void accept(CloudEvent event) {
            throw new IllegalStateException("out of stock");
        }
    }

    /** Streams more than it may. */
    public static final class Streaming implements HttpFunction {
        @Override
        public void service(HttpRequest request, HttpResponse response) throws IOException {
            for (int i = 0; i < 11; i++) {
                response.getOutputStream().write(new byte[1 << 20]);
            }
        }
    }

    private static String body(HttpRequest request) throws IOException {
        return new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
