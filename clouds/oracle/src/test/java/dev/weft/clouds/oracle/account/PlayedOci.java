// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import dev.weft.testkit.PlayedCloud;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** OCI Functions, played by {@link FakeOci}, which verifies every signature. */
public final class PlayedOci implements PlayedCloud {
    private final FakeOci oci = new FakeOci();

    /** Starts it. */
    public PlayedOci() {}

    @Override
    public URI endpoint() {
        return oci.uri();
    }

    @Override
    public Map<String, String> account() {
        return Map.of(
                "compartment",
                OciUser.COMPARTMENT,
                "subnets",
                OciUser.SUBNET,
                "logsEndpoint",
                oci.uri().toString());
    }

    @Override
    public Map<String, String> environment(Path home) throws IOException {
        OciUser.write(home);
        return Map.of("OCI_CLI_CONFIG_FILE", home.resolve(".oci/config").toString());
    }

    /** The same user with a key that nobody knows there. */
    @Override
    public Map<String, String> wrongEnvironment(Path home) throws IOException {
        Path folder = Files.createDirectories(home.resolve("oci-wrong"));
        Path key = folder.resolve("key.pem");
        Files.writeString(
                key, OciUser.pem("PRIVATE KEY", OciUser.key().getPrivate().getEncoded()));
        String right = Files.readString(home.resolve(".oci/config"));
        Path config = folder.resolve("config");
        Files.writeString(config, right.replace("~/.oci/key.pem", key.toString()));
        return Map.of("OCI_CLI_CONFIG_FILE", config.toString());
    }

    @Override
    public List<String> secrets() {
        return List.of("BEGIN PRIVATE KEY", "OCI_API_KEY");
    }

    @Override
    public void foreign(String name) {
        oci.foreign(OciAccount.APPLICATION, name);
    }

    @Override
    public void touch(String name) {
        oci.touch(name, 1024);
    }

    @Override
    public Set<String> names() {
        return Set.copyOf(oci.names());
    }

    @Override
    public void close() {
        oci.close();
    }
}
