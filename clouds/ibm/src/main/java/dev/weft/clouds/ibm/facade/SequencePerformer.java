// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import dev.weft.api.Body;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.event.Caller.Ended;
import dev.weft.api.event.Event;
import dev.weft.api.event.EventRecord;
import dev.weft.api.facade.Performer;
import dev.weft.clouds.ibm.ActivationFailure;
import dev.weft.clouds.ibm.OpenWhiskHost;
import dev.weft.clouds.ibm.facade.kept.Callee;
import dev.weft.clouds.ibm.facade.kept.Entity;
import dev.weft.clouds.ibm.facade.kept.Kind;
import dev.weft.clouds.ibm.facade.kept.Refusal;
import dev.weft.clouds.ibm.facade.kept.Says;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Calls a sequence's actions in turn: what one answers is what the next gets. Where one fails, the sequence has failed so. Each is an
 * activation of its own; that of the sequence has their ids for its log. Source: OpenWhisk's {@code SequenceActions}.
 */
final class SequencePerformer implements Performer {
    /** After so long no further action begins. */
    static final Duration TIME_MAX = Duration.ofMinutes(10);

    /** How long a cloud that is full or away is waited for before it is asked again; each time twice as long. */
    private static final Duration AGAIN_AFTER = Duration.ofMillis(100);

    private static final Duration AGAIN_AFTER_MAX = Duration.ofSeconds(5);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final InstantSource clock;
    private final Duration timeMax;

    SequencePerformer() {
        this(InstantSource.system(), TIME_MAX);
    }

    /** With another clock and time. */
    SequencePerformer(InstantSource clock, Duration timeMax) {
        this.clock = clock;
        this.timeMax = timeMax;
    }

    @Override
    public Performed perform(Event event, Stage stage) throws InterruptedException {
        String name = Kind.named(event.function());
        Callee callee = name == null ? null : Callee.find(stage.functions(), event.namespace(), name);
        if (callee == null || callee.sequence() == null) {
            return new Performed(new Ended.Absent(), "");
        }
        return new Run(stage, clock.instant()).sequence(event, callee);
    }

    /** One sequence with all that is in it. */
    private final class Run {
        private final Stage stage;
        private final Instant began;
        private int called;

        Run(Stage stage, Instant began) {
            this.stage = stage;
            this.began = began;
        }

        Performed sequence(Event event, Callee callee) throws InterruptedException {
            Instant start = clock.instant();
            List<String> parts = new ArrayList<>();
            ActivationResult result;
            try {
                result = steps(event, callee, parts);
            } catch (Refusal refusal) {
                result = failed(ActivationFailure.DEVELOPER, refusal.words());
            }
            Ended ended = new Ended.Spoke(outcome(result), body(result), "", Duration.between(start, clock.instant()));
            return new Performed(ended, String.join("\n", parts));
        }

        private ActivationResult steps(Event event, Callee callee, List<String> parts) throws InterruptedException {
            byte[] input = callee.payload(event.payload());
            ActivationResult result = ActivationResult.of("application/json", input);
            for (JsonNode each : components(callee)) {
                String wrong = wrong(input);
                if (wrong != null) {
                    return failed(ActivationFailure.DEVELOPER, wrong);
                }
                Callee component = Callee.find(stage.functions(), event.namespace(), each.asString(""));
                if (component == null) {
                    return failed(ActivationFailure.APPLICATION, "Sequence component does not exist.");
                }
                Event part = part(event, component, input);
                parts.add(ActivationView.id(part.id()));
                result = part(part, event.id(), component);
                if (result.state() != ActivationResult.State.SUCCESS) {
                    return result;
                }
                input = result.json().getBytes(StandardCharsets.UTF_8);
            }
            return result;
        }

        private Iterable<JsonNode> components(Callee callee) {
            Entity sequence = callee.sequence();
            return sequence == null ? List.of() : sequence.list("components");
        }

        /** Why nothing more is called; null where something is. */
        private @Nullable String wrong(byte[] input) {
            if (called >= Sequences.COMPONENTS_MAX) {
                return Says.TOO_LONG;
            }
            if (!clock.instant().isBefore(began.plus(timeMax))) {
                return "The sequence exceeded its time limit of " + timeMax.toMillis() + " milliseconds.";
            }
            if (input.length > OpenWhiskHost.PARAMETERS_BYTES_MAX) {
                return Says.tooLarge(OpenWhiskHost.PARAMETERS_BYTES_MAX);
            }
            return ActivationResult.isObject(new String(input, StandardCharsets.UTF_8))
                    ? null
                    : "The sequence's next action takes a JSON object only.";
        }

        private static Event part(Event event, Callee component, byte[] input) {
            return Calling.event(
                    event.namespace(), event.sender(), component.target(), component.carried(input), event.origin());
        }

        private ActivationResult part(Event part, String cause, Callee component) throws InterruptedException {
            Instant start = clock.instant();
            Performed performed = component.sequence() == null ? function(part) : sequence(part, component);
            EventRecord record = Parts.of(part, cause, start, performed);
            if (record != null) {
                stage.events().note(record);
            }
            return switch (performed.ended()) {
                case Ended.Spoke spoke -> said(spoke);
                case Ended.Failed(CloudException why) ->
                    failed(ActivationFailure.APPLICATION, "no cloud of the action answered: " + why.kind());
                case Ended.Absent() -> failed(ActivationFailure.APPLICATION, "Sequence component does not exist.");
            };
        }

        /** A cloud that did not run it is asked again, as for events. */
        private Performed function(Event part) throws InterruptedException {
            called++;
            Duration wait = AGAIN_AFTER;
            while (true) {
                Ended ended = stage.caller().call(part);
                boolean again = ended instanceof Ended.Failed(CloudException why)
                        && why.retry() == CloudException.Retry.ELSEWHERE
                        && clock.instant().plus(wait).isBefore(began.plus(timeMax));
                if (!again) {
                    return new Performed(ended, "");
                }
                Thread.sleep(wait);
                wait = wait.multipliedBy(2).compareTo(AGAIN_AFTER_MAX) > 0 ? AGAIN_AFTER_MAX : wait.multipliedBy(2);
            }
        }
    }

    private static ActivationResult said(Ended.Spoke spoke) {
        return switch (spoke.outcome()) {
            case Outcome.Result result -> ActivationResult.of(result.contentType(), spoke.body());
            case Outcome.Failure failure -> ActivationResult.of(failure);
            case Outcome.Accepted _ ->
                failed(ActivationFailure.APPLICATION, "a cloud took the action for later: its result is not known");
            case Outcome.Response _, Outcome.Upgraded _ -> failed(ActivationFailure.APPLICATION, Says.BROKEN);
        };
    }

    private static ActivationResult failed(String type, String words) {
        byte[] payload = JSON.writeValueAsBytes(Map.of("error", words));
        return ActivationResult.of(new Outcome.Failure(Outcome.Failure.Reason.ERROR, type, words, payload, ""));
    }

    private static Outcome outcome(ActivationResult result) {
        return result.state() == ActivationResult.State.SUCCESS
                ? new Outcome.Result("application/json", Headers.none(), Body.empty())
                : new Outcome.Failure(
                        result.timedOut() ? Outcome.Failure.Reason.TIMEOUT : Outcome.Failure.Reason.ERROR,
                        result.state() == ActivationResult.State.APPLICATION
                                ? ActivationFailure.APPLICATION
                                : ActivationFailure.DEVELOPER,
                        "an action of the sequence failed",
                        body(result),
                        "");
    }

    private static byte[] body(ActivationResult result) {
        return result.json().getBytes(StandardCharsets.UTF_8);
    }
}
