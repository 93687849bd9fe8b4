// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import dev.weft.api.CloudException;
import dev.weft.api.Sha256;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.FunctionCloud;
import dev.weft.api.spi.ImageFolders;
import dev.weft.api.spi.ImageFolders.ImageFolder;
import dev.weft.engine.box.Sweep;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Copies a function's code, so that a save in the editor changes nothing under a running instance. Each state of the code
 * has a folder of its own, kept while somebody runs it.
 */
final class Staging {
    static final int FILES_MAX = 50_000;
    static final long BYTES_MAX = 1L << 30;
    private static final int HASH_DIGITS = 16;

    private final Path root;
    private final ImageFolders images;
    private final int filesMax;
    private final long bytesMax;
    private final Map<Path, Integer> users = new HashMap<>();
    private int copies;

    Staging(Path root, ImageFolders images) {
        this(root, images, FILES_MAX, BYTES_MAX);
    }

    Staging(Path root, ImageFolders images, int filesMax, long bytesMax) {
        this.root = root;
        this.images = images;
        this.filesMax = filesMax;
        this.bytesMax = bytesMax;
    }

    /**
     * The code, counted as used once.
     *
     * @param folder a copy, or the root of {@code image}
     */
    record Staged(Path folder, String hash, @Nullable ImageFolder image) {}

    /** The image named {@code reference}: nothing is copied, for nothing in it changes. */
    Staged stage(FunctionCloud.Deployment deployment, String reference) {
        ImageFolder image = images.of(reference); // minutes, perhaps: others are staged meanwhile
        MessageDigest digest = Sha256.begin();
        describe(deployment, digest);
        Sha256.add(digest, image.digest());
        Staged staged = new Staged(image.root(), hash(digest), image);
        synchronized (this) {
            retain(staged);
            if (users.getOrDefault(image.root(), 0) > 1) {
                images.release(image); // it was taken before
            }
        }
        return staged;
    }

    private static String hash(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest()).substring(0, HASH_DIGITS);
    }

    /** Copies {@code deployment}'s code; the same content and configuration gives the same folder. */
    synchronized Staged stage(FunctionCloud.Deployment deployment) {
        String function = deployment.function().name();
        Path ofFunction = root.resolve(function);
        Path incoming = ofFunction.resolve("incoming-" + copies++);
        try {
            MessageDigest digest = Sha256.begin();
            describe(deployment, digest);
            Files.createDirectories(incoming);
            Path from = deployment.code().toRealPath();
            if (incoming.toRealPath().startsWith(from)) {
                throw new CloudException(
                        CloudException.Kind.INVALID,
                        function + ": code folder " + deployment.code() + " has Weft's own folder " + root
                                + " in it (WEFT_HOME); put one of them elsewhere",
                        null);
            }
            copy(function, from, incoming, digest);
            String hash = hash(digest);
            Path folder = ofFunction.resolve(hash);
            if (users.containsKey(folder)) {
                Sweep.delete(incoming);
            } else {
                Sweep.delete(folder);
                Files.move(incoming, folder, StandardCopyOption.ATOMIC_MOVE);
            }
            Staged staged = new Staged(folder, hash, null);
            retain(staged);
            return staged;
        } catch (IOException unreadable) {
            Sweep.delete(incoming);
            throw new CloudException(
                    CloudException.Kind.INVALID,
                    function + ": code folder " + deployment.code() + " can't be copied: " + unreadable,
                    unreadable);
        } catch (CloudException refused) {
            Sweep.delete(incoming);
            throw refused;
        }
    }

    /** A folder with all that is in it; a file, a jar, into a folder of its own. */
    private void copy(String function, Path from, Path incoming, MessageDigest digest) throws IOException {
        Path above = from.getParent();
        if (Files.isDirectory(from) || above == null) {
            Files.walkFileTree(from, new Copier(function, from, incoming, digest));
        } else {
            permit(incoming, "rwxr-xr-x");
            new Copier(function, above, incoming, digest)
                    .visitFile(from, Files.readAttributes(from, BasicFileAttributes.class));
        }
    }

    /** One more user of it. */
    synchronized void retain(Staged staged) {
        users.merge(staged.folder(), 1, Integer::sum);
    }

    /** One user fewer; without any a copy goes, and an image is let go. */
    synchronized void release(Staged staged) {
        if (users.merge(staged.folder(), -1, Integer::sum) > 0) {
            return;
        }
        users.remove(staged.folder());
        ImageFolder image = staged.image();
        if (image == null) {
            Sweep.delete(staged.folder());
        } else {
            images.release(image);
        }
    }

    /** What of the configuration an instance was started with; placement is the gateway's and changes nothing here. */
    private static void describe(FunctionCloud.Deployment deployment, MessageDigest digest) {
        Function.Spec spec = deployment.function().spec();
        Object[] parts = {
            spec.contract(),
            spec.runtime(),
            spec.handler(),
            spec.command(),
            spec.memory(),
            spec.timeout(),
            spec.concurrency(),
            spec.minInstances(),
            spec.maxInstances(),
            spec.idleTimeout(),
            spec.payload(),
            new TreeMap<>(deployment.env())
        };
        for (Object each : parts) {
            Sha256.add(digest, String.valueOf(each));
        }
    }

    private final class Copier extends SimpleFileVisitor<Path> {
        private final String function;
        private final Path from;
        private final Path to;
        private final MessageDigest digest;
        private int files;
        private long bytes;

        Copier(String function, Path from, Path to, MessageDigest digest) {
            this.function = function;
            this.from = from;
            this.to = to;
            this.digest = digest;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
            if (folder.getFileName() != null && folder.getFileName().toString().equals(".git")) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            Path copy = to.resolve(from.relativize(folder).toString());
            Files.createDirectories(copy);
            permit(copy, "rwxr-xr-x");
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            if (++files > filesMax) {
                throw refused("more than " + filesMax + " files");
            }
            Path name = from.relativize(file);
            if (attributes.isSymbolicLink()) {
                link(file, name);
            } else if (attributes.isRegularFile()) {
                copy(file, name);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE; // an editor's temporary file, gone again
            }
            throw failure;
        }

        private void link(Path file, Path name) throws IOException {
            Path target;
            try {
                target = file.toRealPath();
            } catch (NoSuchFileException dangling) {
                return; // for example an editor's lock; it leads nowhere
            }
            if (!target.startsWith(from)) {
                throw refused("link " + name + " leads out of the folder, to " + target);
            }
            Path relative = parent(file).toRealPath().relativize(target);
            Files.createSymbolicLink(to.resolve(name.toString()), relative);
            Sha256.add(digest, name.toString());
            Sha256.add(digest, "-> " + relative);
        }

        private Path parent(Path file) {
            Path parent = file.getParent();
            return parent == null ? from : parent;
        }

        private void copy(Path file, Path name) throws IOException {
            Path copy = to.resolve(name.toString());
            boolean runnable = Files.isExecutable(file);
            MessageDigest content = Sha256.begin();
            byte[] buffer = new byte[64 * 1024];
            try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
                    OutputStream out = Files.newOutputStream(copy)) {
                int read = in.read(buffer);
                while (read >= 0) {
                    bytes += read;
                    if (bytes > bytesMax) {
                        throw refused("more than " + bytesMax + " bytes");
                    }
                    content.update(buffer, 0, read);
                    out.write(buffer, 0, read);
                    read = in.read(buffer);
                }
            } catch (NoSuchFileException gone) {
                return;
            }
            permit(copy, runnable ? "rwxr-xr-x" : "rw-r--r--");
            Sha256.add(digest, name.toString());
            Sha256.add(digest, runnable ? "x" : "-");
            digest.update(content.digest());
        }

        private CloudException refused(String why) {
            return new CloudException(
                    CloudException.Kind.INVALID, function + ": code folder " + from + ": " + why, null);
        }
    }

    private static void permit(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }
}
