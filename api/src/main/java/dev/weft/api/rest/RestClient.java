// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.rest;

import dev.weft.api.CloudException;
import dev.weft.api.CloudException.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Calls one vendor's management API: signs each attempt afresh, waits and tries again when the vendor throttles or a
 * connection does not come about, and when the answer to a request that is harmless twice was lost. Blocking; safe for use by
 * many threads.
 */
public final class RestClient {
    /** Attempts of one request. */
    public static final int TRIES_MAX = 8;

    /** Longest wait between two attempts. */
    public static final Duration WAIT_MAX = Duration.ofSeconds(20);

    private static final Duration WAIT_FIRST = Duration.ofMillis(200);

    /** Puts what proves who we are into a request; called for each attempt. May block, for example to renew a token. */
    @FunctionalInterface
    public interface Signer {
        /** {@code request}, signed at {@code now}. */
        RestRequest sign(RestRequest request, Instant now);
    }

    private static final Duration FIRST_WAIT = Duration.ofMillis(250);

    /** Waits. */
    @FunctionalInterface
    public interface Pause {
        /** Waits for {@code time}. */
        void of(Duration time) throws InterruptedException;

        /**
         * Waits before an unfinished thing is asked for again: a quarter of a second the first time, since most are done soon, then
         * twice as long each time.
         *
         * @param times how often it was waited for before
         * @param most the longest wait
         */
        default void again(int times, Duration most) throws InterruptedException {
            Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(times, 16));
            of(wait.compareTo(most) < 0 ? wait : most);
        }
    }

    private final Transport transport;
    private final Signer signer;
    private final RestErrors errors;
    private final InstantSource clock;
    private final Pause pause;
    private final RandomGenerator jitter = RandomGenerator.getDefault();

    /** Sends by {@code transport}. */
    public RestClient(Transport transport, Signer signer, RestErrors errors, InstantSource clock) {
        this(transport, signer, errors, clock, time -> Thread.sleep(time));
    }

    /** The same, waiting by {@code pause}. */
    public RestClient(Transport transport, Signer signer, RestErrors errors, InstantSource clock, Pause pause) {
        this.transport = transport;
        this.signer = signer;
        this.errors = errors;
        this.clock = clock;
        this.pause = pause;
    }

    /** The 2xx answer. Anything else is a {@link CloudException}; one that the vendor worded has a {@link RestFailure} as its cause. */
    public RestResponse send(RestRequest request) {
        for (int tries = 1; ; tries++) {
            CloudException failed;
            boolean again;
            try {
                RestResponse answer = transport.send(signer.sign(request, clock.instant()));
                if (answer.ok()) {
                    return answer;
                }
                RestErrors.Said said = errors.read(request, answer);
                RestFailure cause = new RestFailure(request.tried(), answer.status(), said);
                failed = new CloudException(said.kind(), String.valueOf(cause.getMessage()), cause, retryAfter(answer));
                again = said.kind() == Kind.BUSY || (said.kind() == Kind.UNKNOWN && request.idempotent());
            } catch (IOException lost) {
                boolean unsent = lost instanceof ConnectException || lost instanceof HttpConnectTimeoutException;
                failed = new CloudException(
                        unsent ? Kind.UNREACHABLE : Kind.UNKNOWN,
                        request.tried() + " got no answer from " + request.uri().getRawAuthority() + ": "
                                + (lost.getMessage() == null ? lost.getClass().getSimpleName() : lost.getMessage()),
                        lost);
                again = unsent || request.idempotent();
            } catch (InterruptedException stopped) {
                throw interrupted(request, stopped);
            }
            if (!again || tries == TRIES_MAX) {
                throw failed;
            }
            try {
                pause.of(wait(tries, failed.retryAfter()));
            } catch (InterruptedException stopped) {
                throw interrupted(request, stopped);
            }
        }
    }

    /** The answer, or null where the vendor says that the thing asked for is not there. */
    public @Nullable RestResponse find(RestRequest request) {
        try {
            return send(request);
        } catch (CloudException failed) {
            if (failed.kind() == Kind.ABSENT) {
                return null;
            }
            throw failed;
        }
    }

    /** Between half and the whole of a wait that doubles, so that many who were throttled together do not come back together. */
    private Duration wait(int tries, @Nullable Duration asked) {
        if (asked != null) {
            return asked.compareTo(WAIT_MAX) > 0 ? WAIT_MAX : asked;
        }
        long whole = Math.min(WAIT_MAX.toMillis(), WAIT_FIRST.toMillis() << Math.min(tries - 1, 10));
        return Duration.ofMillis(whole / 2 + jitter.nextLong(whole / 2 + 1));
    }

    private @Nullable Duration retryAfter(RestResponse answer) {
        String value = answer.header("retry-after");
        if (value == null) {
            return null;
        }
        try {
            return Duration.ofSeconds(Math.max(0, Long.parseLong(value.strip())));
        } catch (NumberFormatException date) {
            try {
                Instant then = ZonedDateTime.parse(value.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant();
                Duration left = Duration.between(clock.instant(), then);
                return left.isNegative() ? Duration.ZERO : left;
            } catch (DateTimeException nonsense) {
                return null;
            }
        }
    }

    private static CloudException interrupted(RestRequest request, InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return new CloudException(
                Kind.UNKNOWN, request.tried() + " was interrupted: whether it was done is not known", stopped);
    }
}
