// SPDX-License-Identifier: Apache-2.0
package dev.weft.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder that becomes an image's root. Names in an image are somebody else's: each is walked from here part by part, a link on
 * the way is followed as it would be inside, and nothing leads out. Nobody else may write to it meanwhile.
 */
final class RootFolder {
    /** Followed on the way to one name. */
    static final int LINKS_MAX = 40;

    static final String FOLDER_MODE = "rwxr-xr-x";

    /** What a sandbox is mounted upon. */
    private static final List<String> FOLDERS = List.of("proc", "dev", "tmp", "run/weft");

    private static final List<String> FILES = List.of("passwd", "hosts", "resolv.conf");

    private final Path root;

    RootFolder(Path root) {
        this.root = root;
    }

    Path path() {
        return root;
    }

    /** The parts of {@code name}, which may begin with a slash; none for the root itself. */
    static List<String> parts(String name) {
        List<String> parts = new ArrayList<>();
        for (String each : name.split("/", -1)) {
            if (each.equals("..") || each.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("has the name '" + shown(name) + "', which leads out of its folder");
            }
            if (!each.isEmpty() && !each.equals(".")) {
                parts.add(each);
            }
        }
        return parts;
    }

    /** The folder that {@code parts} lead to; made where there is none. A real one inside, never a link. */
    Path folder(List<String> parts) throws IOException {
        Deque<String> left = new ArrayDeque<>(parts);
        Path at = root;
        int links = 0;
        while (!left.isEmpty()) {
            String part = left.pop();
            Path next = at.resolve(part);
            if (part.equals("..")) {
                at = above(at);
            } else if (Files.isSymbolicLink(next)) {
                if (++links > LINKS_MAX) {
                    throw new IllegalArgumentException("has more than " + LINKS_MAX + " links on the way to '"
                            + shown(String.join("/", parts)) + "'");
                }
                Path target = Files.readSymbolicLink(next);
                at = target.isAbsolute() ? root : at;
                for (int i = target.getNameCount() - 1; i >= 0; i--) {
                    left.push(target.getName(i).toString());
                }
            } else if (Files.isDirectory(next, LinkOption.NOFOLLOW_LINKS)) {
                at = next;
            } else if (Files.exists(next, LinkOption.NOFOLLOW_LINKS)) {
                throw new IllegalArgumentException("has '" + shown(String.join("/", parts)) + "' in a file");
            } else if (!part.isEmpty() && !part.equals(".")) {
                at = made(next);
            }
        }
        return at;
    }

    private Path above(Path folder) {
        Path parent = folder.getParent();
        return folder.equals(root) || parent == null ? root : parent;
    }

    private static Path made(Path folder) throws IOException {
        Files.createDirectory(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(FOLDER_MODE));
        return folder;
    }

    /** Removes {@code path} and what is in it, but for what is {@code kept} and the folders that lead there. Links are not followed. */
    static void remove(Path path, Set<Path> kept) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            boolean empty = true;
            List<Path> inside;
            try (Stream<Path> all = Files.list(path)) {
                inside = all.toList();
            }
            for (Path each : inside) {
                remove(each, kept);
                empty &= !Files.exists(each, LinkOption.NOFOLLOW_LINKS);
            }
            if (empty && !kept.contains(path)) {
                Files.delete(path);
            }
        } else if (!kept.contains(path)) {
            Files.deleteIfExists(path);
        }
    }

    /** Makes what a sandbox is mounted upon, and the folder that the image's command is started in. */
    void complete(String workingFolder) throws IOException {
        for (String each : FOLDERS) {
            real(each);
        }
        Path etc = real("etc");
        for (String each : FILES) {
            Path file = etc.resolve(each);
            if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new IllegalArgumentException("has a folder /etc/" + each + ", where a file is needed");
            }
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                Files.deleteIfExists(file);
                Files.createFile(file);
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            }
        }
        Path _ = folder(parts(workingFolder));
    }

    /** A sandbox mounts by name, before anything is where it will be: a link would lead it elsewhere. */
    private Path real(String name) throws IOException {
        Path at = root;
        for (String part : parts(name)) {
            at = at.resolve(part);
            if (!Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
                at = made(at);
            } else if (!Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
                throw new IllegalArgumentException("has /" + root.relativize(at)
                        + " as a link or a file, where its sandbox needs a folder: make it one");
            }
        }
        return at;
    }

    /** A name of somebody else's, for a sentence. */
    static String shown(String name) {
        String plain = name.replaceAll("\\p{Cntrl}", "?");
        return plain.length() <= 200 ? plain : plain.substring(0, 200) + "…";
    }
}
