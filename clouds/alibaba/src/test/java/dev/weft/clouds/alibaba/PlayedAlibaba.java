// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import dev.weft.testkit.PlayedCloud;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Function Compute, played by {@link FakeFc}. Without Alibaba's library, which is on no other module's class path, only the key
 * is looked at: that the signatures are right {@link AlibabaAccountIT} says.
 */
public final class PlayedAlibaba implements PlayedCloud {
    private static final String WRONG = "LTAI5tAnotherKey";

    private final FakeFc fake;

    /** Starts it. */
    public PlayedAlibaba() throws IOException {
        fake = new FakeFc(
                request -> request.fields().getOrDefault("authorization", "").contains("Credential=" + FakeFc.KEY + ',')
                        ? null
                        : "InvalidAccessKeyId: the access key is not known");
    }

    @Override
    public URI endpoint() {
        return fake.endpoint();
    }

    @Override
    public Map<String, String> account() {
        return Map.of("account", "1234567890123456");
    }

    @Override
    public Map<String, String> environment(Path home) {
        return AlibabaSamples.ENVIRONMENT;
    }

    @Override
    public Map<String, String> wrongEnvironment(Path home) {
        return Map.of("ALIBABA_CLOUD_ACCESS_KEY_ID", WRONG);
    }

    @Override
    public List<String> secrets() {
        return List.of(FakeFc.SECRET);
    }

    @Override
    public void foreign(String name) throws Exception {
        fake.foreign(name);
    }

    @Override
    public void touch(String name) throws Exception {
        fake.touch(name, 1024);
    }

    @Override
    public Set<String> names() {
        return Set.copyOf(fake.names());
    }

    @Override
    public void close() {
        fake.close();
    }
}
