// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.spi;

import dev.weft.api.CallContext;
import dev.weft.api.Mistake;
import dev.weft.api.Outcome;
import dev.weft.api.resource.Function;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How the engine starts one vendor's code with that vendor's runtime interface and hands it calls. The engine owns
 * processes, sandbox, logs and limits; the host owns the protocol. Safe for use by many threads.
 */
public interface ContractHost extends AutoCloseable {
    /** The contract it hosts. */
    Function.Contract contract();

    /** Whether one instance serves one call at a time; else {@code spec.concurrency} of them. */
    boolean oneCallAtATime();

    /**
     * What in {@code function} this host could not run here, for example a runtime it does not know or a program that
     * is not installed. May look at the machine.
     *
     * @param code the function's folder
     */
    List<Mistake> check(Function function, Path code);

    /** Prepares one instance; its process is started next. Blocking. */
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
     * @param files makes a host's own file readable for the process
     */
    record Setup(Function function, String instance, StandInCloud cloud, Path code, Files files) {}

    /**
     * The cloud that an instance plays a part of.
     *
     * @param region the cloud's region, or a fixed word where it has none
     */
    record StandInCloud(String name, String region) {}

    /** Makes host files visible inside. */
    @FunctionalInterface
    interface Files {
        /** The path at which the process reads {@code file}, read-only. */
        Path share(Path file);
    }

    /**
     * How the process is started.
     *
     * @param command program and arguments; the program is a name on the PATH or an absolute path
     * @param env variables of the contract; the function's own are added by the engine, and win except over {@code reserved}
     * @param reserved names a function may not set itself under this contract
     */
    record Launch(List<String> command, Map<String, String> env, List<String> reserved) {
        public Launch {
            command = List.copyOf(command);
            env = Map.copyOf(env);
            reserved = List.copyOf(reserved);
        }

        /** Without the environment, which may hold secrets. */
        @Override
        public String toString() {
            return "Launch" + command;
        }
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
            dev.weft.api.@org.jspecify.annotations.Nullable CallContext now();
        }
    }

    /** How long a start may take before it counts as failed: what AWS allows, and generous elsewhere. */
    Duration INIT_MAX = Duration.ofSeconds(10);
}
