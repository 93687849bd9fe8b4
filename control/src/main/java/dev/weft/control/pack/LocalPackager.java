// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.pack;

import dev.weft.api.account.Artifact;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Packages on this machine, without a container engine. Its files live in a folder that its owner removes. */
public final class LocalPackager implements Packager {
    private final Path folder;
    private final Map<Object, Artifact> made = new ConcurrentHashMap<>();

    /** Writes artifacts into {@code folder}, which must be there and be nobody else's. */
    public LocalPackager(Path folder) {
        this.folder = folder;
    }

    /** The same code packed in the same way is packed once. What is added counts by its content: adapters differ by function. */
    private record Key(Path code, Packing.Form form, Map<String, String> added) {}

    @Override
    public Artifact pack(Function function, Path code, Packing packing, Cloud cloud) {
        String image = function.spec().code().image();
        if (packing.form() == Packing.Form.IMAGE) {
            if (image == null) {
                throw new PackagingException(
                        "spec.code",
                        "cloud " + cloud.name()
                                + " runs container images only, and this version makes none of a folder; "
                                + (packing.adapter().isEmpty()
                                        ? "give code.image"
                                        : "place code that needs an adapter on a cloud that takes archives"),
                        null);
            }
            return new Artifact.Image(image, Ownership.hash(image.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        }
        Map<String, String> added = new TreeMap<>();
        packing.added().forEach((name, bytes) -> added.put(name, Ownership.hash(bytes)));
        Key key = new Key(code, packing.form(), added);
        return made.computeIfAbsent(key, absent -> {
            try {
                return archive(code, packing);
            } catch (IOException unreadable) {
                throw new PackagingException(
                        "spec.code",
                        "the code in " + code + " can't be packaged: " + unreadable.getMessage(),
                        unreadable);
            }
        });
    }

    private Artifact archive(Path code, Packing packing) throws IOException {
        Path file = Files.createTempFile(folder, "artifact-", ".bin");
        long unpacked =
                switch (packing.form()) {
                    case ZIP -> ZipArchives.write(code, packing, file).unpackedBytes();
                    case JAR -> copied(code, file);
                    case TEXT -> copied(single(code), file);
                    case IMAGE -> throw new IllegalStateException("images are not archives");
                };
        byte[] bytes = Files.readAllBytes(file);
        return new Artifact.Archive(packing.form(), file, Ownership.hash(bytes), bytes.length, unpacked);
    }

    private static long copied(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        return Files.size(to);
    }

    private static Path single(Path code) throws IOException {
        try (Stream<Path> files = Files.list(code)) {
            List<Path> all = files.toList();
            if (all.size() != 1) {
                throw new PackagingException(
                        "spec.code.path",
                        "the folder " + code + " must hold one source file, and holds " + all.size(),
                        null);
            }
            return all.getFirst();
        }
    }
}
