// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.event;

import dev.weft.api.event.Event;
import dev.weft.api.event.EventRecord;
import dev.weft.api.event.Events;
import dev.weft.api.facade.Audit;
import dev.weft.app.account.Stores;
import dev.weft.app.cli.CliException;
import dev.weft.app.cli.CliException.Exit;
import dev.weft.app.cli.Output;
import dev.weft.app.home.Home;
import dev.weft.store.AuditLog;
import dev.weft.store.Store;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code weft events}: reads and changes the store itself, so that it works whether a Weft runs or not. */
@Command(
        name = "events",
        description = "Show events that were sent without waiting, and put dead letters back into the queue.",
        footer = {
            "",
            "They are kept in Weft's folder, or in the PostgreSQL that WEFT_STORE names. What is redriven is delivered by"
                    + " the Weft that runs there, or by the next one."
        },
        synopsisSubcommandLabel = "COMMAND")
public final class EventsCommand implements Runnable {
    private static final String ID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

    private final Map<String, String> environment;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before run()
    private CommandSpec spec;

    /** For this process's user. */
    public EventsCommand() {
        this(System.getenv());
    }

    /** For who has that environment. */
    EventsCommand(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** What is done with the store. */
    @FunctionalInterface
    private interface Use<T> {
        T of(Store store);
    }

    private <T> T use(Use<T> use) {
        try (Store store = Stores.open(environment, Home.of(environment))) {
            return use.of(store);
        }
    }

    private static String id(String text) {
        // OpenWhisk's clients are told it without hyphens
        String id = text.matches("[0-9a-f]{32}")
                ? text.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5")
                : text;
        if (!id.matches(ID)) {
            throw new CliException(Exit.USAGE, "'" + text + "' is no event's id; weft events list shows them");
        }
        return id;
    }

    @Command(name = "list", description = "Show events, the newest first.")
    int list(
            @Mixin Output output,
            @Option(
                            names = "--state",
                            paramLabel = "STATE",
                            description =
                                    "Only those that are ${COMPLETION-CANDIDATES}; called are calls that were waited"
                                            + " for and left a record.")
                    @Nullable
                    StateWord state,
            @Option(names = "--function", paramLabel = "NAME", description = "Only those of this function.") @Nullable
                    String function,
            @Option(
                            names = "--namespace",
                            paramLabel = "NAMESPACE",
                            description = "Only those of functions in this namespace (default: all).")
                    @Nullable
                    String namespace,
            @Option(
                            names = {"-n", "--events"},
                            paramLabel = "EVENTS",
                            defaultValue = "50",
                            description = "The newest so many, at most 1000 (default: 50).")
                    int most) {
        if (most < 1 || most > Events.LIST_MAX) {
            throw new CliException(Exit.USAGE, "--events " + most + ": must be from 1 to " + Events.LIST_MAX);
        }
        EventRecord.State wanted =
                state == null ? null : EventRecord.State.valueOf(state.name().toUpperCase(Locale.ROOT));
        List<EventRecord> found = use(store -> store.eventRecords()
                .list(new Events.Filter(
                        namespace, function, wanted, false, Instant.EPOCH, Events.Filter.EVER, 0, most)));
        if (output.forPeople()) {
            Output.table(
                    out(),
                    EventWords.HEADINGS,
                    found.stream().map(EventWords::row).toList());
        } else {
            output.document(
                    out(),
                    JsonMapper.shared()
                            .valueToTree(found.stream().map(EventWords::fields).toList()));
        }
        return 0;
    }

    /** States as they are typed. */
    @SuppressWarnings("checkstyle:ConstantName")
    enum StateWord {
        /** For its first call or its next. */
        waiting,
        /** A call is under way. */
        running,
        /** The function has answered. */
        delivered,
        /** Dead letters. */
        dead,
        /** Calls that were waited for. */
        called
    }

    @Command(name = "show", description = "Show one event: how far it is, and how its last call ended.")
    int show(
            @Mixin Output output,
            @Parameters(paramLabel = "ID", description = "The event's id.") String event,
            @Option(
                            names = "--payload",
                            description = "Print what it carries instead, as it is; kept until it is delivered.")
                    boolean payload) {
        String id = id(event);
        EventRecord found = use(store ->
                        java.util.Optional.ofNullable(store.eventRecords().find(null, id)))
                .orElseThrow(() -> absent(id));
        if (payload) {
            byte[] bytes = use(store ->
                            java.util.Optional.ofNullable(store.eventRecords().payload(id)))
                    .orElseThrow(() -> new CliException(
                            Exit.FAILED,
                            "the payload of event " + id + " is not kept: it is " + EventWords.state(found)));
            print(bytes);
        } else if (output.forPeople()) {
            EventWords.fields(found)
                    .forEach((name, value) -> out().println("%-14s %s".formatted(name, EventWords.plain(value))));
            out().flush();
        } else {
            output.document(out(), JsonMapper.shared().valueToTree(EventWords.fields(found)));
        }
        return 0;
    }

    private static void print(byte[] bytes) {
        OutputStream out = System.out; // as they are, which a writer would not keep
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException gone) {
            throw new CliException(Exit.FAILED, "the payload can't be written: " + gone.getMessage());
        }
    }

    private static CliException absent(String id) {
        return new CliException(Exit.FAILED, "no event " + id + " is kept here; weft events list shows which are");
    }

    @Command(
            name = "redrive",
            description =
                    "Put dead letters back into the queue, as if they were sent now: one, those of a function, or all.")
    int redrive(
            @Parameters(paramLabel = "ID", arity = "0..1", description = "The dead letter's id.") @Nullable
                    String event,
            @Option(names = "--function", paramLabel = "NAME", description = "All dead letters of this function.")
                    @Nullable
                    String function,
            @Option(names = "--all-dead", description = "All dead letters.") boolean all) {
        int named = (event == null ? 0 : 1) + (function == null ? 0 : 1) + (all ? 1 : 0);
        if (named != 1) {
            throw new CliException(Exit.USAGE, "name one of: ID, --function NAME, --all-dead");
        }
        String id = event == null ? null : id(event);
        int redriven = use(store -> {
            int back = store.eventRecords().redrive(id, function, Instant.now());
            if (back > 0) {
                tell(store, id == null ? function == null ? "all dead letters" : "function " + function : id);
            } else if (id != null) {
                EventRecord found = store.eventRecords().find(null, id);
                throw found == null
                        ? absent(id)
                        : new CliException(
                                Exit.FAILED, "event " + id + " is no dead letter: it is " + EventWords.state(found));
            }
            return back;
        });
        out().println(redriven + (redriven == 1 ? " dead letter is" : " dead letters are") + " in the queue again");
        out().flush();
        return 0;
    }

    private static void tell(Store store, String on) {
        store.audit()
                .add(List.of(new AuditLog.Line(
                        new Audit.Entry(
                                Instant.now(),
                                Event.BY_WEFT,
                                "events redrive",
                                on,
                                "",
                                true,
                                "",
                                Audit.Outcome.DONE,
                                ""),
                        "")));
    }
}
