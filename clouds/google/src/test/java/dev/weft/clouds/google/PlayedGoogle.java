// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google;

import dev.weft.testkit.Archives;
import dev.weft.testkit.PlayedCloud;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Google Cloud, played by {@link FakeGoogle}. */
public final class PlayedGoogle implements PlayedCloud {
    private final FakeGoogle google = Samples.fake();

    /** Starts it. */
    public PlayedGoogle() {}

    @Override
    public URI endpoint() {
        return google.uri();
    }

    @Override
    public Map<String, String> account() {
        return Map.of("project", FakeGoogle.PROJECT);
    }

    @Override
    public Map<String, String> environment(Path home) throws IOException {
        return keyFile(google.tokens, Files.createDirectories(home.resolve("google")));
    }

    /** Another's key. */
    @Override
    public Map<String, String> wrongEnvironment(Path home) throws IOException {
        return keyFile(new FakeTokens(), Files.createDirectories(home.resolve("google-wrong")));
    }

    private Map<String, String> keyFile(FakeTokens tokens, Path folder) throws IOException {
        return Map.of(
                "GOOGLE_APPLICATION_CREDENTIALS",
                tokens.keyFile(folder, google.uri() + "/token").toString());
    }

    @Override
    public List<String> secrets() {
        return List.of("BEGIN PRIVATE KEY", "ya29.issued");
    }

    @Override
    public void foreign(String name) {
        google.functions.bucket.put(
                "theirs.zip", Archives.zip("index.js", "exports.theirs = (req, res) => res.send('theirs')"));
        Samples.post(google, "/functions?functionId=" + name, Samples.foreign());
        for (int i = 0; i < 3; i++) {
            Samples.get(google, "/functions/" + name);
        }
    }

    @Override
    public void touch(String name) {
        synchronized (google) {
            FakeFunctions.object(Objects.requireNonNull(google.functions.all.get(name)), "serviceConfig")
                    .put("availableMemory", "1024Mi");
        }
    }

    @Override
    public Set<String> names() {
        synchronized (google) {
            return Set.copyOf(google.functions.all.keySet());
        }
    }

    @Override
    public List<String> stored() {
        synchronized (google) {
            return google.secrets.values();
        }
    }

    @Override
    public void close() {
        google.close();
    }
}
