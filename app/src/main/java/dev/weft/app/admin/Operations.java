// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.admin;

import dev.weft.api.LogLine;
import dev.weft.api.event.Taken;
import dev.weft.app.recording.RecordedRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the admin API shows and does. Blocking; safe for use by many threads. */
public interface Operations {
    /** Whether calls would be answered now. */
    boolean ready();

    /** This Weft in one look. */
    StatusView status();

    /** Every function, by name. */
    List<FunctionView> functions();

    /** Every cloud, by name. */
    List<CloudView> clouds();

    /** Every match of every route, in the documents' order. */
    List<RouteView> routes();

    /** What calls have cost since the start, estimated, by function and cloud. */
    List<CostView> costs();

    /** Every instance of every function. */
    List<InstanceView> instances();

    /** Why a call of {@code function} would go where, now; null if there is none of that name. */
    @Nullable
    PlacementView placement(String function);

    /** Sets the fault switch of the stand-in {@code cloud}; false if there is none of that name. */
    boolean fault(String cloud, FaultWish wish);

    /** Calls {@code function} with an event and waits; null if there is none of that name. */
    @Nullable
    Invoked invoke(String function, byte[] payload, @Nullable String contentType, Map<String, String> attributes)
            throws InterruptedException;

    /** Keeps an event for {@code function}, which is called with it later; null if there is none of that name. */
    @Nullable
    Taken take(String function, byte[] payload, @Nullable String contentType, Map<String, String> attributes);

    /** The newest lines of {@code function} on all clouds, oldest first; null if there is none of that name. */
    @Nullable
    List<LogLine> logs(String function, int linesMax);

    /** Hands over each new line of {@code function} until closed. */
    Following follow(String function, Consumer<LogLine> listener);

    /**
     * Hands over the next requests of {@code function}, which exists, until closed; null where somebody records it already, or too
     * many functions are recorded.
     */
    @Nullable
    Following record(String function, Requests listener);

    /** Hears requests; must not block. */
    interface Requests {
        /** One, without what proves who its caller is. */
        void heard(RecordedRequest request);

        /** One that is not written down. */
        void left(String why);
    }

    /** All metrics in a text format of that media type: Prometheus' or OpenMetrics', which also has examples. */
    String metrics(String mediaType);

    /** Lines being followed. */
    interface Following extends AutoCloseable {
        @Override
        void close();
    }

    /** This Weft in one look. */
    record StatusView(
            String version,
            long pid,
            Instant started,
            String gateway,
            String isolation,
            boolean ready,
            int functions,
            int clouds,
            int instances) {}

    /** A function and where it lives. */
    record FunctionView(
            String name,
            String contract,
            @Nullable String runtime,
            String strategy,
            List<PlacedView> clouds,
            int instances,
            List<String> urls) {}

    /** A function's place on one cloud: weight among its places, and the gateway's view of its health. */
    record PlacedView(String name, int weight, String health) {}

    /** A cloud: {@code fault} is healthy, failing, or slow with its delay. */
    record CloudView(
            String name,
            String type,
            @Nullable String region,
            String runsAs,
            String fault,
            List<String> functions,
            int instances) {}

    /** One way in: which requests, and where they go. */
    record RouteView(String route, String host, String match, List<String> backends, List<String> filters) {}

    /** What the calls of a function on a cloud have cost since the start; {@code dollars} is null where nobody knows a price. */
    record CostView(
            String function,
            String cloud,
            long calls,
            double seconds,
            @Nullable Double dollars,
            String priceFrom) {}

    /** A running copy of a function. */
    record InstanceView(String id, String function, String cloud, String state, long pid, int inFlight, long calls) {}

    /** How a stand-in shall behave. */
    sealed interface FaultWish {
        /** As it should. */
        record Heal() implements FaultWish {}

        /** Refuse every call. */
        record Fail() implements FaultWish {}

        /** Wait before every call. */
        record Slow(Duration delay) implements FaultWish {}
    }

    /** What came of an invocation. */
    sealed interface Invoked {
        /** The function's result. */
        record Result(Ran ran, @Nullable String contentType, byte[] body) implements Invoked {}

        /** The function failed. */
        record Failed(Ran ran, String reason, String type, String message, byte[] payload, String logTail)
                implements Invoked {}

        /** No cloud ran it. */
        record Refused(String id, String reason, String message) implements Invoked {}
    }

    /** Who ran an invocation, and how long it took. */
    record Ran(String id, String cloud, Duration took) {}
}
