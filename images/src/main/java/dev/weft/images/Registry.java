// SPDX-License-Identifier: Apache-2.0
package dev.weft.images;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.DescriptorDigest;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.blob.Blobs;
import com.google.cloud.tools.jib.event.EventHandlers;
import com.google.cloud.tools.jib.http.FailoverHttpClient;
import com.google.cloud.tools.jib.http.ResponseException;
import com.google.cloud.tools.jib.image.json.BuildableManifestTemplate;
import com.google.cloud.tools.jib.image.json.BuildableManifestTemplate.ContentDescriptorTemplate;
import com.google.cloud.tools.jib.image.json.ContainerConfigurationTemplate;
import com.google.cloud.tools.jib.image.json.ManifestListTemplate;
import com.google.cloud.tools.jib.image.json.ManifestTemplate;
import com.google.cloud.tools.jib.json.JsonTemplateMapper;
import com.google.cloud.tools.jib.registry.ManifestAndDigest;
import com.google.cloud.tools.jib.registry.RegistryClient;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** One repository of a registry, asked about single images. */
final class Registry implements AutoCloseable {
    private static final int NOT_FOUND = 404;
    private static final int HTTPS = 443;
    private static final int REACH_MILLIS = 20_000;

    static {
        // Jib's own switches. Plain HTTP is only ever spoken to this machine, where Docker sends credentials too.
        System.setProperty("sendCredentialsOverHttp", "true");
        if (System.getProperty("jib.httpTimeout") == null) {
            System.setProperty("jib.httpTimeout", "60000");
        }
    }

    private final ImageReference image;
    private final FailoverHttpClient http;
    private final RegistryClient client;

    private Registry(ImageReference image, FailoverHttpClient http, RegistryClient client) {
        this.image = image;
        this.http = http;
        this.client = client;
    }

    /** Logs in for {@code image}: to change it, or only to read it. */
    static Registry open(ImageReference image, Credentials credentials, boolean change)
            throws IOException, RegistryException {
        boolean here = here(image.getRegistry());
        reach(image.getRegistry());
        FailoverHttpClient http = new FailoverHttpClient(here, here, said -> {});
        try {
            Optional<Credential> credential = credentials.of(image);
            RegistryClient client = RegistryClient.factory(
                            EventHandlers.NONE, image.getRegistry(), image.getRepository(), http)
                    .setCredential(credential.orElse(null))
                    .setUserAgent("weft")
                    .newRegistryClient();
            boolean bearer = change ? client.doPushBearerAuth() : client.doPullBearerAuth();
            if (!bearer && credential.isPresent() && !credential.get().isOAuth2RefreshToken()) {
                client.configureBasicAuth();
            }
            return new Registry(image, http, client);
        } catch (IOException | RegistryException | RuntimeException failed) {
            http.shutDown();
            throw failed;
        }
    }

    /** Jib tries for a minute what fails at once for good: an unknown name, a closed port, no TLS. Behind a proxy only it can tell. */
    static void reach(String registry) throws IOException {
        URI address = URI.create("https://" + registry);
        boolean direct =
                ProxySelector.getDefault().select(address).stream().allMatch(each -> each.type() == Proxy.Type.DIRECT);
        if (!direct || here(registry)) {
            return;
        }
        int port = address.getPort() < 0 ? HTTPS : address.getPort();
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(InetAddress.getByName(address.getHost()), port), REACH_MILLIS);
            plain.setSoTimeout(REACH_MILLIS);
            SSLSocketFactory tls = (SSLSocketFactory) SSLSocketFactory.getDefault();
            try (SSLSocket secured = (SSLSocket) tls.createSocket(plain, address.getHost(), port, true)) {
                secured.startHandshake();
            }
        }
    }

    /** Whether it is on this machine: only there is plain HTTP spoken, and a certificate not looked at. */
    static boolean here(String registry) {
        int colon = registry.lastIndexOf(':');
        String host = colon < 0 ? registry : registry.substring(0, colon);
        return host.equals("localhost") || host.matches("127(\\.[0-9]{1,3}){3}");
    }

    /** Digest of the image; null where there is none. */
    @Nullable
    String digest() throws IOException, RegistryException {
        ManifestAndDigest<?> found = manifest();
        return found == null ? null : found.getDigest().toString();
    }

    private @Nullable ManifestAndDigest<ManifestTemplate> manifest() throws IOException, RegistryException {
        try {
            return client.checkManifest(image.getQualifier()).orElse(null);
        } catch (RegistryException said) {
            // some say so of the whole repository, before anything was pushed
            if (said.getCause() instanceof ResponseException refused && refused.getStatusCode() == NOT_FOUND) {
                return null;
            }
            throw said;
        }
    }

    /**
     * A base image, as it is now.
     *
     * @param digest of the image, or of the list of images for several architectures
     * @param fits whether it is, or has one, for the architecture
     */
    record Base(String digest, boolean fits) {}

    /** The image as a base for {@code architecture}; null where there is none. */
    @Nullable
    Base base(String architecture) throws IOException, RegistryException {
        ManifestAndDigest<ManifestTemplate> found = manifest();
        if (found == null) {
            return null;
        }
        boolean fits =
                switch (found.getManifest()) {
                    case ManifestListTemplate list ->
                        !list.getDigestsForPlatform(architecture, "linux").isEmpty();
                    case BuildableManifestTemplate one -> architecture.equals(architecture(one));
                    default -> true; // the oldest kind, which Jib itself refuses or takes
                };
        return new Base(found.getDigest().toString(), fits);
    }

    /**
     * What an image is made of.
     *
     * @param digest of its own manifest
     * @param list digest of the list that it stands in; its own where there is none
     */
    record Parts(String digest, String list, DescriptorDigest configuration, List<ContentDescriptorTemplate> layers) {
        long bytes() {
            return layers.stream().mapToLong(ContentDescriptorTemplate::getSize).sum();
        }
    }

    /** The image for {@code architecture}; null where there is none of that name. What does not fit is an {@link IllegalArgumentException}. */
    @Nullable
    Parts parts(String architecture) throws IOException, RegistryException {
        ManifestAndDigest<ManifestTemplate> found = manifest();
        if (found == null) {
            return null;
        }
        proved(image.getDigest().orElse(null), found);
        String list = found.getDigest().toString();
        if (found.getManifest() instanceof ManifestListTemplate all) {
            String wanted = all.getDigestsForPlatform(architecture, "linux").stream()
                    .findFirst()
                    .orElseThrow(
                            () -> new IllegalArgumentException("has none for this machine, linux/" + architecture));
            found = client.pullManifest(wanted);
            proved(wanted, found);
        }
        if (found.getManifest() instanceof BuildableManifestTemplate one) {
            ContentDescriptorTemplate configuration = one.getContainerConfiguration();
            if (configuration != null && configuration.getDigest() != null) {
                return new Parts(found.getDigest().toString(), list, configuration.getDigest(), one.getLayers());
            }
        }
        throw new IllegalArgumentException("has a manifest of the oldest kind, or one without a configuration:"
                + " push it again with a present-day tool");
    }

    private static void proved(@Nullable String digest, ManifestAndDigest<ManifestTemplate> found) {
        if (digest != null && !digest.equals(found.getDigest().toString())) {
            throw new IllegalArgumentException("has a manifest of another digest, " + found.getDigest()
                    + ": its registry, or who is on the way there, is not to be trusted");
        }
    }

    /** Writes what has {@code digest}, and fails if it has another. */
    void write(DescriptorDigest digest, OutputStream out) throws IOException {
        client.pullBlob(digest, size -> {}, read -> {}).writeTo(out);
    }

    private @Nullable String architecture(BuildableManifestTemplate one) throws IOException {
        ContentDescriptorTemplate configuration = one.getContainerConfiguration();
        if (configuration == null || configuration.getDigest() == null) {
            return null;
        }
        byte[] json = Blobs.writeToByteArray(client.pullBlob(configuration.getDigest(), size -> {}, read -> {}));
        return JsonTemplateMapper.readJson(json, ContainerConfigurationTemplate.class)
                .getArchitecture();
    }

    @Override
    public void close() throws IOException {
        http.shutDown();
    }
}
