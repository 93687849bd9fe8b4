// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import dev.weft.api.event.EventRecord;
import dev.weft.api.event.Events;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Names;
import dev.weft.clouds.ibm.ActionName;
import dev.weft.clouds.ibm.facade.kept.Callee;
import dev.weft.clouds.ibm.facade.kept.Kind;
import dev.weft.clouds.ibm.facade.kept.Says;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * Reads activations: of calls that were waited for, and the newest call of each event. A key of role invoke sees those that it
 * made itself, without what functions wrote. Source: OpenWhisk's {@code Activations}.
 */
record ActivationReading(Transaction transaction, Key key) {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Which are asked for. */
    record Page(String name, int limit, int skip, boolean docs, boolean count, Instant since, Instant upto) {
        /** A wrong parameter is an {@link IllegalArgumentException} in OpenWhisk's words. */
        static Page of(Query query) {
            return new Page(
                    query.text("name"),
                    query.limit(),
                    query.skip(),
                    query.flag("docs"),
                    query.flag("count"),
                    query.moment("since", Instant.EPOCH),
                    query.moment("upto", Events.Filter.EVER).plusMillis(1)); // that moment too
        }
    }

    FacadeAnswer list(Page asked, Events events, Functions functions) {
        List<EventRecord> found = events.list(new Events.Filter(
                key.namespace(),
                asked.name().isEmpty() ? null : meant(asked.name(), functions),
                null,
                true,
                asked.since(),
                asked.upto(),
                asked.skip(),
                asked.count() ? Events.LIST_MAX : asked.limit()));
        if (asked.count()) {
            return transaction.json(200, JSON.createObjectNode().put("activations", found.size()));
        }
        ArrayNode page = JSON.createArrayNode();
        for (EventRecord each : found) {
            EventRecord.Last last = each.last();
            if (last != null) {
                ActivationView.Ran ran = ran(each, last, functions, logs(each, last, last.log()));
                ActivationResult result = ActivationResult.of(last);
                page.add(asked.docs() ? ActivationView.document(ran, result) : ActivationView.summary(ran, result));
            }
        }
        return transaction.json(200, page);
    }

    /** An action, a sequence or a trigger: whatever has that name now. */
    private String meant(String name, Functions functions) {
        if (Callee.function(functions, key.namespace(), name) == null) {
            for (Kind each : new Kind[] {Kind.SEQUENCE, Kind.TRIGGER}) {
                if (functions.shelf().find(key.namespace(), each.shelf(), name) != null) {
                    return each.event(name);
                }
            }
        }
        return Names.weft(name);
    }

    FacadeAnswer one(Asked.OneActivation asked, Events events, Functions functions) {
        EventRecord record = events.find(key.namespace(), ActivationView.invocation(asked.id()));
        EventRecord.Last last = record == null ? null : record.last();
        if (record == null || last == null || !mine(record)) {
            return transaction.error(404, Says.ABSENT);
        }
        ActivationResult result = ActivationResult.of(last);
        return transaction.json(
                200,
                switch (asked.part()) {
                    case "result" -> ActivationView.response(result);
                    case "logs" -> {
                        ArrayNode logs = JSON.createArrayNode();
                        written(record, last, functions).forEach(logs::add);
                        yield JSON.createObjectNode().set("logs", logs);
                    }
                    default ->
                        ActivationView.document(ran(record, last, functions, written(record, last, functions)), result);
                });
    }

    /** The newest call with an event, under the name that its client knows. */
    private ActivationView.Ran ran(EventRecord record, EventRecord.Last last, Functions functions, List<String> logs) {
        String kept = Kind.named(record.function());
        Functions.Served served = kept == null ? functions.find(record.namespace(), record.function()) : null;
        return new ActivationView.Ran(
                record.id(),
                record.namespace(),
                kept != null ? kept : served == null ? record.function() : ActionName.of(served.function()),
                key.name(),
                last.ended().minus(last.took()),
                last.took(),
                logs,
                new ActivationView.Kept(record.function().startsWith(Kind.SEQUENCE.event("")), Parts.cause(record)));
    }

    private boolean mine(EventRecord record) {
        return key.may(Key.Role.DEPLOY) || record.sender().equals(key.id());
    }

    private List<String> written(EventRecord record, EventRecord.Last last, Functions functions) {
        return key.may(Key.Role.DEPLOY)
                ? logs(
                        record,
                        last,
                        last.log().isEmpty()
                                ? functions.logTail(record.namespace(), record.function(), record.id())
                                : last.log())
                : List.of();
    }

    /** As OpenWhisk writes a line: when, where, what. When is when the call ended: nothing closer is kept. */
    private static List<String> logs(EventRecord record, EventRecord.Last last, @Nullable String text) {
        List<String> lines = new ArrayList<>();
        if (text != null && Kind.named(record.function()) != null) {
            return text.lines().toList(); // ids, or what became of rules
        }
        if (text != null) {
            text.lines().forEach(each -> lines.add("%-30s %s: %s".formatted(last.ended(), "stdout", each)));
        }
        return lines;
    }
}
