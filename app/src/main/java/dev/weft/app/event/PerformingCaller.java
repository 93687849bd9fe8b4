// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.event;

import dev.weft.api.event.Caller;
import dev.weft.api.event.Event;
import dev.weft.api.event.Events;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Performer;
import dev.weft.gateway.facade.Performances;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Calls functions, and has performed what a façade's clients keep and call that is none. */
public final class PerformingCaller implements Caller, Performances {
    /** Logs of what was performed for events that are remembered until they are asked for; the oldest go. */
    static final int LOGS_MAX = 1_000;

    private final Caller functions;
    private final Map<String, Performer> performers;
    private final Functions served;
    private final Supplier<Events> events;
    private final Map<String, String> logs = new LinkedHashMap<>();

    /**
     * Calls by {@code functions}.
     *
     * @param performers by the façade's word
     * @param events where the calls of performances are noted
     */
    public PerformingCaller(
            Caller functions, Map<String, Performer> performers, Functions served, Supplier<Events> events) {
        this.functions = functions;
        this.performers = Map.copyOf(performers);
        this.served = served;
        this.events = events;
    }

    @Override
    public boolean ready() {
        return functions.ready();
    }

    @Override
    public Ended call(Event event) throws InterruptedException {
        if (!Event.performed(event.function())) {
            return functions.call(event);
        }
        Performer.Performed performed = perform(event);
        remember(event.id(), performed.log());
        return performed.ended();
    }

    @Override
    public Performer.Performed perform(Event event) throws InterruptedException {
        String word = event.function().substring(0, event.function().indexOf(':'));
        Performer performer = performers.get(word);
        return performer == null
                ? new Performer.Performed(new Ended.Absent(), "")
                : performer.perform(event, new Performer.Stage(functions, served, events.get()));
    }

    private void remember(String id, String log) {
        if (!log.isEmpty()) {
            synchronized (logs) {
                String ignored = logs.put(id, log);
                if (logs.size() > LOGS_MAX) {
                    ignored = logs.remove(logs.keySet().iterator().next());
                }
            }
        }
    }

    @Override
    public String logTail(Event event) {
        if (!Event.performed(event.function())) {
            return functions.logTail(event);
        }
        synchronized (logs) {
            @Nullable String log = logs.remove(event.id());
            return log == null ? "" : log;
        }
    }
}
