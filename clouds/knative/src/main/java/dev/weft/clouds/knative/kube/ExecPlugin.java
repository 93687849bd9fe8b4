// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.kube;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A program that a kubeconfig names to log in, such as aws, gke-gcloud-auth-plugin or kubelogin: it prints an ExecCredential.
 * It is run as it stands in the file, with the variables of this process and its own, and without a terminal.
 */
final class ExecPlugin {
    /** How long it may take. */
    static final Duration TIME_MAX = Duration.ofSeconds(60);

    private static final int ANSWER_BYTES_MAX = 1 << 20;
    private static final JsonMapper JSON = JsonMapper.shared();

    private ExecPlugin() {}

    /**
     * What it gave.
     *
     * @param certificate in PEM, with {@code key}
     */
    record Given(
            @Nullable String token,
            @Nullable String certificate,
            @Nullable String key,
            @Nullable Instant expires) {
        @Override
        public String toString() {
            return "Given[redacted]";
        }
    }

    /** Runs what {@code exec}, the entry of the file, says. */
    static Given run(Map<?, ?> exec, KubeConfig config, Map<String, String> environment) {
        String command = String.valueOf(exec.get("command"));
        String program = command.contains("/") ? config.beside(command).toString() : command;
        List<String> words = new ArrayList<>(List.of(program));
        if (exec.get("args") instanceof List<?> args) {
            args.forEach(each -> words.add(String.valueOf(each)));
        }
        ProcessBuilder builder = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(environment);
        if (exec.get("env") instanceof List<?> entries) {
            for (Object each : entries) {
                if (each instanceof Map<?, ?> entry) {
                    builder.environment().put(String.valueOf(entry.get("name")), String.valueOf(entry.get("value")));
                }
            }
        }
        String version = String.valueOf(exec.get("apiVersion"));
        builder.environment()
                .put(
                        "KUBERNETES_EXEC_INFO",
                        "{\"apiVersion\":\"" + version
                                + "\",\"kind\":\"ExecCredential\",\"spec\":{\"interactive\":false}}");
        return read(command, answer(command, builder));
    }

    private static String answer(String command, ProcessBuilder builder) {
        Process process;
        try {
            process = builder.start();
        } catch (IOException missing) {
            throw KubeConfig.denied("the kubeconfig logs in by " + command + ", which can't be started; install it");
        }
        try (InputStream out = process.getInputStream()) {
            process.getOutputStream().close();
            Thread guard = Thread.ofVirtual().start(() -> {
                try {
                    if (!process.waitFor(TIME_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                        process.destroyForcibly();
                    }
                } catch (InterruptedException stopped) {
                    process.destroyForcibly();
                }
            });
            byte[] said = out.readNBytes(ANSWER_BYTES_MAX);
            int code = process.waitFor();
            guard.interrupt();
            if (code != 0) {
                throw KubeConfig.denied(command + ", by which the kubeconfig logs in, ended with code " + code
                        + "; run it by hand to see why");
            }
            return new String(said, StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw KubeConfig.denied(command + ", by which the kubeconfig logs in, can't be read");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw KubeConfig.denied("interrupted while " + command + " was logging in");
        } finally {
            process.destroyForcibly();
        }
    }

    private static Given read(String command, String said) {
        try {
            JsonNode status = JSON.readTree(said).path("status");
            String token = text(status.path("token"));
            String certificate = text(status.path("clientCertificateData"));
            if (token == null && certificate == null) {
                throw KubeConfig.denied(
                        command + ", by which the kubeconfig logs in, gave neither token nor certificate");
            }
            String expires = text(status.path("expirationTimestamp"));
            return new Given(
                    token,
                    certificate,
                    text(status.path("clientKeyData")),
                    expires == null ? null : Instant.parse(expires));
        } catch (JacksonException | DateTimeException notUnderstood) {
            throw KubeConfig.denied(command + ", by which the kubeconfig logs in, printed no ExecCredential");
        }
    }

    private static @Nullable String text(JsonNode node) {
        String text = node.asString("");
        return text.isEmpty() ? null : text;
    }
}
