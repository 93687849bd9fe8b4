// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.facade.Key;
import dev.weft.testkit.VendorCommand;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * kubectl, unmodified, with a configuration of its own.
 *
 * @param folder where that is, and what it remembers
 */
public record Kubectl(Path folder) {
    private static final long SECONDS_MAX = 60;

    /** For who has {@code key}: over TLS by a token, else, since kubectl sends none then, by the server's URL. */
    public static Kubectl with(Path folder, URI server, Key key, @Nullable Path authority) throws IOException {
        VendorCommand.needed("kubectl");
        Files.createDirectories(folder);
        String trust = authority == null ? "" : ", certificate-authority: " + authority;
        String user = authority == null ? key.id() + ':' + key.secret() + '@' : "";
        Files.writeString(folder.resolve("config"), """
                apiVersion: v1
                kind: Config
                current-context: weft
                contexts: [{name: weft, context: {cluster: weft, user: weft}}]
                clusters: [{name: weft, cluster: {server: "%s://%s%s"%s}}]
                users: [{name: weft, user: {token: %s.%s}}]
                """.formatted(
                        server.getScheme(), user, server.getAuthority(), trust, key.id(), key.secret()));
        return new Kubectl(folder);
    }

    /** What it said, and how it ended. */
    public record Said(int exit, String text) {}

    /** One that goes on. */
    public Process begin(Path out, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of("kubectl", "--cache-dir=" + folder.resolve("cache")));
        command.addAll(List.of(words));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().put("KUBECONFIG", folder.resolve("config").toString());
        builder.environment().put("HOME", folder.toString());
        return builder.start();
    }

    /** Runs it with {@code input}. */
    public Said run(String input, String... words) throws Exception {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Process process = begin(out, words);
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
        return new Said(process.exitValue(), Files.readString(out));
    }

    /** What it says where it does what it is asked for. */
    public String does(String... words) throws Exception {
        return done(run("", words));
    }

    /** The same, of documents. */
    public String apply(String documents) throws Exception {
        return done(run(documents, "apply", "-f", "-"));
    }

    private static String done(Said said) {
        assertThat(said.exit()).as(said.text()).isZero();
        return said.text();
    }

    /** What it says where it can't. */
    public String refused(String input, String... words) throws Exception {
        Said said = run(input, words);
        assertThat(said.exit()).as(said.text()).isNotZero();
        return said.text();
    }
}
