// SPDX-License-Identifier: Apache-2.0
package dev.weft.testkit;

import dev.weft.api.Body;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.event.Event;
import dev.weft.api.event.Events;
import dev.weft.api.event.Taken;
import dev.weft.api.facade.Facade;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Keys;
import dev.weft.api.facade.Wish;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/** Throws spoilt requests at a façade: whatever comes, it answers with a refusal of its vendor's, or does what was asked. */
public final class FacadeFuzz {
    private static final List<String> ODD = List.of(
            "",
            "/",
            "//",
            "/..",
            "/%2e%2e",
            "%",
            "%zz",
            "%00",
            "\u0000",
            "é",
            "\uD800",
            "a".repeat(9000),
            "-1",
            "99999999999999999999",
            "null",
            "{}",
            "\r\n",
            "Basic ",
            "Bearer ",
            "Basic ====",
            "*",
            "..",
            "=",
            "&",
            ":");
    private static final List<String> METHODS =
            List.of("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "BREW", "");

    private final Facade facade;
    private final Keys keys;
    private final Instant now;
    private Random random = new Random(0);
    private int refused;

    /** Of {@code facade} at {@code now}, where there are no functions. */
    public FacadeFuzz(Facade facade, Keys keys, Instant now) {
        this.facade = facade;
        this.keys = keys;
        this.now = now;
    }

    /**
     * Spoils {@code good} ones in {@code rounds} ways that follow from {@code seed}; fails where something is thrown, or
     * answered with a 5xx other than 501.
     *
     * @param proved makes the client's proof good again after a request was spoilt, where the vendor has one that can break
     * @return how many were refused
     */
    public int run(List<FacadeRequest> good, UnaryOperator<FacadeRequest> proved, int rounds, long seed)
            throws InterruptedException {
        random = new Random(seed);
        refused = 0;
        for (int round = 0; round < rounds; round++) {
            FacadeRequest request = good.get(random.nextInt(good.size()));
            for (int times = 1 + random.nextInt(3); times > 0; times--) {
                request = spoilt(request);
            }
            FacadeRequest sent = proved.apply(request);
            try {
                check(facade.read(sent, keys, now));
            } catch (RuntimeException | AssertionError broken) {
                throw new AssertionError(
                        "round " + round + " of seed " + seed + ": " + sent.line() + ' ' + broken, broken);
            }
        }
        return refused;
    }

    private void check(Wish wish) throws InterruptedException {
        switch (wish) {
            case Wish.Refused no -> {
                refused++;
                check(no.answer());
                if (no.why().isEmpty() || no.action().isEmpty()) {
                    throw new AssertionError("a refusal without words: " + no);
                }
            }
            case Wish.Open(FacadeAnswer answer) -> check(answer);
            case Wish.Look look -> check(look.then().of(null));
            case Wish.Control control -> check(control.work().run(Functions.NONE));
            case Wish.Ask ask -> check(ask.work().run(Events.NONE, Functions.NONE));
            case Wish.Consult consult -> check(consult.work().of(Functions.NONE));
            case Wish.Send send -> check(send.work().run(Events.NONE, Functions.NONE, Event.Origin.OUTSIDE));
            case Wish.Perform perform -> {
                check(perform.answering());
                check(perform.late().after("id-1"));
            }
            case Wish.Watch watch -> {
                if (watch.work().begin(Functions.NONE) instanceof Wish.Told.Whole(FacadeAnswer answer)) {
                    check(answer);
                }
            }
            case Wish.Later later -> {
                check(later.taking().absent());
                check(later.taking().taken("id-1"));
                for (Taken.Why why : Taken.Why.values()) {
                    whole(later.taking().refused(new Taken.Refused(why, "no")));
                }
            }
            case Wish.Noted noted -> {
                check(noted.late().after("id-1"));
                check(noted.call());
            }
            case Wish.Passed passed -> {
                check(passed.call());
                begin(passed, new Outcome.Response(503, Headers.none(), Body.empty()));
                begin(passed, new Outcome.Result(null, Headers.none(), Body.empty()));
            }
            case Wish.Invoke invoke -> check(invoke.answering());
            case Wish.Exchange exchange -> check(exchange.answering());
        }
    }

    private static void begin(Wish.Passed passed, Outcome outcome) {
        FacadeServer.whole(passed.passing().begun(outcome, Body.empty(), "id-1"));
    }

    private void check(Wish.Answering answering) {
        check(answering.absent());
        for (CloudException.Kind kind : CloudException.Kind.values()) {
            whole(answering.failed(new CloudException(kind, "no", null)));
        }
        for (Outcome.Failure.Reason reason : Outcome.Failure.Reason.values()) {
            Outcome outcome = new Outcome.Failure(reason, "t", "m", bytes(), "log");
            whole(answering.spoke(new Wish.Came(outcome, new byte[0], "id-1", "here", Duration.ofMillis(1), "log")));
        }
    }

    private static void check(FacadeAnswer answer) {
        whole(answer);
        if (answer.status() >= 500 && answer.status() != 501) {
            throw new AssertionError("status " + answer.status());
        }
    }

    private static void whole(FacadeAnswer answer) {
        if (answer.status() < 200 || answer.status() > 599) {
            throw new AssertionError("status " + answer.status());
        }
        answer.headers().forEach((name, value) -> {
            if (value.chars().anyMatch(c -> c < ' ' || c == 127)) {
                throw new AssertionError("field " + name + " can't be written");
            }
        });
    }

    private FacadeRequest spoilt(FacadeRequest request) {
        RequestLine line = request.line();
        return switch (random.nextInt(8)) {
            case 0 ->
                with(request, new RequestLine(METHODS.get(random.nextInt(METHODS.size())), line.path(), line.query()));
            case 1 -> with(request, new RequestLine(line.method(), '/' + spoilt(line.path()), line.query()));
            case 2 ->
                with(
                        request,
                        new RequestLine(line.method(), line.path(), spoilt(line.query() == null ? "" : line.query())));
            case 3, 4, 5 ->
                new FacadeRequest(
                        line,
                        spoilt(request.headers()),
                        request.body(),
                        request.scheme(),
                        request.authority(),
                        request.callerAddress());
            default ->
                new FacadeRequest(
                        line,
                        request.headers(),
                        random.nextBoolean()
                                ? bytes()
                                : Arrays.copyOf(request.body(), random.nextInt(request.body().length + 1)),
                        request.scheme(),
                        request.authority(),
                        request.callerAddress());
        };
    }

    private static FacadeRequest with(FacadeRequest request, RequestLine line) {
        return new FacadeRequest(
                line,
                request.headers(),
                request.body(),
                request.scheme(),
                request.authority(),
                request.callerAddress());
    }

    private Headers spoilt(Headers headers) {
        List<String[]> fields = new ArrayList<>();
        headers.forEach((name, value) -> fields.add(new String[] {name, value}));
        if (fields.isEmpty()) {
            return Headers.of("x", text());
        }
        int which = random.nextInt(fields.size());
        String[] field = fields.get(which);
        switch (random.nextInt(5)) {
            case 0 -> fields.remove(which);
            case 1 -> fields.add(which, new String[] {field[0], text()});
            case 2 -> fields.set(which, new String[] {field[0], spoilt(field[1])});
            case 3 -> fields.set(which, new String[] {field[0], text()});
            default -> fields.add(new String[] {"x-" + random.nextInt(), text()});
        }
        Headers.Builder built = Headers.builder();
        fields.forEach(each -> built.add(each[0], each[1]));
        return built.build();
    }

    private String spoilt(String text) {
        int at = random.nextInt(text.length() + 1);
        return switch (random.nextInt(4)) {
            case 0 -> text.substring(0, at);
            case 1 -> text.substring(0, at) + text() + text.substring(at);
            case 2 -> text.substring(at);
            default -> text();
        };
    }

    private String text() {
        return random.nextBoolean()
                ? ODD.get(random.nextInt(ODD.size()))
                : new String(bytes(), StandardCharsets.ISO_8859_1);
    }

    private byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(64)];
        random.nextBytes(bytes);
        return bytes;
    }
}
