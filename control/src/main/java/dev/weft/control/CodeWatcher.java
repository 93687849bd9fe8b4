// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import dev.weft.api.resource.Durations;
import dev.weft.control.code.CodeFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells when the code of functions, or documents, were changed: once things have been quiet for a moment, on a virtual
 * thread of its own, one telling at a time. It may tell of a change that changed nothing. Safe for use by many threads.
 */
public final class CodeWatcher implements AutoCloseable {
    /** Folders that are watched; changes in further ones go unnoticed, which is logged. */
    static final int FOLDERS_MAX = 10_000;

    private static final Logger LOG = System.getLogger("dev.weft.control");
    private static final Duration QUIET = Duration.ofMillis(150);
    /** Something that never stops writing must not keep changes back for ever. */
    private static final Duration WAIT_MAX = Duration.ofSeconds(2);

    private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

    private final WatchService service;
    private final Consumer<Changes> listener;
    private final Thread thread;
    private final Map<WatchKey, Path> folders = new HashMap<>();
    private Targets targets = new Targets(Map.of(), Set.of());
    private boolean full;

    /** What was changed. */
    public record Changes(Set<String> functions, Set<Path> documents) {
        public Changes {
            functions = Set.copyOf(functions);
            documents = Set.copyOf(documents);
        }
    }

    private record Targets(Map<String, Path> code, Set<Path> documents) {}

    private CodeWatcher(WatchService service, Consumer<Changes> listener) {
        this.service = service;
        this.listener = listener;
        this.thread = Thread.ofVirtual().name("code-watcher").unstarted(this::run);
    }

    /**
     * Begins to watch; every change after this returns is told.
     *
     * @param code absolute folder by function
     * @param documents absolute files; other YAML files beside them are told of too
     */
    public static CodeWatcher open(Map<String, Path> code, Set<Path> documents, Consumer<Changes> listener) {
        try {
            CodeWatcher watcher = new CodeWatcher(FileSystems.getDefault().newWatchService(), listener);
            watcher.retarget(code, documents);
            watcher.thread.start();
            return watcher;
        } catch (IOException noWatch) {
            throw new UncheckedIOException("files cannot be watched here", noWatch);
        }
    }

    /** Watches these from now on, instead of what was watched before. The listener may call it. */
    public synchronized void retarget(Map<String, Path> code, Set<Path> documents) {
        targets = new Targets(Map.copyOf(code), Set.copyOf(documents));
        Map<WatchKey, Path> before = new HashMap<>(folders);
        folders.clear();
        full = false;
        registerAll();
        before.keySet().stream().filter(key -> !folders.containsKey(key)).forEach(WatchKey::cancel);
    }

    @Override
    public void close() {
        try {
            service.close();
        } catch (IOException alreadyGone) {
            LOG.log(Level.DEBUG, "the watch could not be closed", alreadyGone);
        }
        if (Thread.currentThread().equals(thread)) {
            return;
        }
        thread.interrupt();
        try {
            if (!thread.join(CLOSE_MAX)) {
                LOG.log(Level.WARNING, "the listener for changed code did not end in {0}", Durations.text(CLOSE_MAX));
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (true) {
                tell(gather(service.take()));
            }
        } catch (InterruptedException | ClosedWatchServiceException closed) {
            LOG.log(Level.DEBUG, "no longer watching code");
        }
    }

    /** All that happens from the first event on until it has been quiet. */
    private Changes gather(WatchKey first) throws InterruptedException {
        Set<String> functions = new HashSet<>();
        Set<Path> documents = new HashSet<>();
        long end = System.nanoTime() + WAIT_MAX.toNanos();
        WatchKey key = first;
        while (key != null) {
            take(key, functions, documents);
            long rest = Math.min(QUIET.toNanos(), end - System.nanoTime());
            key = rest <= 0 ? null : service.poll(rest, TimeUnit.NANOSECONDS);
        }
        return new Changes(functions, documents);
    }

    private void tell(Changes changes) {
        if (changes.functions().isEmpty() && changes.documents().isEmpty()) {
            return;
        }
        try {
            listener.accept(changes);
        } catch (RuntimeException failed) { // the next change must be told all the same
            LOG.log(Level.ERROR, "a change of code could not be handled", failed);
        }
    }

    private synchronized void take(WatchKey key, Set<String> functions, Set<Path> documents) {
        Path folder = folders.get(key);
        for (WatchEvent<?> event : key.pollEvents()) {
            if (event.kind().equals(StandardWatchEventKinds.OVERFLOW)) {
                functions.addAll(targets.code().keySet());
                documents.addAll(targets.documents());
                registerAll();
            } else if (folder != null && event.context() instanceof Path name) {
                changed(folder.resolve(name), event.kind(), functions, documents);
            }
        }
        if (!key.reset()) {
            folders.remove(key);
        }
    }

    private void changed(Path path, WatchEvent.Kind<?> kind, Set<String> functions, Set<Path> documents) {
        boolean inCode = false;
        for (Map.Entry<String, Path> each : targets.code().entrySet()) {
            if (isCode(path, each.getValue())) {
                functions.add(each.getKey());
                inCode = true;
            }
        }
        boolean created = kind.equals(StandardWatchEventKinds.ENTRY_CREATE);
        if (inCode && created && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            registerTree(path);
        }
        boolean beside = targets.documents().stream()
                .anyMatch(document -> Objects.equals(document.getParent(), path.getParent()));
        if (targets.documents().contains(path) || (beside && DocumentReader.isDocument(path))) {
            documents.add(path);
        }
    }

    private static boolean isCode(Path path, Path root) {
        if (!path.startsWith(root)) {
            return false;
        }
        for (Path part : root.relativize(path)) {
            if (CodeFolder.ignored(part)) {
                return false;
            }
        }
        return true;
    }

    private void registerAll() {
        for (Path root : targets.code().values()) {
            registerTree(root);
            register(root.getParent()); // tells when the folder itself is replaced
        }
        targets.documents().forEach(document -> register(document.getParent()));
    }

    /** Each folder before it is listed: what is made in it meanwhile is then either listed or told. */
    private void registerTree(Path root) {
        register(root);
        List<Path> inside;
        try (Stream<Path> all = Files.list(root)) {
            inside = all.filter(each -> Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS))
                    .filter(each -> !CodeFolder.ignored(each))
                    .toList();
        } catch (IOException | UncheckedIOException gone) {
            LOG.log(Level.DEBUG, "the folder {0} cannot be watched: {1}", root, gone.getMessage());
            return;
        }
        inside.forEach(this::registerTree);
    }

    private void register(@Nullable Path folder) {
        if (folder == null || full) {
            return;
        }
        if (folders.size() >= FOLDERS_MAX) {
            full = true;
            LOG.log(Level.WARNING, "only {0} folders are watched: changes in others go unnoticed", FOLDERS_MAX);
            return;
        }
        try {
            WatchKey key = folder.register(
                    service,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
            folders.put(key, folder);
        } catch (IOException notWatched) {
            if (Files.isDirectory(folder)) { // else it vanished again, as temporary folders do
                LOG.log(Level.WARNING, "the folder {0} is not watched: {1}", folder, notWatched.getMessage());
            }
        }
    }
}
