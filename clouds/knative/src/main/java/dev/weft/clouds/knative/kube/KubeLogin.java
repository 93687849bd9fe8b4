// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.kube;

import dev.weft.api.account.CloudVendor.Around;
import dev.weft.api.rest.JdkTransport;
import dev.weft.api.rest.Transport;
import java.io.File;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where the cluster is and who we are there: {@code spec.endpoint} with the variable KUBE_TOKEN, else a kubeconfig
 * (spec.account.kubeconfig, KUBECONFIG, ~/.kube/config), else the service account of the pod it runs in. Looked for when it is
 * first needed. Blocking; safe for use by many threads.
 */
public final class KubeLogin {
    /** Variable with a bearer token, for {@code spec.endpoint}. */
    public static final String TOKEN = "KUBE_TOKEN";

    private static final Path POD = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
    private static final Duration FRESH_MIN = Duration.ofMinutes(1);

    private final @Nullable URI endpoint;
    private final @Nullable String kubeconfig;
    private final @Nullable String context;
    private final Around around;
    private @Nullable Connection known;

    /** Looks for nothing yet. */
    public KubeLogin(@Nullable URI endpoint, @Nullable String kubeconfig, @Nullable String context, Around around) {
        this.endpoint = endpoint;
        this.kubeconfig = kubeconfig;
        this.context = context;
        this.around = around;
    }

    /**
     * A cluster and a user.
     *
     * @param token null where a certificate says who we are, or nothing does
     * @param source for a person
     * @param expires when to look again; null for never
     */
    public record Connection(
            URI server,
            Transport transport,
            @Nullable String token,
            String source,
            @Nullable Instant expires) {
        @Override
        public String toString() {
            return source + " at " + server;
        }
    }

    /** What holds now; none, or one that can't be used, is a CloudException of kind DENIED. */
    public synchronized Connection connection() {
        Connection now = known;
        Instant expires = now == null ? null : now.expires();
        if (now == null || (expires != null && !around.clock().instant().isBefore(expires))) {
            now = look();
            known = now;
        }
        return now;
    }

    private Connection look() {
        if (endpoint != null) {
            String token = variable(TOKEN);
            return new Connection(
                    endpoint,
                    around.transport(),
                    token,
                    token == null ? "spec.endpoint without credentials" : "spec.endpoint with the token in " + TOKEN,
                    null);
        }
        Path file = file();
        if (file != null) {
            return ofFile(KubeConfig.read(file, context));
        }
        return ofPod();
    }

    private @Nullable String variable(String name) {
        String value = around.environment().get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    private @Nullable Path file() {
        if (kubeconfig != null) {
            Path named =
                    kubeconfig.startsWith("~/") ? around.home().resolve(kubeconfig.substring(2)) : Path.of(kubeconfig);
            if (!Files.isRegularFile(named)) {
                throw KubeConfig.denied("spec.account.kubeconfig names " + named + ", which is not there");
            }
            return named;
        }
        String variable = variable("KUBECONFIG");
        if (variable != null) {
            for (String each : variable.split(File.pathSeparator, -1)) {
                if (!each.isBlank() && Files.isRegularFile(Path.of(each))) {
                    return Path.of(each);
                }
            }
            throw KubeConfig.denied("KUBECONFIG names no file that is there");
        }
        Path usual = around.home().resolve(".kube").resolve("config");
        return Files.isRegularFile(usual) ? usual : null;
    }

    private Connection ofFile(KubeConfig config) {
        for (String refused : new String[] {"proxy-url", "tls-server-name"}) {
            if (config.ofCluster(refused) != null) {
                throw KubeConfig.denied(config + " has " + refused + ", which Weft does not take");
            }
        }
        if ("true".equals(config.ofCluster("insecure-skip-tls-verify"))) {
            throw KubeConfig.denied(config + " has insecure-skip-tls-verify, which Weft does not take; give"
                    + " certificate-authority instead");
        }
        for (String refused : new String[] {"username", "auth-provider"}) {
            if (config.ofUser(refused) != null) {
                throw KubeConfig.denied(config + " logs in by " + refused + ", which Weft does not take; token,"
                        + " tokenFile, a client certificate and exec work");
            }
        }
        byte[] certificate = config.data(true, "client-certificate");
        byte[] key = config.data(true, "client-key");
        String token = config.ofUser("token");
        Instant expires = null;
        String tokenFile = config.ofUser("tokenFile");
        Map<?, ?> exec = config.exec();
        if (tokenFile != null) {
            token = new String(KubeConfig.bytes(config.beside(tokenFile)), StandardCharsets.UTF_8).strip();
            expires = around.clock().instant().plus(FRESH_MIN);
        } else if (exec != null) {
            ExecPlugin.Given given = ExecPlugin.run(exec, config, around.environment());
            token = given.token();
            String givenCertificate = given.certificate();
            String givenKey = given.key();
            if (givenCertificate != null && givenKey != null) {
                certificate = givenCertificate.getBytes(StandardCharsets.UTF_8);
                key = givenKey.getBytes(StandardCharsets.UTF_8);
            }
            expires = given.expires() == null ? null : given.expires().minus(FRESH_MIN);
        }
        SSLContext tls = KubeTls.context(config.data(false, "certificate-authority"), certificate, key);
        return new Connection(
                URI.create(String.valueOf(config.ofCluster("server"))),
                tls == null ? around.transport() : new JdkTransport(tls),
                token,
                config.toString(),
                expires);
    }

    private Connection ofPod() {
        String host = variable("KUBERNETES_SERVICE_HOST");
        String port = variable("KUBERNETES_SERVICE_PORT");
        if (host == null || port == null || !Files.isRegularFile(POD.resolve("token"))) {
            throw KubeConfig.denied(
                    "no Kubernetes cluster was found: there is no ~/.kube/config, KUBECONFIG is not set,"
                            + " and this is not a pod; or give spec.endpoint and the variable " + TOKEN);
        }
        SSLContext tls = KubeTls.context(KubeConfig.bytes(POD.resolve("ca.crt")), null, null);
        String name = host.contains(":") ? '[' + host + ']' : host;
        return new Connection(
                URI.create("https://" + name + ':' + port),
                tls == null ? around.transport() : new JdkTransport(tls),
                new String(KubeConfig.bytes(POD.resolve("token")), StandardCharsets.UTF_8).strip(),
                "the service account of this pod",
                around.clock().instant().plus(FRESH_MIN));
    }
}
