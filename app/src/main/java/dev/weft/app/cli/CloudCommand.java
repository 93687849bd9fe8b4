// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.cli;

import dev.weft.app.admin.Durations;
import dev.weft.app.cli.CliException.Exit;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The fault switch of a stand-in. */
@Command(
        name = "cloud",
        description = "Make a stand-in fail, heal or answer slowly, to see what your application does.",
        subcommands = {CloudCommand.Fail.class, CloudCommand.Heal.class, CloudCommand.Slow.class})
public final class CloudCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before run()
    private CommandSpec spec;

    /** Refuses to guess which of the three. */
    @Override
    public void run() {
        throw new CliException(
                Exit.USAGE, "which? " + spec.commandLine().getSubcommands().keySet());
    }

    private void turn(Reach reach, String name, Map<String, String> wish, String said) {
        reach.client().post("/clouds/" + AdminClient.segment(name) + "/fault", wish);
        spec.commandLine().getOut().println(name + ' ' + said);
        spec.commandLine().getOut().flush();
    }

    /** {@code weft cloud fail}. */
    @Command(name = "fail", description = "Make a stand-in refuse every call.")
    public static final class Fail implements Runnable {
        @ParentCommand
        @SuppressWarnings("NullAway.Init") // picocli sets it before run()
        private CloudCommand parent;

        @Mixin
        private Reach reach = new Reach();

        @Parameters(paramLabel = "NAME", description = "The cloud's name in the documents.")
        private String name = "";

        @Override
        public void run() {
            parent.turn(
                    reach,
                    name,
                    Map.of("fault", "fail"),
                    "refuses every call now; mend it with: weft cloud heal " + name);
        }
    }

    /** {@code weft cloud heal}. */
    @Command(name = "heal", description = "Make a stand-in work again.")
    public static final class Heal implements Runnable {
        @ParentCommand
        @SuppressWarnings("NullAway.Init") // picocli sets it before run()
        private CloudCommand parent;

        @Mixin
        private Reach reach = new Reach();

        @Parameters(paramLabel = "NAME", description = "The cloud's name in the documents.")
        private String name = "";

        @Override
        public void run() {
            parent.turn(reach, name, Map.of("fault", "heal"), "works again");
        }
    }

    /** {@code weft cloud slow}. */
    @Command(name = "slow", description = "Make a stand-in wait before every call.")
    public static final class Slow implements Runnable {
        @ParentCommand
        @SuppressWarnings("NullAway.Init") // picocli sets it before run()
        private CloudCommand parent;

        @Mixin
        private Reach reach = new Reach();

        @Parameters(index = "0", paramLabel = "NAME", description = "The cloud's name in the documents.")
        private String name = "";

        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "DURATION",
                defaultValue = "300ms",
                description = "How long it waits, such as 300ms or 2s (default: 300ms).")
        private String delay = "300ms";

        @Override
        public void run() {
            Duration parsed;
            try {
                parsed = Durations.parse("DURATION", delay);
            } catch (IllegalArgumentException wrong) {
                throw new CliException(Exit.USAGE, String.valueOf(wrong.getMessage()));
            }
            String text = Durations.text(parsed);
            parent.turn(
                    reach, name, Map.of("fault", "slow", "delay", text), "waits " + text + " before every call now");
        }
    }
}
