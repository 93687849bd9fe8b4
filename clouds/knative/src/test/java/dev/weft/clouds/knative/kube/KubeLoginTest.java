// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudVendor.Around;
import dev.weft.api.rest.RestResponse;
import dev.weft.api.rest.Transport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubeLoginTest {
    private static final String SECRET = "a-token-that-nobody-may-see";
    private static final Transport NOWHERE = request -> new RestResponse(200, Map.of(), new byte[0]);

    @TempDir
    Path home;

    private Instant now = Instant.parse("2026-11-29T12:00:00Z");

    private KubeLogin login(@Nullable URI endpoint, @Nullable String context, Map<String, String> environment) {
        return new KubeLogin(endpoint, null, context, new Around(NOWHERE, environment, home, () -> now));
    }

    private void config(String user, String cluster) throws IOException {
        Files.createDirectories(home.resolve(".kube"));
        Files.writeString(home.resolve(".kube/config"), """
                apiVersion: v1
                kind: Config
                current-context: one
                contexts:
                - {name: one, context: {cluster: c, user: u}}
                - {name: lost, context: {cluster: nowhere, user: u}}
                clusters:
                - name: c
                  cluster: {server: "https://k.example:6443"%s}
                users:
                - name: u
                  user: %s
                """.formatted(cluster, user));
    }

    @Test
    void anEndpointGoesWithTheTokenOfTheEnvironment() {
        KubeLogin.Connection connection = login(URI.create("http://127.0.0.1:1"), null, Map.of("KUBE_TOKEN", SECRET))
                .connection();
        assertThat(connection.token()).isEqualTo(SECRET);
        assertThat(connection.toString()).contains("127.0.0.1:1").doesNotContain(SECRET);
    }

    @Test
    void theHomesKubeconfigIsRead() throws IOException {
        config("{token: " + SECRET + "}", "");
        KubeLogin.Connection connection = login(null, null, Map.of()).connection();
        assertThat(connection.server()).hasToString("https://k.example:6443");
        assertThat(connection.token()).isEqualTo(SECRET);
        assertThat(connection.transport()).isSameAs(NOWHERE);
        assertThat(connection.toString()).contains("context one").doesNotContain(SECRET);
    }

    @Test
    void theVariableNamesAnother() throws IOException {
        config("{token: other}", "");
        Path moved = home.resolve("moved");
        Files.move(home.resolve(".kube/config"), moved);
        Map<String, String> environment = Map.of("KUBECONFIG", home.resolve("absent") + ":" + moved);
        assertThat(login(null, null, environment).connection().token()).isEqualTo("other");
    }

    @Test
    void aTokensFileIsReadAgainWhenItMayHaveChanged() throws IOException {
        config("{tokenFile: token}", "");
        Files.writeString(home.resolve(".kube/token"), "first\n");
        KubeLogin login = login(null, null, Map.of());
        assertThat(login.connection().token()).isEqualTo("first");
        Files.writeString(home.resolve(".kube/token"), "second\n");
        assertThat(login.connection().token()).isEqualTo("first");
        now = now.plusSeconds(61);
        assertThat(login.connection().token()).isEqualTo("second");
    }

    @Test
    void aPluginIsRunWithItsArgumentsAndKeptUntilItsTokenExpires() throws IOException {
        Path plugin = home.resolve(".kube/login");
        config(
                "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./login, args: [get], env: [{name: WHO,"
                        + " value: me}]}}",
                "");
        Files.writeString(plugin, """
                #!/bin/sh
                echo x >> "$COUNT"
                printf '{"kind":"ExecCredential","status":{"token":"%s-%s-%s","expirationTimestamp":"2026-11-29T13:00:00Z"}}' \
                  "$1" "$WHO" "$(wc -l < "$COUNT" | tr -d ' ')"
                """);
        assertThat(plugin.toFile().setExecutable(true)).isTrue();
        Map<String, String> environment = Map.of("COUNT", home.resolve("count").toString(), "PATH", "/usr/bin:/bin");
        KubeLogin login = login(null, null, environment);
        assertThat(login.connection().token()).isEqualTo("get-me-1");
        assertThat(login.connection().token()).isEqualTo("get-me-1");
        now = now.plusSeconds(3541);
        assertThat(login.connection().token()).isEqualTo("get-me-2");
    }

    @Test
    void aPluginThatFailsIsNamed() throws IOException {
        config("{exec: {apiVersion: v1, command: 'false'}}", "");
        denied(null, "ended with code 1");
        config("{exec: {apiVersion: v1, command: 'no-such-login-program'}}", "");
        denied(null, "can't be started");
        config("{exec: {apiVersion: v1, command: 'echo', args: [hello]}}", "");
        denied(null, "printed no ExecCredential");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{username: a, password: b}|''|logs in by username",
                "{auth-provider: {name: gcp}}|''|auth-provider",
                "{token: t}|', insecure-skip-tls-verify: true'|insecure-skip-tls-verify",
                "{token: t}|', proxy-url: \"http://p\"'|proxy-url",
                "{token: t}|', certificate-authority: absent.pem'|can't be read",
                "{client-certificate-data: '!!'}|''|no base64"
            })
    void whatIsNotTakenIsSaidSo(String user, String cluster, String words) throws IOException {
        config(user, cluster);
        denied(null, words);
    }

    @Test
    void whatIsNotThereIsSaidSo() throws IOException {
        denied(null, "no Kubernetes cluster was found");
        config("{token: t}", "");
        denied("absent", "no context absent");
        denied("lost", "names cluster nowhere");
        Files.writeString(home.resolve(".kube/config"), "a: [" + SECRET);
        denied(null, "is no YAML");
    }

    private void denied(@Nullable String context, String words) {
        assertThatThrownBy(() ->
                        login(null, context, Map.of("PATH", "/usr/bin:/bin")).connection())
                .isInstanceOfSatisfying(CloudException.class, failed -> {
                    assertThat(failed.kind()).isEqualTo(CloudException.Kind.DENIED);
                    assertThat(failed).hasMessageContaining(words);
                    assertThat(failed.getMessage()).doesNotContain(SECRET);
                });
    }
}
