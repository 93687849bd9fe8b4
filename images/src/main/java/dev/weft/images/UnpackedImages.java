// SPDX-License-Identifier: Apache-2.0
package dev.weft.images;

import com.google.cloud.tools.jib.api.DescriptorDigest;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.image.json.BuildableManifestTemplate.ContentDescriptorTemplate;
import dev.weft.api.CloudException;
import dev.weft.api.spi.ImageFolders;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Images fetched from their registries and unpacked into Weft's home, without a container engine. */
public final class UnpackedImages implements ImageFolders {
    /** What one image may have. */
    record Limits(int layersMax, int configurationBytesMax, long packedBytesMax, Unpacking.Limits unpacked) {}

    /** Docker has no image of more layers; AWS and Knative take smaller ones. */
    static final Limits LIMITS = new Limits(128, 1 << 20, 4L << 30, new Unpacking.Limits(300_000, 4L << 30));

    /** Kept, used or not; more only while so many are used. */
    static final int IMAGES_MAX = 32;

    /** Images of so many digests may be fetched at once. */
    private static final int AT_ONCE_MAX = 8;

    private static final long MEBIBYTE = 1 << 20;

    private final ImageShelf shelf;
    private final Credentials credentials;
    private final Limits limits;
    private final Consumer<String> say;
    private final ReentrantLock[] fetching = IntStream.range(0, AT_ONCE_MAX)
            .mapToObj(each -> new ReentrantLock())
            .toArray(ReentrantLock[]::new);

    UnpackedImages(ImageShelf shelf, Credentials credentials, Limits limits, Consumer<String> say) {
        this.shelf = shelf;
        this.credentials = credentials;
        this.limits = limits;
        this.say = say;
    }

    /**
     * Those of Weft's folder {@code home}; what takes long is told {@code say}. Credentials are found by {@code environment} and in the
     * folder of who runs Weft.
     */
    public static UnpackedImages in(
            Path home, Map<String, String> environment, InstantSource clock, Consumer<String> say) {
        return new UnpackedImages(
                new ImageShelf(home.resolve("cache").resolve("images"), IMAGES_MAX, clock),
                new Credentials(environment, Path.of(System.getProperty("user.home"))),
                LIMITS,
                say);
    }

    @Override
    public ImageFolder of(String reference) {
        ImageReference image = parsed(reference);
        try {
            String digest = image.getDigest().orElse(null);
            ImageFolder there = digest == null ? null : shelf.find(digest);
            return there == null ? looked(reference, image) : there;
        } catch (IllegalArgumentException unfit) {
            throw new CloudException(
                    CloudException.Kind.INVALID, "image " + reference + " " + unfit.getMessage(), unfit);
        } catch (IOException | RegistryException failed) {
            throw RegistryErrors.told("fetching image " + reference, image.getRegistry(), credentials, failed);
        }
    }

    private ImageFolder looked(String reference, ImageReference image) throws IOException, RegistryException {
        try (Registry registry = Registry.open(image, credentials, false)) {
            Registry.Parts parts = registry.parts(architecture());
            if (parts == null) {
                throw new CloudException(
                        CloudException.Kind.INVALID,
                        "image " + reference + ": " + image.getRegistry()
                                + " has none of that name; look at its spelling, or push it there",
                        null);
            }
            ReentrantLock one = fetching[Math.floorMod(parts.digest().hashCode(), AT_ONCE_MAX)];
            one.lock();
            try {
                ImageFolder there = shelf.find(parts.digest());
                return there == null ? fetched(reference, registry, parts) : there;
            } finally {
                one.unlock();
            }
        }
    }

    private ImageFolder fetched(String reference, Registry registry, Registry.Parts parts) throws IOException {
        if (parts.layers().size() > limits.layersMax()) {
            throw new IllegalArgumentException("has more than " + limits.layersMax() + " layers");
        }
        if (parts.bytes() > limits.packedBytesMax()) {
            throw new IllegalArgumentException("has more than " + limits.packedBytesMax() + " bytes, packed");
        }
        say.accept("fetching image " + reference + ": " + parts.layers().size() + " layers, "
                + (parts.bytes() + MEBIBYTE - 1) / MEBIBYTE + " MiB");
        ImageFolder made =
                shelf.put(parts.digest(), parts.list(), (root, scratch) -> fill(registry, parts, root, scratch));
        shelf.tidy();
        return made;
    }

    private byte[] fill(Registry registry, Registry.Parts parts, RootFolder root, Path scratch) throws IOException {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        write(registry, parts.configuration(), json, limits.configurationBytesMax());
        ImageConfiguration configuration = ImageConfiguration.of(json.toByteArray());
        Unpacking unpacking = new Unpacking(root, limits.unpacked());
        Path packed = scratch.resolve("layer");
        long left = limits.packedBytesMax();
        for (ContentDescriptorTemplate each : parts.layers()) {
            // whole, and what its digest says, before anything is made of it
            try (OutputStream out = Files.newOutputStream(packed)) {
                write(registry, each.getDigest(), out, left);
            }
            left -= Files.size(packed);
            try (InputStream layer = Files.newInputStream(packed)) {
                unpacking.layer(layer);
            }
        }
        root.complete(configuration.workingFolder());
        return json.toByteArray();
    }

    private static void write(Registry registry, @Nullable DescriptorDigest digest, OutputStream out, long bytesMax)
            throws IOException {
        if (digest == null) {
            throw new IllegalArgumentException("has a manifest that names a part without its digest");
        }
        registry.write(digest, new FilterOutputStream(out) {
            private long written;

            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                written += length;
                if (written > bytesMax) {
                    throw new IllegalArgumentException("has a part of more than " + bytesMax + " bytes");
                }
                out.write(bytes, offset, length);
            }
        });
    }

    @Override
    public void release(ImageFolder folder) {
        try {
            shelf.release(folder);
        } catch (IOException failed) {
            throw new UncheckedIOException("the lock of image " + folder.digest() + " can't be let go", failed);
        }
    }

    private static String architecture() {
        return System.getProperty("os.arch", "").equals("aarch64") ? "arm64" : "amd64";
    }

    private static ImageReference parsed(String reference) {
        try {
            return ImageReference.parse(reference);
        } catch (InvalidImageReferenceException _) {
            throw new CloudException(
                    CloudException.Kind.INVALID,
                    "image " + reference + ": that is no image's reference; one is, for example,"
                            + " registry.example/shop/checkout:1.2",
                    null);
        }
    }
}
