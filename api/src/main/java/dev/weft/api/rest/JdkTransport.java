// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.rest;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * By the JDK's own client, over HTTP/1.1: with HTTP/2 allowed it would add fields to every request that no signature
 * covers. No redirect is followed: a signed request must not reach another host. Proxies come from the JVM's properties.
 */
public final class JdkTransport implements Transport {
    /** Time to connect. */
    public static final Duration CONNECT_MAX = Duration.ofSeconds(10);

    /** Time for one answer; an upload has as much more as {@link #UPLOAD_BYTES_A_SECOND_MIN} gives it. */
    public static final Duration ANSWER_MAX = Duration.ofMinutes(2);

    /** An upload that is slower than this is given up. */
    public static final int UPLOAD_BYTES_A_SECOND_MIN = 256 << 10;

    /** Size of an answer. */
    public static final int ANSWER_BYTES_MAX = 64 << 20;

    /** Fields that the client writes itself and refuses to be given. */
    private static final Set<String> OWN = Set.of("host", "content-length", "connection", "expect", "upgrade");

    private final FutureTask<HttpClient> client;

    /** With the JVM's trusted authorities. */
    public JdkTransport() {
        this(() -> null);
    }

    /** With the authorities of {@code trusted}; null stands for the JVM's. */
    public JdkTransport(@Nullable SSLContext trusted) {
        this(() -> trusted);
    }

    /** With the authorities that {@code trusted} comes to have, on a thread of its own; null stands for the JVM's. */
    public JdkTransport(Callable<@Nullable SSLContext> trusted) {
        client = new FutureTask<>(() -> client(trusted.call()));
        // authorities take a while to read, in which a command reads its documents
        Thread ignored = Thread.ofVirtual().name("rest-client").start(client);
    }

    private static HttpClient client(@Nullable SSLContext trusted) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_MAX)
                .followRedirects(HttpClient.Redirect.NEVER);
        return trusted == null ? builder.build() : builder.sslContext(trusted).build();
    }

    private HttpClient client() throws InterruptedException {
        try {
            return client.get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("the JDK's HTTP client can't be made", failed.getCause());
        }
    }

    @Override
    public RestResponse send(RestRequest request) throws IOException, InterruptedException {
        HttpRequest.BodyPublisher body = request.body().length == 0
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofByteArray(request.body());
        HttpRequest.Builder builder = HttpRequest.newBuilder(request.uri())
                .timeout(ANSWER_MAX.plusSeconds(request.body().length / UPLOAD_BYTES_A_SECOND_MIN))
                .method(request.method(), body);
        request.headers().forEach((name, value) -> {
            if (!OWN.contains(name)) {
                builder.setHeader(name, value);
            }
        });
        HttpResponse<InputStream> answer = client().send(builder.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream in = answer.body()) {
            byte[] bytes = in.readNBytes(ANSWER_BYTES_MAX);
            if (bytes.length == ANSWER_BYTES_MAX && in.read() >= 0) {
                throw new IOException("the answer to " + request + " has more than " + ANSWER_BYTES_MAX + " bytes");
            }
            return new RestResponse(answer.statusCode(), headers(answer), bytes);
        }
    }

    private static Map<String, String> headers(HttpResponse<?> answer) {
        Map<String, String> headers = new LinkedHashMap<>();
        answer.headers().map().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
        return headers;
    }
}
