// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.pack;

import dev.weft.api.account.Artifact;
import dev.weft.api.account.ImagePlan;
import dev.weft.api.account.ImageStore;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Packages on this machine, without a container engine. Its files live in a folder that its owner removes. */
public final class LocalPackager implements Packager {
    private final Path folder;
    private final ImageStore images;
    private final Map<Key, Artifact> made = new ConcurrentHashMap<>();
    private final Map<String, ImageRecipe> recipes = new ConcurrentHashMap<>();
    private final Map<String, Published> published = new ConcurrentHashMap<>();

    /** An image that several functions' steps may ask for at once: the first pushes, the others wait. */
    private static final class Published {
        private final ReentrantLock lock = new ReentrantLock();
        private @Nullable Artifact artifact;
    }

    /** Writes artifacts into {@code folder}, which must be there and be nobody else's, and images into {@code images}. */
    public LocalPackager(Path folder, ImageStore images) {
        this.folder = folder;
        this.images = images;
    }

    /**
     * The same code packed in the same way is packed once. What is added counts by its content: adapters differ by function.
     *
     * @param image what makes an image of its own; empty for archives
     */
    private record Key(Path code, Packing.Form form, Map<String, String> added, List<Object> image) {}

    @Override
    public Artifact pack(Function function, Path code, Packing packing, Cloud cloud) {
        String image = function.spec().code().image();
        boolean archive = packing.form() != Packing.Form.IMAGE;
        if (!archive && image != null) {
            return new Artifact.Image(image, Ownership.hash(image.getBytes(StandardCharsets.UTF_8)));
        }
        Map<String, String> added = new TreeMap<>();
        packing.added().forEach((name, bytes) -> added.put(name, Ownership.hash(bytes)));
        List<Object> own =
                archive ? List.of() : List.of(function.name(), function.spec(), cloud.spec(), packing.command());
        return made.computeIfAbsent(new Key(code, packing.form(), added, own), absent -> {
            try {
                return archive ? archive(code, packing) : planned(ImageRecipe.of(function, code, packing, cloud));
            } catch (IOException unreadable) {
                throw unreadable(code, unreadable);
            }
        });
    }

    private Artifact planned(ImageRecipe recipe) {
        recipes.put(recipe.reference(), recipe);
        return new Artifact.Image(recipe.reference(), recipe.hash());
    }

    private static PackagingException unreadable(Path code, IOException why) {
        return new PackagingException(
                "spec.code", "the code in " + code + " can't be packaged: " + why.getMessage(), why);
    }

    /** What two clouds share is pushed once. */
    @Override
    public Artifact publish(Artifact artifact, Progress progress) {
        ImageRecipe recipe = artifact instanceof Artifact.Image image ? recipes.get(image.reference()) : null;
        if (recipe == null) {
            return artifact;
        }
        Published shared = published.computeIfAbsent(recipe.reference(), absent -> new Published());
        shared.lock.lock();
        try {
            Artifact known = shared.artifact;
            if (known == null) {
                known = new Artifact.Image(recipe.reference() + '@' + digest(recipe, progress), recipe.hash());
                shared.artifact = known;
            }
            return known;
        } finally {
            shared.lock.unlock();
        }
    }

    private String digest(ImageRecipe recipe, Progress progress) {
        String there = images.find(recipe.repository(), recipe.tag());
        if (there != null) {
            progress.did("image " + recipe.reference() + " is in its registry already");
            return there;
        }
        try {
            Path copies = Files.createTempDirectory(folder, "image-");
            ImagePlan plan = recipe.staged(copies);
            String digest = images.push(plan, progress);
            for (ImagePlan.Entry each : plan.files()) {
                Files.delete(each.content());
            }
            return digest;
        } catch (IOException unreadable) {
            throw unreadable(recipe.code(), unreadable);
        }
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
