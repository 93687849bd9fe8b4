// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Wish;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A watch: one event a line, from a resourceVersion on, for as long as the client listens and at most {@link #LONGEST}. */
record Watching(Reading reading, Selectors selectors) implements Wish.Watching {
    /** How long one watch goes on; clients begin another by themselves. */
    static final Duration LONGEST = Duration.ofMinutes(30);

    /** How often it is looked what has changed: no more than a comparison where nothing has. */
    static final Duration EVERY = Duration.ofMillis(100);

    /** How often a client that takes bookmarks is told how far it is. */
    static final Duration BOOKMARK_EVERY = Duration.ofMinutes(1);

    /**
     * To who asks for a WebSocket: a watch that is over at once. fabric8's client, which asks for one first, then watches by plain HTTP;
     * it would wait for the end of an answer that goes on, and try again and again after an error.
     */
    static final Wish.Told NO_SOCKET =
            new Wish.Told.Whole(new FacadeAnswer(200, Headers.of("Content-Type", "application/json"), new byte[0]));

    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");
    private static final Pattern VERSION = Pattern.compile("[0-9]{1,18}");
    private static final JsonMapper JSON = JsonMapper.shared();

    static Watching of(Reading reading) throws Wrong {
        Asked asked = reading.asked();
        if (asked.query().containsKey("sendInitialEvents")) {
            throw new Wrong(KubeStatus.invalid(
                    "",
                    "sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList"
                            + " feature gate is enabled"));
        }
        return new Watching(reading, Selectors.of(asked.query()));
    }

    @Override
    public Wish.Told begin(Functions functions) {
        String said = reading.asked().query().getOrDefault("resourceVersion", "");
        if (!said.isEmpty() && !VERSION.matcher(said).matches()) {
            return new Wish.Told.Whole(KubeStatus.badRequest("resourceVersion must be one of this server's: a number")
                    .answer());
        }
        Headers headers = Headers.of("Content-Type", "application/json", "Cache-Control", "no-cache, private");
        long from = said.isEmpty() ? 0 : Long.parseLong(said);
        if (from != 0 && reading.ledger().after(reading.namespace(), from, functions, reading.now()) == null) {
            return new Wish.Told.Whole(tooOld(from).answer());
        }
        return new Wish.Told.Bits(headers, out -> tell(functions, out, from));
    }

    private static KubeStatus tooOld(long version) {
        return KubeStatus.expired("too old resource version: " + version + ": list anew, and watch from there");
    }

    private void tell(Functions functions, OutputStream out, long from) throws IOException, InterruptedException {
        long at = from == 0 ? all(functions, out) : from;
        long looks = longest(reading.asked().query().getOrDefault("timeoutSeconds", ""))
                .dividedBy(EVERY);
        long told = 0;
        for (long look = 0; look < looks; look++) {
            List<Ledger.Change> changes = reading.ledger().after(reading.namespace(), at, functions, reading.now());
            if (changes == null) {
                write(out, "ERROR", tooOld(at).document());
                return;
            }
            for (Ledger.Change each : changes) {
                change(out, each);
                at = each.version();
                told = look;
            }
            if (look - told >= BOOKMARK_EVERY.dividedBy(EVERY)) {
                told = look;
                bookmark(out, at);
            }
            Thread.sleep(EVERY);
        }
        bookmark(out, at);
    }

    /** What {@code timeoutSeconds} comes to. */
    static Duration longest(String seconds) {
        Duration wanted = SECONDS.matcher(seconds).matches() ? Duration.ofSeconds(Long.parseLong(seconds)) : LONGEST;
        return wanted.isZero() || wanted.compareTo(LONGEST) > 0 ? LONGEST : wanted;
    }

    /** Who names no version is told first what there is. */
    private long all(Functions functions, OutputStream out) throws IOException {
        Ledger.Listed listed = reading.ledger().look(reading.namespace(), functions, reading.now());
        for (Ledger.Entry each : listed.entries()) {
            ObjectNode document = reading.document(each);
            if (selectors.matches(document)) {
                event(out, "ADDED", document);
            }
        }
        return listed.version();
    }

    /** What the client's selectors let through: for it, what begins to match is new and what ceases to is gone. */
    private void change(OutputStream out, Ledger.Change change) throws IOException {
        ObjectNode before = matching(change.before());
        ObjectNode after = matching(change.after());
        if (after != null) {
            event(out, before == null ? "ADDED" : "MODIFIED", after);
        } else if (before != null) {
            ((ObjectNode) before.path("metadata")).put("resourceVersion", Long.toString(change.version()));
            event(out, "DELETED", before);
        }
    }

    private @Nullable ObjectNode matching(Ledger.@Nullable Entry entry) {
        ObjectNode document = entry == null ? null : reading.document(entry);
        return document == null || !selectors.matches(document) ? null : document;
    }

    private void event(OutputStream out, String type, ObjectNode document) throws IOException {
        String version = document.path("metadata").path("resourceVersion").asString("");
        write(
                out,
                type,
                Tables.wanted(reading.accept()) ? reading.tables().table(List.of(document), version) : document);
    }

    private void bookmark(OutputStream out, long at) throws IOException {
        if (!reading.asked().says("allowWatchBookmarks")) {
            return;
        }
        ObjectNode document = JSON.createObjectNode()
                .put("apiVersion", Resource.VERSION)
                .put("kind", reading.asked().resource().kind());
        document.putObject("metadata").put("resourceVersion", Long.toString(at)).putNull("creationTimestamp");
        write(
                out,
                "BOOKMARK",
                Tables.wanted(reading.accept()) ? reading.tables().table(List.of(), Long.toString(at)) : document);
    }

    private static void write(OutputStream out, String type, ObjectNode object) throws IOException {
        ObjectNode event = JSON.createObjectNode().put("type", type);
        event.set("object", object);
        byte[] bytes = JSON.writeValueAsBytes(event);
        byte[] line = Arrays.copyOf(bytes, bytes.length + 1);
        line[bytes.length] = '\n';
        out.write(line);
    }
}
