// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whether a process, or one below it, is the one that listens on a port. All instances share a network, so that somebody
 * listens is no proof that it is this one. Asks Linux; where that does not answer, nobody does.
 */
final class ListeningProcess {
    private static final String LISTENING = "0A";

    private ListeningProcess() {}

    /**
     * Asks for the process that {@code folder} belongs to.
     *
     * @param folder an instance's own folder as Weft sees it, {@code /proc/<process>/root/…}
     */
    static boolean owns(Path folder, int port) {
        if (folder.getNameCount() < 2 || !folder.startsWith("/proc")) {
            return false;
        }
        try {
            return owns(Long.parseLong(folder.getName(1).toString()), port);
        } catch (NumberFormatException noProcess) {
            return false;
        }
    }

    /** Asks for process {@code pid} and everything below it. */
    static boolean owns(long pid, int port) {
        Set<String> sockets = listening(Path.of("/proc", Long.toString(pid), "net"), port);
        if (sockets.isEmpty()) {
            return false;
        }
        return ProcessHandle.of(pid).stream()
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .anyMatch(process -> holds(process.pid(), sockets));
    }

    /** The sockets that listen on {@code port}, as links to them read. */
    private static Set<String> listening(Path net, int port) {
        Set<String> sockets = new HashSet<>();
        String suffix = ":" + String.format(Locale.ROOT, "%04X", port);
        for (String table : List.of("tcp", "tcp6")) {
            lines(net.resolve(table)).stream()
                    .skip(1)
                    .map(line -> line.strip().split("\\s+"))
                    .filter(field -> field.length > 9 && field[1].endsWith(suffix) && field[3].equals(LISTENING))
                    .forEach(field -> sockets.add("socket:[" + field[9] + "]"));
        }
        return sockets;
    }

    /** None where this kernel has no such table, or the process is gone: then nobody listens in it. */
    private static List<String> lines(Path table) {
        try {
            return Files.readAllLines(table);
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    private static boolean holds(long pid, Set<String> sockets) {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return open.anyMatch(each -> {
                try {
                    return sockets.contains(Files.readSymbolicLink(each).toString());
                } catch (IOException closed) {
                    return false;
                }
            });
        } catch (IOException | java.io.UncheckedIOException gone) {
            return false;
        }
    }
}
