// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.call;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.Trace;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.api.spi.Place;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** Sends what the dialect writes with the JDK's client, and lets the dialect read what comes back. */
final class Wire {
    /** Fields that the client writes itself. */
    private static final Set<String> OWN = Set.of("host", "content-length");

    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);

    private Wire() {}

    static Outcome call(Call call, InvokeDialect.Target target, Map<String, String> credentials) throws Exception {
        InvokeDialect.WireRequest request =
                LambdaDialect.INSTANCE.encode(call, target, new InvokeDialect.Credentials(credentials), Instant.now());
        URI uri = target.endpoint().resolve(request.target());
        HttpRequest.Builder builder = HttpRequest.newBuilder(uri)
                .timeout(ANSWER_MAX)
                .method(request.method(), HttpRequest.BodyPublishers.ofByteArray(bytes(request.body())));
        request.headers().forEach((name, value) -> {
            if (!OWN.contains(name)) {
                builder.header(name, value);
            }
        });
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            HttpResponse<byte[]> answer = client.send(builder.build(), HttpResponse.BodyHandlers.ofByteArray());
            Headers.Builder headers = Headers.builder();
            answer.headers().map().forEach((name, values) -> values.forEach(value -> headers.add(name, value)));
            InvokeDialect.WireHead head = new InvokeDialect.WireHead(answer.statusCode(), headers.build());
            return switch (LambdaDialect.INSTANCE.decode(call, target, head)) {
                case InvokeDialect.Verdict.Streams streams -> streams.outcome().apply(Body.of(answer.body()));
                case InvokeDialect.Verdict.NeedsWhole whole -> whole.outcome().apply(answer.body());
                case InvokeDialect.Verdict.Reads reads -> told(reads, answer.body());
                case InvokeDialect.Verdict.CloudFailed failed -> throw thrown(failed.why());
            };
        }
    }

    private static Outcome told(InvokeDialect.Verdict.Reads reads, byte[] body) {
        AtomicReference<Outcome> said = new AtomicReference<>();
        reads.reader().accept(Body.of(body), new Place.Answers() {
            @Override
            public void outcome(Outcome outcome) {
                said.set(outcome);
            }

            @Override
            public void failed(CloudException why) {
                throw why;
            }
        });
        return Objects.requireNonNull(said.get(), "nothing was told");
    }

    private static CloudException thrown(CloudException why) {
        return why;
    }

    static byte[] bytes(Body body) {
        AtomicReference<byte[]> bytes = new AtomicReference<>(new byte[0]);
        BodyGatherer.gather(body, 8 << 20, bytes::set, broken -> {});
        return bytes.get();
    }

    /** How it broke off. */
    static String broken(Body body) {
        AtomicReference<String> broken = new AtomicReference<>("it came whole");
        BodyGatherer.gather(body, 8 << 20, whole -> {}, why -> broken.set(String.valueOf(why.getMessage())));
        return broken.get();
    }

    static String text(Body body) {
        return new String(bytes(body), StandardCharsets.UTF_8);
    }

    private static CallContext context() {
        return new CallContext(
                "6f5b4a3c-0000-4000-8000-000000000001",
                Trace.start(),
                1,
                Instant.now().plusSeconds(30),
                CallContext.Caller.WEFT);
    }

    static Call.Event event(String body, Map<String, String> attributes) {
        return new Call.Event(
                context(), "application/json", attributes, Body.of(body.getBytes(StandardCharsets.UTF_8)));
    }

    static Call.Exchange exchange(String body) {
        return exchange(body, "a=1");
    }

    static Call.Exchange exchange(String body, String query) {
        return new Call.Exchange(
                context(),
                new RequestLine("POST", "/pay%20now", query),
                Headers.of("content-type", "application/json", "idempotency-key", "once-7"),
                Body.of(body.getBytes(StandardCharsets.UTF_8)));
    }
}
