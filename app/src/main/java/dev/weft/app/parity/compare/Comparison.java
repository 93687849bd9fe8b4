// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity.compare;

import dev.weft.api.CloudException.Kind;
import dev.weft.api.Outcome.Failure;
import dev.weft.api.Outcome.Failure.Reason;
import dev.weft.api.resource.Spelling;
import dev.weft.app.parity.cases.CaseFile.Ignore;
import dev.weft.app.parity.compare.Difference.ErrorShape;
import dev.weft.app.parity.compare.Difference.Limit;
import dev.weft.app.parity.compare.Difference.Timing;
import dev.weft.app.parity.compare.Heard.Broken;
import dev.weft.app.parity.compare.Heard.Failed;
import dev.weft.app.parity.compare.Heard.Late;
import dev.weft.app.parity.compare.Heard.Refused;
import dev.weft.app.parity.compare.Heard.Response;
import dev.weft.app.parity.compare.Heard.Result;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.io.JsonStringEncoder;

/** What the first cloud said of a request, against what another one did. Pure. */
public final class Comparison {
    private static final int TOO_LARGE = 413;
    private static final int FAILED_FROM = 500;

    /** Where adapters, and frameworks, put a stack trace. */
    private static final List<String> TRACES = List.of("/trace", "/stackTrace", "/stack");

    private final Ignore ignore;
    private final Masks masks;
    private final List<Difference> found = new ArrayList<>();

    private Comparison(Ignore ignore) {
        this.ignore = ignore;
        this.masks = Masks.of(ignore.text());
    }

    /** In what they differ; empty where a caller can't tell them apart. */
    public static List<Difference> of(Heard first, Heard other, Ignore ignore) {
        Comparison comparison = new Comparison(ignore);
        comparison.heard(first, other);
        return List.copyOf(comparison.found);
    }

    /** The {@code differences} outside of what is {@code unstable}, by {@link Difference#where}. */
    public static List<Difference> without(List<Difference> differences, Set<String> unstable) {
        return differences.stream()
                .filter(each -> unstable.stream().noneMatch(place -> within(each.where(), place)))
                .toList();
    }

    private static boolean within(String where, String place) {
        return where.equals(place)
                || where.startsWith(place + '/')
                || (place.equals(Difference.BODY) && where.startsWith("json "))
                || (place.equals("json /") && where.startsWith("json "));
    }

    private void heard(Heard first, Heard other) {
        switch (first) {
            case Response one when other instanceof Response two -> responses(one, two);
            case Result one
            when other instanceof Result two -> found.addAll(Bodies.compare(said(one), said(two), ignore, masks));
            case Failed one when other instanceof Failed two -> failures(one.failure(), two.failure());
            default -> outcomes(first, other);
        }
    }

    private void responses(Response first, Response other) {
        if (first.status() != other.status()) {
            boolean limit = first.status() == TOO_LARGE || other.status() == TOO_LARGE;
            found.add(
                    limit
                            ? new Limit("request", words(first), words(other))
                            : new Difference.Status(
                                    Integer.toString(first.status()), Integer.toString(other.status())));
            if (limit) {
                return;
            }
        }
        found.addAll(Fields.compare(first, other, ignore, masks));
        boolean failed = first.status() >= FAILED_FROM && other.status() >= FAILED_FROM;
        found.addAll(Bodies.compare(said(first), said(other), failed ? withoutTraces(ignore) : ignore, masks));
    }

    /** Where in its code an error was is told by the file's place on the cloud. */
    private static Ignore withoutTraces(Ignore ignore) {
        List<String> pointers = new ArrayList<>(ignore.json());
        pointers.addAll(TRACES);
        return new Ignore(ignore.headers(), pointers, ignore.text());
    }

    private static Bodies.Said said(Response response) {
        return new Bodies.Said(response.body(), field(response, "content-type"), field(response, "content-encoding"));
    }

    private static Bodies.Said said(Result result) {
        return new Bodies.Said(result.body(), result.contentType(), null);
    }

    private static @org.jspecify.annotations.Nullable String field(Response response, String name) {
        String all = response.headers().stream()
                .filter(each -> each.name().equalsIgnoreCase(name))
                .map(Heard.Field::value)
                .collect(Collectors.joining(", "));
        return all.isEmpty() ? null : all;
    }

    private void failures(Failure first, Failure other) {
        if (first.reason() != other.reason()) {
            found.add(
                    first.reason() == Reason.TIMEOUT || other.reason() == Reason.TIMEOUT
                            ? new Timing(words(first), words(other))
                            : new ErrorShape("reason", words(first), words(other)));
            return;
        }
        if (first.reason() == Reason.ERROR && !told(first, textOf(other)) && !told(other, textOf(first))) {
            found.add(new ErrorShape("message", words(first), words(other)));
        }
    }

    /** Whether {@code text} says what {@code failure} says, as far as that says anything: some clouds tell only that it failed. */
    private boolean told(Failure failure, String text) {
        String message = masks.over(failure.message()).strip();
        String said = masks.over(text);
        return message.isEmpty()
                || said.contains(message)
                || said.contains(inJson(message))
                || Unspecific.message(message);
    }

    private static String inJson(String text) {
        return new String(JsonStringEncoder.getInstance().quoteAsCharArray(text));
    }

    private static String textOf(Failure failure) {
        return failure.type() + ": " + failure.message() + '\n' + new String(failure.payload(), StandardCharsets.UTF_8);
    }

    /** Answers of different kinds. */
    private void outcomes(Heard first, Heard other) {
        if (late(first) || late(other)) {
            if (late(first) != late(other)) {
                found.add(new Timing(words(first), words(other)));
            }
        } else if (tooLarge(first) || tooLarge(other)) {
            if (tooLarge(first) != tooLarge(other)) {
                String part = answerTooLarge(first) || answerTooLarge(other) ? "answer" : "request";
                found.add(new Limit(part, words(first), words(other)));
            }
        } else if (!failedAlike(first, other) && !failedAlike(other, first)) {
            found.add(new ErrorShape("outcome", words(first), words(other)));
        }
    }

    private static boolean late(Heard heard) {
        return heard instanceof Late
                || (heard instanceof Failed failed && failed.failure().reason() == Reason.TIMEOUT);
    }

    private static boolean tooLarge(Heard heard) {
        return answerTooLarge(heard)
                || (heard instanceof Refused refused && refused.kind() == Kind.TOO_LARGE)
                || (heard instanceof Response response && response.status() == TOO_LARGE);
    }

    private static boolean answerTooLarge(Heard heard) {
        return heard instanceof Failed failed && failed.failure().reason() == Reason.TOO_LARGE;
    }

    /**
     * A cloud of servers can say that its function failed by an answer of 500 only: the same as a failure elsewhere where it says
     * the same of it. An adapter's answer does.
     */
    private boolean failedAlike(Heard first, Heard other) {
        if (first instanceof Failed failed && other instanceof Response response && response.status() >= FAILED_FROM) {
            boolean error = failed.failure().reason() == Reason.ERROR;
            return error && told(failed.failure(), new String(response.body(), StandardCharsets.UTF_8));
        }
        return (first instanceof Refused one && other instanceof Refused two && one.kind() == two.kind())
                || (first instanceof Broken && other instanceof Broken);
    }

    private static String words(Heard heard) {
        return switch (heard) {
            case Response response -> "answers " + response.status();
            case Result _ -> "gives a result";
            case Failed failed -> words(failed.failure());
            case Refused refused -> "refused: " + Excerpt.text(refused.why());
            case Broken broken -> "breaks off: " + Excerpt.text(broken.why());
            case Late _ -> "no answer in time";
        };
    }

    private static String words(Failure failure) {
        String reason = Spelling.Words.of(failure.reason());
        return "fails (" + reason.toLowerCase(Locale.ROOT) + "): "
                + Excerpt.text(failure.type() + ": " + failure.message());
    }
}
