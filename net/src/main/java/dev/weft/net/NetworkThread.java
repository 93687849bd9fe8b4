// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * A thread in a network namespace of its own. Source: Linux man pages unshare(2), network_namespaces(7), netdevice(7).
 * The thread lives as long as Weft does: the namespace is its, and processes started by it die when it ends.
 */
final class NetworkThread {
    private static final int CLONE_NEWNET = 0x40000000;
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM = 2;
    private static final long SIOCSIFFLAGS = 0x8914;
    private static final int IFREQ_BYTES = 40;
    private static final int IFREQ_FLAGS_AT = 16;
    private static final short IFF_UP = 1;

    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("weft-network").daemon(true).factory());
    private final Path path;

    private NetworkThread() throws IOException {
        path = run(() -> {
            enter();
            return Path.of(
                    "/proc/self/task",
                    Path.of("/proc/thread-self").toRealPath().getFileName().toString());
        });
    }

    /** Makes the namespace and brings its loopback up. */
    static NetworkThread start() throws IOException {
        return new NetworkThread();
    }

    /** The namespace's name, for other programs. */
    Path path() {
        Path task = path.getFileName();
        return Path.of("/proc", Long.toString(ProcessHandle.current().pid()), "task", String.valueOf(task), "ns/net");
    }

    <T> T get(Supplier<T> task) {
        try {
            return run(task::get);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    <T> T run(Callable<T> task) throws IOException {
        Future<T> done = thread.submit(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return done.get();
                } catch (InterruptedException later) {
                    // tasks are short, and one left behind would leak what it made
                    interrupted = true;
                }
            }
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            if (cause instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw cause instanceof IOException known ? known : new IOException(cause);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    void end() {
        thread.shutdownNow();
    }

    @SuppressWarnings("restricted") // three system calls that the JDK has no words for
    private static void enter() throws IOException {
        Linker linker = Linker.nativeLinker();
        try (Arena arena = Arena.ofConfined()) {
            check("unshare", (int)
                    function(linker, "unshare", ValueLayout.JAVA_INT).invoke(CLONE_NEWNET));
            int socket =
                    (int) function(linker, "socket", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)
                            .invoke(AF_INET, SOCK_DGRAM, 0);
            check("socket", socket);
            MemorySegment request = arena.allocate(IFREQ_BYTES);
            request.setString(0, "lo");
            request.set(ValueLayout.JAVA_SHORT, IFREQ_FLAGS_AT, IFF_UP);
            MethodHandle ioctl = linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("ioctl"),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
                    Linker.Option.firstVariadicArg(2));
            int raised = (int) ioctl.invoke(socket, SIOCSIFFLAGS, request);
            function(linker, "close", ValueLayout.JAVA_INT).invoke(socket);
            check("loopback", raised);
        } catch (IOException | RuntimeException | Error failed) {
            throw failed;
        } catch (Throwable failed) {
            throw new IOException(failed);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle function(Linker linker, String name, ValueLayout... parameters) {
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters));
    }

    private static void check(String what, int result) throws IOException {
        if (result < 0) {
            throw new IOException(what + " was refused");
        }
    }
}
