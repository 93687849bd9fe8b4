// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import dev.weft.testkit.PlayedCloud;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Azure, played by {@link FakeAzure}. Without the vendor's library, which is on no other module's class path, storage only
 * sees that requests are signed at all: that the signatures are right {@link AzureAccountIT} says.
 */
public final class PlayedAzure implements PlayedCloud {
    private static final String THEIRS = "a-value-of-theirs";

    private final FakeAzure azure;

    /** Starts it. */
    public PlayedAzure() throws IOException {
        azure = new FakeAzure((request, base) ->
                request.headers().getOrDefault("authorization", "").startsWith("SharedKey " + FakeAzure.STORAGE + ':'));
    }

    @Override
    public URI endpoint() {
        return azure.uri();
    }

    @Override
    public Map<String, String> account() {
        return Map.of(
                "subscription", FakeAzure.SUBSCRIPTION,
                "resourceGroup", FakeAzure.GROUP,
                "storageAccount", FakeAzure.STORAGE);
    }

    @Override
    public Map<String, String> environment(Path home) {
        return azure.environment();
    }

    @Override
    public Map<String, String> wrongEnvironment(Path home) {
        return Map.of("AZURE_CLIENT_SECRET", "a-secret-that-is-not-the-right-one");
    }

    @Override
    public List<String> secrets() {
        return List.of(FakeAzure.SECRET, FakeAzure.KEY, THEIRS, "a-secret-that-is-not-the-right-one", "token-for-");
    }

    @Override
    public void foreign(String name) {
        azure.foreign(name);
    }

    @Override
    public void touch(String name) {
        azure.settingsOf(name).put("AzureFunctionsJobHost__functionTimeout", "00:02:00");
    }

    @Override
    public Set<String> names() {
        return Set.copyOf(azure.names());
    }

    @Override
    public void close() {
        azure.close();
    }
}
