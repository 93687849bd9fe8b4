// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import dev.weft.testkit.PlayedCloud;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A Fn server, played by {@link FakeFnServer}. */
public final class PlayedFn implements PlayedCloud {
    private static final String TOKEN = "a-token-of-more-than-twenty-characters";

    private final FakeFnServer fn = new FakeFnServer();

    /** Starts it. */
    public PlayedFn() {}

    @Override
    public URI endpoint() {
        return fn.uri();
    }

    @Override
    public Map<String, String> account() {
        return Map.of();
    }

    @Override
    public Map<String, String> environment(Path home) {
        return Map.of("FN_TOKEN", TOKEN);
    }

    /** A Fn server lets everybody in. */
    @Override
    public Map<String, String> wrongEnvironment(Path home) {
        return Map.of();
    }

    @Override
    public List<String> secrets() {
        return List.of(TOKEN);
    }

    @Override
    public void foreign(String name) {
        fn.foreign(FnAccount.APP, name);
    }

    @Override
    public void touch(String name) {
        fn.touch(name, "registry.example/other:1");
    }

    /** The image that a function runs. */
    public String image(String name) {
        return fn.image(name);
    }

    @Override
    public Set<String> names() {
        return Set.copyOf(fn.names());
    }

    @Override
    public void close() {
        fn.close();
    }
}
