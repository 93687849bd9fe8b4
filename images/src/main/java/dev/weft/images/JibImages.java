// SPDX-License-Identifier: Apache-2.0
package dev.weft.images;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import dev.weft.api.CloudException;
import dev.weft.api.account.ImagePlan;
import dev.weft.api.account.ImageStore;
import dev.weft.api.account.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Images by Jib: no container engine, no privileges; layers that a registry has are neither fetched nor sent. */
public final class JibImages implements ImageStore {
    private static final FilePermissions PROGRAM = FilePermissions.fromOctalString("755");
    private static final FilePermissions FILE = FilePermissions.fromOctalString("644");
    /** Of every file, so that the same files are the same layer. */
    private static final Instant TIME = Instant.ofEpochSecond(1);

    private final Path folder;
    private final Credentials credentials;

    /**
     * Credentials are found by {@code environment} and in the user's folder {@code home}.
     *
     * @param folder where layers lie while images are made; its owner removes it
     */
    public JibImages(Path folder, Map<String, String> environment, Path home) {
        this.folder = folder;
        this.credentials = new Credentials(environment, home);
    }

    @Override
    public @Nullable String find(String repository, String tag) {
        ImageReference image = parsed(repository + ':' + tag);
        try (Registry registry = Registry.open(image, credentials, true)) {
            return registry.digest();
        } catch (IOException | RegistryException failed) {
            throw RegistryErrors.told("looking for image " + image, image.getRegistry(), credentials, failed);
        }
    }

    @Override
    public String push(ImagePlan plan, Progress progress) {
        ImageReference image = parsed(plan.repository() + ':' + plan.tag());
        ImageReference base = ImagePlan.SCRATCH.equals(plan.base()) ? null : checked(plan);
        progress.did("pushing image " + image + ", " + plan.files().size() + " files on " + plan.base());
        try {
            Registry.reach(image.getRegistry());
            JibContainerBuilder builder = beneath(base, image, platform(plan))
                    .addFileEntriesLayer(layer(plan))
                    .setPlatforms(Set.of(platform(plan)))
                    .setEntrypoint(plan.command())
                    .setProgramArguments()
                    .setWorkingDirectory(AbsoluteUnixPath.get(ImagePlan.FOLDER))
                    .setUser(ImagePlan.USER)
                    .setCreationTime(TIME);
            Containerizer to = Containerizer.to(registryImage(image));
            return builder.containerize(configured(to, Registry.here(image.getRegistry())))
                    .getDigest()
                    .toString();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CloudException(
                    CloudException.Kind.UNKNOWN, "pushing image " + image + " was interrupted", stopped);
        } catch (IOException | RegistryException | ExecutionException | CacheDirectoryCreationException failed) {
            throw RegistryErrors.told("pushing image " + image, image.getRegistry(), credentials, failed);
        }
    }

    /** The base by its digest, once it is known to be there and for the plan's architecture. */
    private ImageReference checked(ImagePlan plan) {
        ImageReference base = parsed(plan.base());
        String tried = "looking for base image " + plan.base();
        Registry.Base found;
        try (Registry registry = Registry.open(base, credentials, false)) {
            found = registry.base(platform(plan).getArchitecture());
        } catch (IOException | RegistryException failed) {
            throw RegistryErrors.told(tried, base.getRegistry(), credentials, failed);
        }
        if (found == null) {
            throw invalid(tried + ": there is none of that name; name another as code.base");
        }
        if (!found.fits()) {
            throw invalid(tried + ": there is none for spec.architecture "
                    + platform(plan).getArchitecture() + "; name another as code.base");
        }
        return ImageReference.of(base.getRegistry(), base.getRepository(), null, found.digest());
    }

    /** Jib speaks plain HTTP to both registries or to neither: where they differ, the base is fetched by itself. */
    private JibContainerBuilder beneath(@Nullable ImageReference base, ImageReference image, Platform platform)
            throws IOException, InterruptedException, RegistryException, ExecutionException,
                    CacheDirectoryCreationException {
        if (base == null) {
            return Jib.fromScratch();
        }
        boolean here = Registry.here(base.getRegistry());
        if (here == Registry.here(image.getRegistry())) {
            return Jib.from(registryImage(base));
        }
        Path tar = Files.createTempFile(folder, "base-", ".tar");
        Jib.from(registryImage(base))
                .setPlatforms(Set.of(platform))
                .setCreationTime(TIME)
                .containerize(configured(Containerizer.to(TarImage.at(tar).named(base.withQualifier("base"))), here));
        return Jib.from(TarImage.at(tar));
    }

    private RegistryImage registryImage(ImageReference image) {
        RegistryImage named = RegistryImage.named(image);
        credentials.chain(image).forEach(named::addCredentialRetriever);
        return named;
    }

    private Containerizer configured(Containerizer to, boolean here) {
        return to.setAllowInsecureRegistries(here)
                .setBaseImageLayersCache(folder.resolve("base-layers"))
                .setApplicationLayersCache(folder.resolve("layers"))
                .setToolName("weft")
                .setToolVersion("1");
    }

    private static FileEntriesLayer layer(ImagePlan plan) {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("code");
        AbsoluteUnixPath root = AbsoluteUnixPath.get(ImagePlan.FOLDER);
        plan.files()
                .forEach(each -> layer.addEntry(
                        each.content(), root.resolve(each.name()), each.program() ? PROGRAM : FILE, TIME));
        return layer.build();
    }

    private static Platform platform(ImagePlan plan) {
        return new Platform(plan.architecture().name().toLowerCase(Locale.ROOT), "linux");
    }

    private static ImageReference parsed(String reference) {
        try {
            return ImageReference.parse(reference);
        } catch (InvalidImageReferenceException _) {
            throw invalid(
                    reference + " is no image's reference; the registry's spelling is spec.registry of the Cloud, the"
                            + " base's is code.base");
        }
    }

    private static CloudException invalid(String message) {
        return new CloudException(CloudException.Kind.INVALID, message, null);
    }
}
