// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import dev.weft.api.CloudException;
import dev.weft.app.account.ApplyCommand;
import dev.weft.app.account.CloudLogsCommand;
import dev.weft.app.account.DestroyCommand;
import dev.weft.app.account.DiscoverCommand;
import dev.weft.app.account.DoctorCommand;
import dev.weft.app.account.DriftCommand;
import dev.weft.app.account.HistoryCommand;
import dev.weft.app.account.ImportCommand;
import dev.weft.app.account.PermissionsCommand;
import dev.weft.app.account.PlanCommand;
import dev.weft.app.account.RollbackCommand;
import dev.weft.app.cli.CliException;
import dev.weft.app.cli.CliException.Exit;
import dev.weft.app.cli.CloudCommand;
import dev.weft.app.cli.CompletionCommand;
import dev.weft.app.cli.CostCommand;
import dev.weft.app.cli.ExplainCommand;
import dev.weft.app.cli.GetCommand;
import dev.weft.app.cli.InvokeCommand;
import dev.weft.app.event.EventsCommand;
import dev.weft.app.keys.AuditCommand;
import dev.weft.app.keys.KeyCommand;
import dev.weft.store.StoreException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Weft's only main(): hands the command line to its verb. */
@Command(
        name = "weft",
        description = "Weaves functions and containers of several clouds into one application.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = VersionCommand.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:it worked",
            "1:the thing asked for failed",
            "2:the command line is wrong",
            "3:no Weft is running, or it can't be reached"
        })
public final class Main implements Runnable {
    /** Time, level, room, message, and the stack trace where there is one: one line an event. */
    private static final String LOG_FORMAT = "%1$tT.%1$tL %4$s %3$s: %5$s%6$s%n";

    /** Libraries whose every step is of no use to a user; held here, for a logger nobody holds forgets its level. */
    private static final List<Logger> QUIET = Stream.of("org.flywaydb", "com.zaxxer.hikari")
            .map(Logger::getLogger)
            .toList();

    /** What asks for the list of verbs. */
    private static final Set<String> HELP = Set.of("--help", "-h");

    /** In the order of the help. */
    private static final List<Class<?>> VERBS = List.of(
            UpCommand.class,
            ServeCommand.class,
            GetCommand.class,
            CloudCommand.class,
            GetCommand.Routes.class,
            ExplainCommand.class,
            CostCommand.class,
            InvokeCommand.class,
            ParityCommand.class,
            EventsCommand.class,
            CloudLogsCommand.class,
            PlanCommand.class,
            ApplyCommand.class,
            DestroyCommand.class,
            DriftCommand.class,
            RollbackCommand.class,
            DiscoverCommand.class,
            ImportCommand.class,
            DoctorCommand.class,
            PermissionsCommand.class,
            HistoryCommand.class,
            KeyCommand.class,
            AuditCommand.class,
            ValidateCommand.class,
            SchemaCommand.class,
            CompletionCommand.class,
            VersionCommand.class,
            TrainCommand.class);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before run()
    private CommandSpec spec;

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.setProperty("java.util.logging.SimpleFormatter.format", LOG_FORMAT);
        QUIET.forEach(each -> each.setLevel(Level.WARNING));
        System.exit(commandLine(args).execute(args));
    }

    /**
     * The command line for {@code args}: where they begin with a verb that needs no other, that one alone is known, as to
     * read all of their annotations takes longer than most of them do.
     */
    static CommandLine commandLine(String... args) {
        CommandLine line = new CommandLine(new Main());
        if (args.length == 1 && HELP.contains(args[0])) {
            VERBS.forEach(each -> line.addSubcommand(name(each), listed(each)));
            return line;
        }
        List<Class<?>> alone = VERBS.stream()
                .filter(each -> args.length > 0 && name(each).equals(args[0]) && each != CompletionCommand.class)
                .toList();
        (alone.isEmpty() ? VERBS : alone).forEach(line::addSubcommand);
        // picocli would read the arguments from a file that is called @order.json; here it is the payload
        line.setExpandAtFiles(false);
        return line.setExecutionExceptionHandler((failure, command, parsed) -> explain(failure, command));
    }

    /** A verb as the list of all has it: by name and description. */
    private static CommandSpec listed(Class<?> verb) {
        Command said = verb.getAnnotation(Command.class);
        CommandSpec listed = CommandSpec.create().name(said.name());
        listed.usageMessage().description(said.description()).hidden(said.hidden());
        return listed;
    }

    private static String name(Class<?> verb) {
        return verb.getAnnotation(Command.class).name();
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private static int explain(Exception failure, CommandLine command) throws Exception {
        switch (failure) {
            case CliException said -> {
                command.getErr().println("weft: " + said.getMessage());
                return said.exit().code();
            }
            case CloudException cloud -> command.getErr().println("weft: " + cloud.getMessage());
            case StoreException store -> command.getErr().println("weft: " + store.getMessage());
            case IllegalArgumentException wrong -> command.getErr().println("weft: " + wrong.getMessage());
            case UncheckedIOException disk ->
                command.getErr().println("weft: " + disk.getMessage() + ": " + disk.getCause());
            default -> throw failure;
        }
        return Exit.FAILED.code();
    }
}
