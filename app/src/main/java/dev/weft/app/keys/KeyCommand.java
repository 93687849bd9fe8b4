// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.keys;

import dev.weft.api.facade.Key;
import dev.weft.app.account.Stores;
import dev.weft.app.cli.CliException;
import dev.weft.app.cli.CliException.Exit;
import dev.weft.app.cli.Output;
import dev.weft.app.home.Home;
import dev.weft.app.home.Operator;
import dev.weft.store.AccessKeys;
import dev.weft.store.Store;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Weft's own keys. */
@Command(
        name = "key",
        description = "Make, list, rotate and revoke the keys by which vendors' clients prove themselves to Weft.",
        footer = {
            "",
            "Keys are kept in Weft's folder, or in the PostgreSQL that WEFT_STORE names; their secrets are sealed there under"
                    + " the key in WEFT_HOME/seal.key, or in the file that WEFT_SEAL_KEY_FILE names. A running Weft follows a"
                    + " change within about a second."
        },
        subcommands = {KeyCommand.Create.class, KeyListCommand.class, KeyCommand.Rotate.class, KeyCommand.Revoke.class})
public final class KeyCommand implements Runnable {
    private final Map<String, String> environment;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before run()
    private CommandSpec spec;

    /** For this process's user. */
    public KeyCommand() {
        this(System.getenv());
    }

    /** For who has that environment. */
    KeyCommand(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** The roles, in lower case because that is how they are typed. */
    @SuppressWarnings("checkstyle:ConstantName")
    enum Role {
        /** Call functions. */
        invoke,
        /** See and change them too. */
        deploy,
        /** Everything. */
        admin;

        Key.Role role() {
            return switch (this) {
                case invoke -> Key.Role.INVOKE;
                case deploy -> Key.Role.DEPLOY;
                case admin -> Key.Role.ADMIN;
            };
        }
    }

    /** Refuses to guess which of them. */
    @Override
    public void run() {
        throw new CliException(
                Exit.USAGE, "which? " + spec.commandLine().getSubcommands().keySet());
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** What {@code work} says of the keys. */
    <T> T keys(Function<AccessKeys, T> work) {
        try (Store store = Stores.open(environment, Home.of(environment))) {
            return work.apply(store.accessKeys());
        }
    }

    private <T> T desk(Function<KeyDesk, T> work) {
        return keys(keys -> work.apply(new KeyDesk(
                keys,
                Seal.of(environment, Home.of(environment)),
                Operator.here().toString(),
                InstantSource.system())));
    }

    private void show(MadeKey made, Shown shown) {
        if (shown.output.forPeople()) {
            KeyWords.print(made, out());
        } else {
            shown.output.document(out(), JsonMapper.shared().valueToTree(KeyWords.fields(made, shown.google())));
        }
    }

    /** How a key is shown. */
    static final class Shown {
        private static final String HERE = "http://localhost:8093";
        private static final Pattern ORIGIN = Pattern.compile("https?://[A-Za-z0-9.:\\[\\]-]{1,260}/?");

        @Mixin
        private Output output = new Output();

        @Option(
                names = "--google",
                paramLabel = "URL",
                defaultValue = HERE,
                description = "Where the façade of type google listens, for the credentials file of a key with --rsa"
                        + " (-o json, google.credentials; default: " + HERE + ").")
        private String google = HERE;

        String google() {
            if (!ORIGIN.matcher(google).matches()) {
                throw new CliException(
                        Exit.USAGE, "--google: where the façade listens, such as " + HERE + ", got '" + google + "'");
            }
            return google.replaceAll("/$", "");
        }
    }

    /** {@code weft key create}. */
    @Command(
            name = "create",
            description = "Make a key. Its secret is shown this once, in the forms that vendors' clients take.",
            footer = {"", "The output is for a shell: eval \"$(weft key create NAME)\""})
    static final class Create implements Runnable {
        @ParentCommand
        @SuppressWarnings("NullAway.Init") // picocli sets it before run()
        private KeyCommand parent;

        @Mixin
        private Shown shown = new Shown();

        @Parameters(paramLabel = "NAME", description = "What to call it; no other good key of its namespace may.")
        private String name = "";

        @Option(
                names = "--role",
                paramLabel = "ROLE",
                defaultValue = "invoke",
                description = "What it may do: invoke functions, deploy (see and change them too), admin (everything)"
                        + " (default: invoke).")
        private Role role = Role.invoke;

        @Option(
                names = "--namespace",
                paramLabel = "NAMESPACE",
                defaultValue = "default",
                description = "Whose functions it reaches; others look as if they were not there (default: default).")
        private String namespace = "default";

        @Option(
                names = "--rsa",
                description =
                        "Make it a pair of RSA keys too, by which OCI's clients and Google's service accounts sign. The private"
                                + " one is kept nowhere.")
        private boolean rsa;

        @Override
        public void run() {
            String ignored = shown.google();
            parent.show(parent.desk(desk -> desk.create(name, role.role(), namespace, rsa)), shown);
        }
    }

    /** {@code weft key rotate}. */
    @Command(
            name = "rotate",
            description =
                    "Put another secret in the place of a key's. Its id stays; the secret before is not good any more, at"
                            + " once, so its clients are refused until they have the new one. To change without that, make a second"
                            + " key first.")
    static final class Rotate implements Runnable {
        @ParentCommand
        @SuppressWarnings("NullAway.Init") // picocli sets it before run()
        private KeyCommand parent;

        @Mixin
        private Shown shown = new Shown();

        @Mixin
        private Which which = new Which();

        @Option(
                names = "--rsa",
                description = "Make it a pair of RSA keys too if it has none; one that has a pair gets another anyway.")
        private boolean rsa;

        @Override
        public void run() {
            String ignored = shown.google();
            parent.show(parent.desk(desk -> desk.rotate(which.namespace, which.idOrName, rsa)), shown);
        }
    }

    /** {@code weft key revoke}. */
    @Command(name = "revoke", description = "Make a key good no more. Its secret is forgotten: there is no way back.")
    static final class Revoke implements Runnable {
        @ParentCommand
        @SuppressWarnings("NullAway.Init") // picocli sets it before run()
        private KeyCommand parent;

        @Mixin
        private Which which = new Which();

        @Override
        public void run() {
            AccessKeys.Stored gone = parent.desk(desk -> desk.revoke(which.namespace, which.idOrName));
            parent.out()
                    .println("key " + gone.name() + " (" + gone.id() + ") of namespace " + gone.namespace()
                            + " is revoked");
            parent.out().flush();
        }
    }

    /** Which key is meant. */
    static final class Which {
        @Parameters(paramLabel = "ID|NAME", description = "The key's id, or its name in the namespace.")
        private String idOrName = "";

        @Option(
                names = "--namespace",
                paramLabel = "NAMESPACE",
                defaultValue = "default",
                description = "The namespace of a key that is named (default: default).")
        private String namespace = "default";
    }
}
