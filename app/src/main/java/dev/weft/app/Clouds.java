// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import dev.weft.api.LogLine;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.Place;
import dev.weft.app.admin.Operations;
import dev.weft.app.home.Home;
import dev.weft.control.Application;
import dev.weft.control.DocumentReader.FunctionCheck;
import dev.weft.control.Done;
import dev.weft.gateway.Gateway;
import dev.weft.net.Loops;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The clouds that a running Weft calls: stand-ins on this machine ({@code weft up}) or the real ones ({@code weft serve}). */
interface Clouds extends AutoCloseable {
    /** One of the two kinds, before it is opened. */
    interface Kind {
        /** What can be said of documents before anything is opened. */
        FunctionCheck check();

        /** Whether functions that vendors' clients put run here too. */
        default boolean takesUploads() {
            return false;
        }

        /** Clears away what an earlier Weft left. */
        void sweep(Home home, Terminal terminal);

        /** Opens them behind a gateway that listens already. */
        Clouds open(Rooms rooms);
    }

    /** What they are opened with. */
    record Rooms(
            UpPath.Options options,
            Loops loops,
            Gateway gateway,
            Home home,
            Home.Run run,
            Terminal terminal,
            InstantSource clock,
            MeterRegistry meters) {}

    /** What documents must hold for these clouds. */
    FunctionCheck check();

    /** The function on the cloud; null where that cloud can't be called. */
    @Nullable
    Place place(String function, String cloud);

    /** From one application to the next; {@code turn}, run once in between, lets calls go by the next. */
    Done deploy(Application before, Application wanted, Runnable turn) throws InterruptedException;

    /** How clouds run, in a few words: one for the admin API's field, one for people. */
    Words words();

    /**
     * How clouds run, in words.
     *
     * @param runsAs for programs
     * @param said for people
     * @param isolation of functions from this machine
     */
    record Words(String runsAs, String said, String isolation) {}

    /** Why no function that a stranger brings can be run; empty where it can. */
    default String unable() {
        return "this Weft changes no cloud; functions are deployed by weft apply";
    }

    /** How {@code cloud} does: healthy, or what is wrong with it. */
    String condition(String cloud);

    /** Tells what a person should know of them, once calls are answered. */
    void introduce(Terminal terminal);

    /** Every instance that runs here. */
    List<Operations.InstanceView> instances();

    /** Sets a fault switch; false if {@code cloud} has none. */
    boolean fault(String cloud, Operations.FaultWish wish);

    /** The newest lines of {@code function} on each of its clouds, in no order. */
    List<LogLine> logs(Function function, int linesMax);

    /** Whether those are at hand, without asking somebody far away for them. */
    boolean logsAtHand();

    /** Hands over each new line of {@code function} until closed. */
    Operations.Following follow(Function function, Consumer<LogLine> listener);

    @Override
    void close();
}
