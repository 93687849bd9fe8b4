// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facade;

import dev.weft.api.Mistake;
import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Functions.Edit;
import dev.weft.api.facade.Functions.Edited;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Versions;
import dev.weft.api.resource.Metadata;
import dev.weft.control.Application;
import dev.weft.control.Done;
import dev.weft.control.Step;
import dev.weft.control.upload.UploadFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Functions that vendors' clients put: documents and zip files beside those of the user, read and deployed together with them. A
 * change is written, read, deployed, and taken back where one of these does not work; one at a time.
 */
public final class Uploads implements AutoCloseable {
    /** Functions that are kept. */
    public static final int FUNCTIONS_MAX = 500;

    /** Bytes of all their zip files. */
    public static final long BYTES_MAX = 4L << 30;

    /** Changes that wait for one that is under way. */
    public static final int WAITING_MAX = 32;

    /** What {@code weft serve} says. */
    static final String NOWHERE = "this Weft (weft serve) calls functions on their clouds and changes none: put the"
            + " function's document beside the others and run weft apply, or send it to a weft up";

    /** How long a Weft before may take to end its changes: it has 10 s for its calls. */
    private static final Duration PREDECESSOR_MAX = Duration.ofSeconds(40);

    /** Mistakes that a client is told of. */
    private static final int MISTAKES_MAX = 10;

    private final UploadFolder folder;
    private final int functionsMax;
    private final long bytesMax;
    private final ExecutorService one = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_MAX),
            Thread.ofVirtual().name("uploads").factory());
    private final Staging staging;
    private final UploadLock lock;
    private volatile @Nullable Running running;
    private volatile boolean handedOver;

    /** Kept in {@code folder}. */
    public Uploads(Path folder) {
        this(folder, FUNCTIONS_MAX, BYTES_MAX);
    }

    /** The same with other limits. */
    Uploads(Path folder, int functionsMax, long bytesMax) {
        this.folder = new UploadFolder(folder);
        this.staging = new Staging(folder.resolveSibling(folder.getFileName() + ".staged"), InstantSource.system());
        this.lock = new UploadLock(folder.resolveSibling(folder.getFileName() + ".lock"));
        this.functionsMax = functionsMax;
        this.bytesMax = bytesMax;
    }

    /** The Weft that they run on. */
    public interface Running {
        /** What is served. */
        Application served();

        /** Reads all documents anew and puts them on the clouds. */
        Turned turn() throws InterruptedException;

        /** Why it can't run what strangers bring; empty where it can. */
        String unable();
    }

    /**
     * What came of {@link Running#turn}.
     *
     * @param mistakes of documents: then nothing was changed
     * @param done null where there are mistakes
     */
    public record Turned(List<Mistake> mistakes, @Nullable Done done) {}

    /** From now on functions can be put. */
    public void begin(Running weft) {
        one.execute(lock.taking(Duration.ZERO, () -> {
            folder.sweep();
            staging.clear();
        }));
        running = weft;
    }

    /** The same after a Weft whose place this one takes: once that has ended its changes, they are read; others wait for it. */
    public void follow(Running weft) {
        running = weft;
        one.execute(lock.taking(PREDECESSOR_MAX, () -> {
            folder.sweep();
            Turned ignored = weft.turn();
        }));
    }

    /** Another Weft takes this one's place: what is under way ends here, what waits for its function to be made is its. */
    public void handOver() {
        handedOver = true;
    }

    /** Documents to read beside the user's own. */
    public List<Path> documents() {
        return folder.documents();
    }

    /** The one that is told so where all namespaces are; null where there is none. */
    UploadFolder.@Nullable Kept find(String name) {
        return UploadFolder.valid(name) ? folder.find(name) : null;
    }

    /** A function by its name in its namespace, as its clients know it. */
    private record Named(String namespace, String name) {
        /** What it is told by where all namespaces are. */
        String qualified() {
            return Metadata.qualified(namespace, name);
        }

        /** Whether that one's namespace is this. */
        boolean beside(UploadFolder.Kept kept) {
            return kept.name().equals(new Named(namespace, kept.draft().name()).qualified());
        }
    }

    /** See {@link Functions#put}. */
    Changed put(String namespace, String name, Edit edit, Supplier<Functions.@Nullable Served> after)
            throws InterruptedException {
        Named who = new Named(namespace, name);
        return waited(() -> {
            Running weft = running;
            Changed.Refused unable = unable(who, weft);
            if (weft == null || unable != null) {
                return unable;
            }
            UploadFolder.Kept kept = find(who.qualified());
            Draft before = kept == null ? null : kept.draft();
            String of = before == null ? null : before.annotations().get(Draft.VERSION_OF);
            if (of != null) {
                return refused(
                        Changed.Reason.WRONG,
                        "function " + name + " is a version of " + of + ": it stays as it is; change " + of);
            }
            return switch (edit.of(before)) {
                case Edited.Leave(var answer) -> new Changed.Left(answer);
                case Edited.Put wanted -> {
                    Edited.Put put = Versions.settled(before, wanted);
                    Changed.Refused full = full(kept, put);
                    yield full != null ? full : settle(who, written(who, put, weft), weft, after);
                }
            };
        });
    }

    /** See {@link Functions#delete}. */
    Changed delete(String namespace, String name, Supplier<Functions.@Nullable Served> before)
            throws InterruptedException {
        Named who = new Named(namespace, name);
        return waited(() -> {
            Running weft = running;
            Changed.Refused unable = unable(who, weft);
            if (weft == null || unable != null) {
                return unable;
            }
            Functions.Served was = before.get();
            return find(who.qualified()) == null || was == null
                    ? refused(Changed.Reason.ABSENT, "there is no function " + name)
                    : settle(who, removed(who), weft, () -> was);
        });
    }

    private UploadFolder.Change removed(Named who) {
        List<UploadFolder.Change> changes = new ArrayList<>();
        for (UploadFolder.Kept each : versions(who)) {
            changes.add(folder.remove(each.name()));
        }
        changes.add(folder.remove(who.qualified()));
        return UploadFolder.Change.all(changes);
    }

    private List<UploadFolder.Kept> versions(Named of) {
        return folder.all().stream()
                .filter(of::beside)
                .filter(each -> of.name().equals(each.draft().annotations().get(Draft.VERSION_OF)))
                .toList();
    }

    /** Code whose function its client has not named yet. */
    Staging staging() {
        return staging;
    }

    /** Why nothing is taken from clients; null where it is. */
    Changed.@Nullable Refused unable() {
        return unable(running);
    }

    private static Changed.@Nullable Refused unable(@Nullable Running weft) {
        if (weft == null) {
            return refused(Changed.Reason.UNABLE, NOWHERE);
        }
        String why = weft.unable();
        return why.isEmpty() ? null : refused(Changed.Reason.UNABLE, why);
    }

    private Changed.@Nullable Refused unable(Named who, @Nullable Running weft)
            throws IOException, InterruptedException {
        String name = who.name();
        Changed.Refused all = unable(weft);
        if (weft == null || all != null) {
            return all;
        }
        if (!lock.take(Duration.ZERO)) {
            return refused(Changed.Reason.BUSY, "another Weft with the same documents changes these functions");
        }
        if (!Names.valid(name)) {
            return refused(
                    Changed.Reason.WRONG,
                    "name '" + name + "' must be a DNS label: lower-case letters, digits and '-', at most 63");
        }
        return find(who.qualified()) == null && weft.served().function(who.qualified()) != null
                ? refused(
                        Changed.Reason.DECLARED,
                        "function " + name + " stands in this Weft's documents; change it there")
                : null;
    }

    private UploadFolder.Change written(Named who, Edited.Put put, Running weft) throws IOException {
        String namespace = who.namespace();
        Draft draft = put.draft();
        List<UploadFolder.Change> changes = new ArrayList<>();
        try {
            changes.add(folder.put(draft, UploadPlacement.of(draft, weft.served()), namespace, put.zip()));
            UploadFolder.Kept kept = Objects.requireNonNull(find(Metadata.qualified(namespace, draft.name())));
            for (Draft each : put.versions()) {
                byte[] code = kept.zip() == null ? null : Files.readAllBytes(kept.zip());
                changes.add(folder.put(each, UploadPlacement.of(each, weft.served()), namespace, code));
            }
            return UploadFolder.Change.all(changes);
        } catch (IOException | RuntimeException full) {
            UploadFolder.Change.all(changes).undo();
            throw full;
        }
    }

    private Changed.@Nullable Refused full(UploadFolder.@Nullable Kept kept, Edited.Put put) {
        byte[] zip = put.zip();
        long code = zip != null ? zip.length : kept == null ? 0 : kept.bytes();
        long bytes = (zip == null ? 0 : code) + code * put.versions().size();
        int more = (kept == null ? 1 : 0) + put.versions().size();
        if (more > 0 && folder.documents().size() + more > functionsMax) {
            return refused(
                    Changed.Reason.FULL, "there are " + functionsMax + " functions from clients; delete one first");
        }
        return bytes > 0 && folder.bytes() + bytes > bytesMax
                ? refused(
                        Changed.Reason.FULL,
                        "code from clients would have more than " + bytesMax + " bytes; delete a function first")
                : null;
    }

    private Changed settle(
            Named who, UploadFolder.Change change, Running weft, Supplier<Functions.@Nullable Served> now)
            throws InterruptedException {
        boolean kept = false;
        try {
            Turned turned = weft.turn();
            Changed.Refused wrong = wrong(who, turned);
            if (wrong != null) {
                return wrong;
            }
            Functions.Served served = now.get();
            if (served == null) {
                return refused(
                        Changed.Reason.FAILED, "function " + who.name() + " was changed by somebody else meanwhile");
            }
            kept = true;
            return new Changed.Done(served);
        } finally {
            if (kept) {
                change.over();
            } else {
                change.undo();
                Turned ignored = weft.turn();
            }
        }
    }

    private Changed.@Nullable Refused wrong(Named who, Turned turned) {
        if (!turned.mistakes().isEmpty()) {
            List<Mistake> its = turned.mistakes().stream()
                    .filter(each -> each.position() != null
                            && folder.isOf(
                                    who.qualified(), Path.of(each.position().file())))
                    .toList();
            return its.isEmpty()
                    ? refused(
                            Changed.Reason.FAILED,
                            "with this change, or already, this Weft's own documents have mistakes"
                                    + others(who, turned.mistakes()))
                    : refused(Changed.Reason.WRONG, said(its));
        }
        Done done = turned.done();
        return done == null
                ? null
                : done.failures().stream()
                        .filter(each -> each.step().function().equals(who.qualified()))
                        .findFirst()
                        .map(each -> refused(
                                Changed.Reason.FAILED, "on cloud " + each.step().cloud() + ": " + why(each)))
                        .orElse(null);
    }

    /** What other documents say is told only to who is at home where the user is. */
    private static String others(Named who, List<Mistake> mistakes) {
        return who.namespace().equals(Metadata.DEFAULT_NAMESPACE) ? ": " + said(mistakes) : "";
    }

    /** Without the files, which are no business of clients. */
    private static String said(List<Mistake> mistakes) {
        return mistakes.stream()
                .limit(MISTAKES_MAX)
                .map(each ->
                        Mistake.at(each.field(), each.value(), each.message()).toString())
                .collect(Collectors.joining("; "));
    }

    private static String why(Step.Result result) {
        RuntimeException failure = result.failure();
        return failure == null ? "" : String.valueOf(failure.getMessage());
    }

    private static Changed.Refused refused(Changed.Reason reason, String message) {
        return new Changed.Refused(reason, message);
    }

    /** What is begun is ended, whether somebody waits for it or not. */
    private Changed waited(Callable<@Nullable Changed> change) throws InterruptedException {
        try {
            Future<@Nullable Changed> coming = one.submit(change);
            return Objects.requireNonNull(coming.get());
        } catch (RejectedExecutionException full) {
            return refused(Changed.Reason.BUSY, WAITING_MAX + " changes wait already; come back");
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof UncheckedIOException || failed.getCause() instanceof IOException) {
                // where it is kept is no business of clients
                System.getLogger("dev.weft.app")
                        .log(System.Logger.Level.ERROR, "a client's function can't be kept", failed.getCause());
                return refused(Changed.Reason.FAILED, "it can't be kept on this machine; Weft's log has the reason");
            }
            throw new IllegalStateException("a function could not be changed", failed.getCause());
        }
    }

    /** Ends what is under way first. */
    @Override
    public void close() {
        lock.giveUp();
        one.close();
        lock.close();
        if (!handedOver) {
            staging.clear();
        }
    }
}
