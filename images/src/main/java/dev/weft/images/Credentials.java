// SPDX-License-Identifier: Apache-2.0
package dev.weft.images;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.CredentialRetriever;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import com.google.cloud.tools.jib.registry.credentials.CredentialRetrievalException;
import dev.weft.api.CloudException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The standard chain of registries' credentials: Docker's configuration file with what it holds and the credential helpers that it
 * names, Podman's, the vendors' own helpers, Google's default credentials. Nothing is kept.
 */
final class Credentials {
    private final Map<String, String> environment;
    private final List<Path> files;

    /** By the process's {@code environment}, for the user whose folder is {@code home}. */
    Credentials(Map<String, String> environment, Path home) {
        this.environment = environment;
        List<Path> all = new ArrayList<>();
        String docker = environment.get("DOCKER_CONFIG");
        all.add((docker == null || docker.isBlank() ? home.resolve(".docker") : Path.of(docker))
                .resolve("config.json"));
        String podman = environment.get("REGISTRY_AUTH_FILE");
        String running = environment.get("XDG_RUNTIME_DIR");
        if (podman != null && !podman.isBlank()) {
            all.add(Path.of(podman));
        } else if (running != null && !running.isBlank()) {
            all.add(Path.of(running, "containers", "auth.json"));
        }
        files = List.copyOf(all);
    }

    /** What logs in to {@code image}'s registry; empty where there is nothing. */
    Optional<Credential> of(ImageReference image) {
        for (CredentialRetriever each : chain(image)) {
            try {
                Optional<Credential> found = each.retrieve();
                if (found.isPresent()) {
                    return found;
                }
            } catch (CredentialRetrievalException failed) {
                throw new CloudException(
                        CloudException.Kind.DENIED,
                        "the credential helper for registry " + image.getRegistry()
                                + " failed; try it by itself, or log in anew with docker login " + image.getRegistry(),
                        failed);
            }
        }
        return Optional.empty();
    }

    /** In the order in which they are asked. */
    List<CredentialRetriever> chain(ImageReference image) {
        // what Jib says of them is not listened to
        CredentialRetrieverFactory factory = CredentialRetrieverFactory.forImage(image, said -> {}, environment);
        List<CredentialRetriever> chain = new ArrayList<>();
        files.stream().filter(Files::isRegularFile).map(factory::dockerConfig).forEach(chain::add);
        chain.add(factory.wellKnownCredentialHelpers());
        chain.add(factory.googleApplicationDefaultCredentials());
        return chain;
    }

    /** Where they are looked for, for a sentence. */
    String places() {
        return String.join(", ", files.stream().map(Path::toString).toList());
    }
}
