// SPDX-License-Identifier: Apache-2.0
package dev.weft.images;

import dev.weft.api.spi.ImageFolders.ImageFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Unpacked images in a folder, each by its digest, whole or not at all; several Wefts may share it. One that nobody uses is removed
 * when there are too many.
 */
final class ImageShelf {
    private static final String DIGEST = "sha256:[0-9a-f]{64}";
    private static final String IMAGE = "sha256-";
    private static final String LIST = "list-";
    private static final String INCOMING = "incoming-";
    private static final String ROOT = "root";
    private static final String CONFIGURATION = "config.json";
    private static final AtomicLong NUMBER = new AtomicLong();
    private static final System.Logger LOG = System.getLogger("dev.weft.images");

    private final Path folder;
    private final int imagesMax;
    private final InstantSource clock;
    private final ImageLocks locks;

    ImageShelf(Path folder, int imagesMax, InstantSource clock) {
        this.folder = folder;
        this.imagesMax = imagesMax;
        this.clock = clock;
        try {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(RootFolder.FOLDER_MODE));
            this.locks = ImageLocks.in(folder);
            // what a Weft left that died while it unpacked
            for (Path each : named(INCOMING)) {
                remove(each);
            }
        } catch (IOException unwritable) {
            throw new UncheckedIOException("images can't be kept in " + folder, unwritable);
        }
    }

    /** The image of {@code digest}, or of the list with that digest, with one user more; null if it is not there. */
    @Nullable
    ImageFolder find(String digest) throws IOException {
        String own = digest;
        Path list = folder.resolve(named(LIST, digest));
        if (Files.isRegularFile(list)) {
            own = Files.readString(list).strip();
        }
        if (!own.matches(DIGEST)) {
            return null;
        }
        String name = named(IMAGE, own);
        locks.hold(name);
        boolean found = false;
        try {
            Path configuration = folder.resolve(name).resolve(CONFIGURATION);
            if (!Files.isRegularFile(configuration)) {
                return null;
            }
            ImageConfiguration said = ImageConfiguration.of(Files.readAllBytes(configuration));
            Files.setLastModifiedTime(configuration, FileTime.from(clock.instant()));
            found = true;
            return new ImageFolder(
                    folder.resolve(name).resolve(ROOT), own, said.command(), said.env(), Path.of(said.workingFolder()));
        } finally {
            if (!found) {
                locks.letGo(name);
            }
        }
    }

    void release(ImageFolder image) throws IOException {
        locks.letGo(named(IMAGE, image.digest()));
    }

    /** Fills {@code root}, and says what the image's configuration is. */
    interface Filling {
        byte[] into(RootFolder root, Path scratch) throws IOException;
    }

    /**
     * Puts an image there, with one user.
     *
     * @param list digest of the list that it was found by; its own where there was none
     */
    ImageFolder put(String digest, String list, Filling filling) throws IOException {
        String name = named(IMAGE, digest);
        Path incoming = incoming();
        String held = incoming.getFileName().toString();
        locks.hold(name);
        locks.hold(held);
        try {
            Path root = Files.createDirectories(incoming.resolve(ROOT));
            Files.setPosixFilePermissions(incoming, PosixFilePermissions.fromString(RootFolder.FOLDER_MODE));
            Files.setPosixFilePermissions(root, PosixFilePermissions.fromString(RootFolder.FOLDER_MODE));
            Path scratch = Files.createDirectories(incoming.resolve("packed"));
            byte[] configuration = filling.into(new RootFolder(root), scratch);
            Files.write(incoming.resolve(CONFIGURATION), configuration);
            if (!list.equals(digest)) {
                // one that leads nowhere is as good as none
                Files.move(
                        Files.writeString(scratch.resolve("list"), digest),
                        folder.resolve(named(LIST, list)),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            }
            RootFolder.remove(scratch, Set.of());
            move(incoming, folder.resolve(name));
            ImageFolder there = find(digest);
            if (there == null) {
                throw new IOException("image " + digest + " was removed from " + folder + " while it was put there");
            }
            return there;
        } finally {
            RootFolder.remove(incoming, Set.of());
            locks.letGo(held);
            locks.letGo(name);
        }
    }

    private Path incoming() {
        return folder.resolve(INCOMING + ProcessHandle.current().pid() + '-' + NUMBER.incrementAndGet());
    }

    private static void move(Path incoming, Path image) throws IOException {
        try {
            Files.move(incoming, image, StandardCopyOption.ATOMIC_MOVE);
        } catch (DirectoryNotEmptyException | FileAlreadyExistsException same) {
            // another Weft was faster: by its digest it is the same
            LOG.log(System.Logger.Level.DEBUG, "image is there already, image=" + image, same);
        }
    }

    /** Removes what nobody uses, what was used longest ago first, until there are no more than may be. */
    void tidy() throws IOException {
        List<Path> images = named(IMAGE);
        int left = images.size();
        for (Path each :
                images.stream().sorted(Comparator.comparing(ImageShelf::used)).toList()) {
            if (left <= imagesMax) {
                break;
            }
            left -= remove(each) ? 1 : 0;
        }
        for (Path each : named(LIST)) {
            if (!Files.isDirectory(
                    folder.resolve(named(IMAGE, Files.readString(each).strip())))) {
                Files.deleteIfExists(each);
            }
        }
    }

    private boolean remove(Path image) throws IOException {
        Path doomed = incoming();
        String held = doomed.getFileName().toString();
        locks.hold(held);
        try {
            return locks.alone(
                    image.getFileName().toString(), () -> Files.move(image, doomed, StandardCopyOption.ATOMIC_MOVE));
        } finally {
            RootFolder.remove(doomed, Set.of());
            locks.letGo(held);
        }
    }

    private static FileTime used(Path image) {
        try {
            return Files.getLastModifiedTime(image.resolve(CONFIGURATION));
        } catch (IOException gone) {
            return FileTime.fromMillis(0);
        }
    }

    private List<Path> named(String start) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(each -> each.getFileName().toString().startsWith(start))
                    .toList();
        }
    }

    private static String named(String start, String digest) {
        return start + digest.substring(digest.indexOf(':') + 1);
    }
}
