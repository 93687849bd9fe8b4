// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.account;

import dev.weft.api.CloudException;
import dev.weft.api.LogLine;
import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Open;
import dev.weft.api.spi.InvokeDialect;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One account of a vendor: puts functions there, takes them off, says what is there. Blocking, on virtual threads; safe for use
 * by many at once, one function by one at a time. Nothing is remembered here: the cloud is the truth. What talks to the cloud may
 * throw {@link CloudException}. Opening one sends nothing.
 */
public interface CloudAccount extends AutoCloseable {
    /** The Cloud document's name. */
    String cloud();

    /** How {@code function}'s code is packaged for this cloud, or what keeps it from running here: fields are the document's. Pure but for looking into the folder. */
    Packed pack(Function function, Path code);

    /** Either a packing or what is wrong. */
    sealed interface Packed {
        /** It can run here. */
        record As(Packing packing) implements Packed {}

        /** It can't; at least one mistake, worded for the user. */
        record Not(List<Mistake> mistakes) implements Packed {
            public Not {
                mistakes = List.copyOf(mistakes);
            }
        }
    }

    /** Every limit of the vendor that {@code wanted} breaks: names, memory steps, timeouts, sizes. Pure: nothing is asked. */
    List<Mistake> check(Wanted wanted, Packing packing);

    /** What {@code wanted} comes to in the vendor's words, for example memory to 256: what {@link Seen#settings} is compared with. Pure. */
    Map<String, String> settings(Wanted wanted, Packing packing);

    /** Every function there, Weft's and others', whole. */
    List<Seen> list();

    /** One function; null where there is none of that name. */
    @Nullable
    Seen find(String name);

    /**
     * Makes it so: creates, or changes code, settings and tags where they differ; returns once it can be called. Harmless when it
     * is so already, and after a crash between any two of its calls. Compares {@code before}'s revision where the cloud can.
     *
     * @param before what the plan was made on; null where there was nothing. Something else there now is a CloudException of kind
     *     INVALID that says so: somebody was faster
     */
    Seen apply(Wanted wanted, Packing packing, @Nullable Seen before, Progress progress);

    /** Writes Weft's tags on a function that is there and not Weft's yet; nothing else is changed. */
    Seen adopt(Seen seen, Ownership owner);

    /** Removes it and what was made with it; absent is fine. */
    void delete(Seen seen, Progress progress);

    /** How the gateway's calls are written for this cloud. */
    InvokeDialect dialect();

    /** What proves to {@code target} who we are, for calls; blocking, asked ahead of time and kept by the caller. */
    Grant grant(InvokeDialect.Target target);

    /**
     * Credentials and when to ask for new ones.
     *
     * @param expires null for those that stay
     */
    record Grant(
            InvokeDialect.Credentials credentials, @Nullable Instant expires) {
        /** For clouds that ask for nothing. */
        public static final Grant NONE = new Grant(InvokeDialect.Credentials.NONE, null);
    }

    /** What was found of credentials, reach and rights, in the order in which it was tried; never a secret. Never throws for what it examines. */
    List<Finding> examine(String application);

    /**
     * One thing that was examined.
     *
     * @param what for example "credentials" or "list functions"
     * @param said what was found, for example "access key AKIA… from profile shop" or the vendor's refusal
     * @param advice what the user can do; null where nothing is wrong
     */
    record Finding(
            String what,
            boolean works,
            String said,
            @Nullable String advice) {}

    /** The least rights that deploying and calling {@code wanted} need, as the vendor's own policy document or commands. Pure. */
    String permissions(List<Wanted> wanted);

    @Override
    default void close() {}

    /** Clouds that need not be told everything: what a document leaves to them by 0, they decide. */
    interface WithOpen {
        /** Which fields. */
        Set<Open> open();
    }

    /** Clouds whose logs can be read. */
    interface WithLogs {
        /** The newest {@code linesMax} lines not older than {@code since}, oldest first. */
        List<LogLine> logs(Seen seen, Instant since, int linesMax);

        /** Hands over new lines until {@code goOn} says no; asks the cloud every few seconds, each line once. */
        void follow(Seen seen, Consumer<LogLine> listener, BooleanSupplier goOn) throws InterruptedException;
    }

    /** Clouds that keep secrets in a store of their own, to which the function only refers: {@link Wanted#secrets} go there. */
    interface WithSecrets {
        /** What the vendor calls what holds them, for example "a Kubernetes Secret". */
        String store();
    }

    /** Clouds whose logs can't be read, and that say why. */
    interface WithoutLogs {
        /** For a person: where they are instead. */
        String whyNoLogs();
    }

    /** Clouds that keep published versions, so that going back needs no upload. */
    interface WithVersions {
        /** What can be gone back to, newest first. */
        List<Version> versions(Seen seen);

        /** Lets calls reach {@code version}. */
        Seen point(Seen seen, Version version, Progress progress);

        /**
         * A published version.
         *
         * @param code hash of its artifact as far as it is known; null where it is not
         * @param current whether calls reach it now
         */
        record Version(
                String name,
                @Nullable Instant published,
                @Nullable String code,
                boolean current) {}
    }

    /** Clouds that hand out what they run, so that a function can be taken over with its code. */
    interface WithCode {
        /** Puts the function's code as files into {@code folder}, unless it is an image, and says what its document needs besides. */
        Found download(Seen seen, Path folder);

        /**
         * What a document says of a function that was found.
         *
         * @param image what runs, where it is an image: it stays in its registry, and there are no files
         * @param secrets names of the values of {@code env} that are in the cloud's store for secrets
         * @param more what else the document's spec says, by its own names and in its own spelling, for example maxInstances; only
         *     what the cloud knows of
         */
        record Found(
                Function.Contract contract,
                @Nullable String image,
                @Nullable String runtime,
                @Nullable String handler,
                long memoryBytes,
                java.time.Duration timeout,
                Map<String, String> env,
                Set<String> secrets,
                Map<String, Object> more) {
            @Override
            public String toString() {
                return "Found[" + contract + ", env redacted]";
            }
        }
    }
}
