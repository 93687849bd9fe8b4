// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.cloud;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.CloudException.Kind;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.api.spi.InvokeDialect.BodyNeed;
import dev.weft.api.spi.InvokeDialect.Verdict;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.gateway.body.KeptBody;
import dev.weft.net.Upstreams;
import dev.weft.net.tls.SecuredAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One call of a function on a real cloud: where it is, its host's addresses, the body where it must be whole, the request, what
 * the answer means. Of several addresses the next one is tried only when no connection comes about. On the call's loop.
 */
final class CloudCall implements Place.Attempt, Upstreams.Sink {
    /** How many functions a call has passed through. */
    private static final String HOPS = "weft-hops";

    /** A cloud may start an instance first: it is silent only after the function's timeout and this. */
    static final Duration START_MAX = Duration.ofSeconds(10);

    /** How long an unused connection to a cloud is kept; the load balancers in front of them keep theirs for a minute and more. */
    static final Duration IDLE_MAX = Duration.ofSeconds(30);

    private final CloudPlace place;
    private final Call call;
    private final Loop loop;
    private final Place.Answers answers;
    private final Loop.Timer timer;
    private InvokeDialect.@Nullable Target target;
    private List<InetAddress> addresses = List.of();
    private InvokeDialect.@Nullable WireRequest request;
    private @Nullable KeptBody kept;
    private Place.@Nullable Attempt current;
    private int tried;
    private boolean bodyTaken;
    private boolean over;

    CloudCall(CloudPlace place, Call call, Loop loop, Place.Answers answers) {
        this.place = place;
        this.call = call;
        this.loop = loop;
        this.answers = answers;
        Instant now = place.wire().clock().instant();
        Duration own = place.function().spec().timeout().plus(START_MAX);
        Duration left = Duration.between(now, call.context().deadline());
        Duration most = left.compareTo(own) < 0 ? left : own;
        this.timer = loop.after(most.isNegative() ? Duration.ZERO : most, this::late);
    }

    void start() {
        if (call instanceof Call.Exchange exchange && exchange.headers().has("upgrade") && upgrades(exchange)) {
            end(failure(
                    Kind.INVALID, "the protocol of a connection can't be changed on a cloud, WebSockets don't pass"));
            return;
        }
        place.access().find(loop, ready -> found(place.asWritten(ready)), this::end);
    }

    private static boolean upgrades(Call.Exchange exchange) {
        String connection = exchange.headers().first("connection");
        return connection != null && connection.toLowerCase(Locale.ROOT).contains("upgrade");
    }

    private void found(CloudAccess.Ready ready) {
        if (over) {
            return;
        }
        InvokeDialect.Target to = ready.target();
        target = to;
        String host = to.endpoint().getHost();
        if (host == null || port(to.endpoint()) < 0) {
            end(failure(Kind.INVALID, "its address is no http or https URL: " + to.endpoint()));
            return;
        }
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        place.wire().addresses().find(bare, loop, all -> resolved(all, ready), this::end);
    }

    private static int port(URI endpoint) {
        if (endpoint.getPort() > 0) {
            return endpoint.getPort();
        }
        return switch (String.valueOf(endpoint.getScheme())) {
            case "https" -> 443;
            case "http" -> 80;
            default -> -1;
        };
    }

    private void resolved(List<InetAddress> all, CloudAccess.Ready ready) {
        if (over) {
            return;
        }
        addresses = all;
        switch (place.dialect().bodyNeed(call, ready.target())) {
            case BodyNeed.Stream() -> encode(call, ready);
            case BodyNeed.Whole(long bytesMax) -> {
                bodyTaken = true;
                BodyGatherer.gather(
                        call.body(),
                        bytesMax,
                        bytes -> {
                            if (!over) {
                                encode(call.with(Body.of(bytes)), ready);
                            }
                        },
                        this::notWhole);
            }
        }
    }

    private void notWhole(BodyException cause) {
        Kind kind =
                switch (cause.reason()) {
                    case TOO_LARGE -> Kind.TOO_LARGE;
                    case BROKEN_OFF, TIMED_OUT, MALFORMED -> Kind.UNKNOWN;
                };
        end(failure(kind, "the request's body can't be sent: " + cause.getMessage()));
    }

    private void encode(Call whole, CloudAccess.Ready ready) {
        InvokeDialect.WireRequest encoded;
        try {
            encoded = place.dialect()
                    .encode(
                            whole,
                            ready.target(),
                            ready.credentials(),
                            place.wire().clock().instant());
        } catch (IllegalArgumentException wrong) {
            end(failure(Kind.INVALID, "the call can't be put in the cloud's words: " + wrong.getMessage()));
            return;
        }
        KeptBody body = new KeptBody(encoded.body());
        bodyTaken = true;
        kept = body;
        request = new InvokeDialect.WireRequest(encoded.method(), encoded.target(), counted(encoded.headers()), body);
        send();
    }

    /** Whatever the cloud is, what answers there may be a Weft, whose own clouds lead back here: it has to know how far the call has come. */
    private Headers counted(Headers headers) {
        return headers.has(HOPS)
                ? headers
                : Headers.builder()
                        .addAll(headers)
                        .add(HOPS, Integer.toString(call.context().hops()))
                        .build();
    }

    private void send() {
        InvokeDialect.Target to = target;
        InvokeDialect.WireRequest sending = request;
        if (to == null || sending == null) {
            throw new IllegalStateException("a request is sent to where it is encoded for");
        }
        int number = ++tried;
        Place.Attempt sent = place.wire().upstreams().send(loop, address(to.endpoint(), number), sending, this);
        if (number == tried) { // else it failed at once and the next has been started already
            current = sent;
        }
    }

    private SocketAddress address(URI endpoint, int number) {
        InetSocketAddress at = new InetSocketAddress(addresses.get(number - 1), port(endpoint));
        return "https".equals(endpoint.getScheme())
                ? new SecuredAddress(at, endpoint.getHost(), place.wire().tls(), IDLE_MAX)
                : at;
    }

    @Override
    public void answered(InvokeDialect.WireHead head, Body body) {
        if (over) {
            body.discard();
            return;
        }
        InvokeDialect.Target to = target;
        if (to == null) {
            throw new IllegalStateException("an answer comes from where a request was sent");
        }
        switch (place.dialect().decode(call, to, head)) {
            case Verdict.Streams(Function<Body, Outcome> outcome) -> spoke(outcome.apply(body));
            case Verdict.NeedsWhole(long bytesMax, Function<byte[], Outcome> outcome) ->
                BodyGatherer.gather(
                        body, bytesMax, bytes -> means(outcome, bytes), broken -> answerBroke(broken, bytesMax));
            case Verdict.Reads(BiConsumer<Body, Place.Answers> reader) -> reader.accept(body, new Read());
            case Verdict.CloudFailed(CloudException why) -> {
                body.discard();
                learn(why);
                end(why);
            }
        }
    }

    /** What a dialect that reads by itself tells; after the end of the call it may still do so. */
    private final class Read implements Place.Answers {
        @Override
        public void outcome(Outcome outcome) {
            if (!over) {
                spoke(outcome);
            } else if (outcome instanceof Outcome.Response response) {
                response.body().discard();
            } else if (outcome instanceof Outcome.Result result) {
                result.body().discard();
            }
        }

        @Override
        public void failed(CloudException why) {
            end(why);
        }
    }

    private void means(Function<byte[], Outcome> outcome, byte[] bytes) {
        if (over) {
            return;
        }
        try {
            spoke(outcome.apply(bytes));
        } catch (CloudException why) {
            learn(why);
            end(why);
        }
    }

    private void answerBroke(BodyException broken, long bytesMax) {
        if (broken.reason() == BodyException.Reason.TOO_LARGE && !over) {
            String words = "the answer has more than the " + bytesMax + " bytes that its cloud allows";
            spoke(new Outcome.Failure(Outcome.Failure.Reason.TOO_LARGE, "TooLarge", words, new byte[0], ""));
        } else {
            end(failure(Kind.UNKNOWN, "the answer did not come whole: " + broken.getMessage()));
        }
    }

    /** What is known of where it is, or of who we are, was wrong. */
    private void learn(CloudException why) {
        if (why.kind() == Kind.ABSENT || why.kind() == Kind.DENIED) {
            place.access().askSoon(why.kind() == Kind.DENIED);
        }
    }

    @Override
    public void failed(CloudException why) {
        KeptBody body = kept;
        boolean unsent = why.kind() == Kind.UNREACHABLE && body != null && body.untouched();
        if (!over && unsent && tried < addresses.size()) {
            send();
        } else {
            end(why);
        }
    }

    private void late() {
        if (over) {
            return;
        }
        Place.Attempt running = current;
        if (running != null) {
            running.cancel();
        }
        if (tried > 0) {
            String words = place.wanted().words() + ": the cloud did not answer in time";
            end(new CloudException(Kind.UNKNOWN, words, new TimeoutException(words)));
        } else {
            end(failure(Kind.UNREACHABLE, "there was no time left to send the call"));
        }
    }

    private void spoke(Outcome outcome) {
        over = true;
        timer.cancel();
        answers.outcome(outcome);
    }

    private void end(CloudException why) {
        if (!over) {
            over = true;
            timer.cancel();
            letGo();
            answers.failed(why);
        }
    }

    private void letGo() {
        KeptBody body = kept;
        if (body != null) {
            body.letGo();
        } else if (!bodyTaken) {
            call.body().discard();
        }
    }

    private CloudException failure(Kind kind, String what) {
        return new CloudException(kind, place.wanted().words() + ": " + what, null);
    }

    @Override
    public void cancel() {
        if (over) {
            return;
        }
        over = true;
        timer.cancel();
        Place.Attempt running = current;
        if (running != null) {
            running.cancel();
        }
        letGo();
    }
}
