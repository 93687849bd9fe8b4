// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.spi;

import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Mistake;
import dev.weft.api.Outcome;
import dev.weft.api.resource.Function;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How the engine starts one vendor's code with that vendor's runtime interface and hands it calls. The engine owns
 * processes, sandbox, logs and limits; the host owns the protocol. Safe for use by many threads.
 */
public interface ContractHost extends AutoCloseable {
    /** The contract it hosts. */
    Function.Contract contract();

    /** Whether an instance of {@code function} serves one call at a time; else {@code spec.concurrency} of them. */
    boolean oneCallAtATime(Function function);

    /** Whether a process is asked to end (SIGTERM) and given a moment before it is killed; else it is killed at once. */
    default boolean endsPolitely() {
        return true;
    }

    /**
     * Whether {@code function} can answer an HTTP exchange at all. One that can't is refused as the target of a route
     * when the file is read. May look at the code.
     *
     * @param code the function's folder
     */
    default boolean takesExchanges(Function function, Path code) {
        return true;
    }

    /**
     * Whether code may also be an image: the protocol holds for whatever the image starts, in whichever language. Then {@link #check}
     * asks for nothing that is in the image, and an instance's program is {@link Program.Image}.
     */
    default boolean runsImages() {
        return false;
    }

    /**
     * What in {@code function} this host could not run here, for example a runtime it does not know or a program that
     * is not installed. May look at the machine.
     *
     * @param code the function's folder
     */
    List<Mistake> check(Function function, Path code);

    /**
     * Gets what instances of {@code function} will need, for example a vendor's library. Called before the first of them,
     * and again whenever the function changes. Blocking, perhaps for minutes.
     *
     * @throws CloudException INVALID, with a sentence on what can't be had
     */
    default void prepare(Function function) {}

    /** Prepares one instance; its process is started next, or runs already and waits. Blocking, but not for long. */
    Hosted open(Setup setup);

    /**
     * What the vendor says of a call that the engine ended: a timeout, a crash. A host with a shape of its own for this
     * overrides it.
     */
    default Outcome.Failure ended(Outcome.Failure.Reason reason, CallContext context, String message, String logTail) {
        String type =
                switch (reason) {
                    case ERROR -> "Function.Error";
                    case TIMEOUT -> "Function.Timeout";
                    case INIT -> "Function.InitError";
                    case CRASH -> "Function.Crash";
                    case MEMORY -> "Function.OutOfMemory";
                    case TOO_LARGE -> "Function.AnswerTooLarge";
                    case MALFORMED -> "Function.MalformedAnswer";
                };
        return new Outcome.Failure(reason, type, message, new byte[0], logTail);
    }

    @Override
    void close();

    /**
     * What an instance is given.
     *
     * @param function what runs
     * @param instance the instance's id, unique in this Weft
     * @param cloud the cloud it plays a part of
     * @param code the code as the process will see it
     * @param files makes a host's own files readable for the process
     * @param version which state of code and configuration it is: letters and digits, at most 32
     * @param log takes a line for the function's log, as if its process had written it: for contracts whose code hands
     *     its log lines over with its answer
     */
    record Setup(
            Function function,
            String instance,
            StandInCloud cloud,
            Path code,
            Files files,
            String version,
            Consumer<String> log) {
        /** Of a function that has one state only and whose lines nobody wants, for example in a test. */
        public Setup(Function function, String instance, StandInCloud cloud, Path code, Files files) {
            this(function, instance, cloud, code, files, "00001", line -> {});
        }
    }

    /**
     * The cloud that an instance plays a part of.
     *
     * @param region the cloud's region, or a fixed word where it has none
     */
    record StandInCloud(String name, String region) {}

    /**
     * Makes files visible inside. What a host shares may depend on contract, runtime and memory, never on one function:
     * processes are started ahead of the functions they will run.
     */
    interface Files {
        /** The code as Weft sees it, unchanging: what the process has at {@link Setup#code()}. For hosts that read it. */
        Path staged();

        /** The path at which the process reads {@code file}, or everything under it where it is a folder; read-only. */
        Path share(Path file);

        /**
         * Lets the code find the packages in {@code nodeModules} as if they were installed one folder above it: what the
         * code brings itself comes first. At most once an instance.
         */
        void modules(Path nodeModules);

        /** A small folder of the instance's own, in which its process and the host both write; for sockets. */
        Folder folder();

        /** The same folder from both sides. */
        interface Folder {
            /** As the process sees it. */
            Path inside();

            /** As Weft sees it; only once the process runs. */
            Path outside();
        }
    }

    /**
     * How the process is started.
     *
     * @param program what runs; depends on contract, runtime and memory only, never on one function or instance
     * @param env variables of the contract; the function's own are added by the engine, and win except over {@code reserved}
     * @param reserved names a function may not set itself under this contract
     */
    record Launch(Program program, Map<String, String> env, List<String> reserved) {
        public Launch {
            env = Map.copyOf(env);
            reserved = List.copyOf(reserved);
        }

        /** Without the environment, which may hold secrets. */
        @Override
        public String toString() {
            return "Launch[" + program + "]";
        }
    }

    /**
     * What an instance's process runs. The engine finds the language's program, sets its memory options and may have
     * booted it beforehand: then the environment is set just before {@code script} or {@code main} begins. Paths are as
     * the process sees them.
     */
    sealed interface Program {
        /** Any program: a name on the PATH, a path in the code's folder or an absolute path, then arguments. */
        record Command(List<String> command) implements Program {
            public Command {
                command = List.copyOf(command);
            }
        }

        /** What the function's image starts, or in its place {@code command}, unless that is empty. */
        record Image(List<String> command) implements Program {
            public Image {
                command = List.copyOf(command);
            }
        }

        /**
         * Node.js with a script of the host's: an ES module that exports {@code main}. It may be loaded before the function
         * is known, so nothing at its top level depends on the environment; {@code main} is called once that is set. If it
         * also exports {@code rehearse}, that is called before, where there is time: it does once what a first call needs,
         * for code that has run is compiled.
         *
         * @param preload modules worth loading as early, by name or absolute path
         */
        record Node(Path script, List<String> arguments, List<String> preload) implements Program {
            public Node {
                arguments = List.copyOf(arguments);
                preload = List.copyOf(preload);
            }
        }

        /** Python 3 with a script of the host's that defines {@code main}; the same holds for it. {@code preload} by name. */
        record Python(Path script, List<String> arguments, List<String> preload) implements Program {
            public Python {
                arguments = List.copyOf(arguments);
                preload = List.copyOf(preload);
            }
        }

        /**
         * A JVM of the version that Weft itself runs on.
         *
         * @param classpath of the vendor's library and the host's own classes; the function's code is loaded by those
         * @param main the class whose {@code main} is run; a public static method {@code rehearse} of it, without
         *     parameters, is called before where there is time, and should do once what a first call needs
         */
        record Java(List<Path> classpath, String main, List<String> arguments) implements Program {
            public Java {
                classpath = List.copyOf(classpath);
                arguments = List.copyOf(arguments);
            }
        }
    }

    /**
     * What a host works with.
     *
     * @param files a folder for what the host itself writes, for example its start-up scripts
     */
    record Tools(Languages languages, Libraries libraries, Path files, InstantSource clock) {}

    /** What this machine has to run code with. Blocking; answers are remembered. */
    interface Languages {
        /** What keeps {@code language} of at least {@code version} from running here; null if nothing does. */
        @Nullable
        Mistake missing(Language language, int version, String field, @Nullable String value);
    }

    /** A language that needs a program on this machine. */
    enum Language {
        /** Node.js, counted by major versions. */
        NODE,
        /** Python, counted by minor versions of Python 3. */
        PYTHON,
        /** Java, counted by feature releases. */
        JAVA
    }

    /** Vendors' published libraries, fetched once, pinned by hash, kept in Weft's home folder. Safe for many threads. */
    interface Libraries {
        /**
         * The folder of a set of npm packages, with {@code node_modules} in it. Fetches it if it is not there yet, which
         * may take minutes. Blocking.
         *
         * @param name of the set, in letters, digits and dashes; also the folder's name
         * @param manifest the text of {@code package.json}
         * @param lock the text of {@code package-lock.json}: every package with version and integrity hash
         * @throws CloudException INVALID, with a sentence on what is missing: npm, the registry, a hash that differs
         */
        Path npm(String name, String manifest, String lock);

        /**
         * The folder of a set of jars.
         *
         * @param lock a line a jar: its SHA-256 in hex, a space, and {@code group:artifact:version[:classifier]}
         */
        Path maven(String name, String lock);

        /**
         * The folder of a set of Python packages, with {@code site} in it, for the Python that runs functions here.
         *
         * @param lock the text of a requirements file: every package with its version and the hashes of its wheels
         */
        Path pip(String name, String lock);
    }

    /** One instance: from before its process starts until after it ends. */
    interface Hosted extends AutoCloseable {
        /** How to start its process. */
        Launch launch();

        /**
         * Blocks until the code can take calls. The engine interrupts it when the process ends or time is up.
         *
         * @throws InitException the code said itself that it never will
         */
        void awaitReady() throws InitException, InterruptedException;

        /**
         * Hands over one call, on {@code loop}. Never more at once than the contract allows. The engine adds timeout and
         * crash: after {@link #close()} no call needs an answer any more.
         */
        Place.Attempt call(dev.weft.api.Call call, Loop loop, Place.Answers answers);

        /**
         * It has served its last call, and its process will be asked to end as soon as this returns: tells the code, where
         * the vendor does. Blocking; the engine interrupts it when time is up. Not called where a process is killed.
         */
        default void stopping() throws InterruptedException {}

        /**
         * What of a line that the process wrote belongs in the function's log; null for a line that is only the vendor's
         * framing. Heard in the order of writing, by the thread that reads the output; must not block.
         */
        default @Nullable String logged(String line) {
            return line;
        }

        /**
         * Whether the vendor would let the process serve no further call after the last one, for example because the code
         * threw. Asked when a call is over; then the engine replaces the instance.
         */
        default boolean spent() {
            return false;
        }

        /** The process is gone or about to be killed; lets go of everything. */
        @Override
        void close();
    }

    /** The code can't become ready, and said why in the vendor's own words. */
    final class InitException extends Exception {
        private final transient Outcome.Failure failure;

        /** With the outcome that every waiting caller gets. */
        public InitException(Outcome.Failure failure) {
            super(failure.message());
            this.failure = failure;
        }

        /** The outcome that every waiting caller gets. */
        public Outcome.Failure failure() {
            return failure;
        }
    }

    /** The engine's address for the calls that instances make. */
    interface GatewayAddresses {
        /**
         * An address of its own for one instance: a call that comes in there belongs to the call that {@code serving}
         * names at that moment. Closing it frees the port.
         */
        Address open(Serving serving);

        /** The gateway's plain address, for contracts that serve several calls at once. */
        URI plain();

        /** One instance's address. */
        interface Address extends AutoCloseable {
            /** Without a path. */
            URI uri();

            @Override
            void close();
        }

        /** Which call the instance serves now. */
        @FunctionalInterface
        interface Serving {
            /** The call's context, or null when it serves none. */
            dev.weft.api.@Nullable CallContext now();
        }
    }

    /** How long a start may take before it counts as failed: what AWS allows, and generous elsewhere. */
    Duration INIT_MAX = Duration.ofSeconds(10);
}
