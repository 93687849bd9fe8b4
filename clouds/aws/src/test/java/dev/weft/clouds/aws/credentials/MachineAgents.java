// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.credentials;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** What AWS puts beside containers and instances, and single sign-on's portal: each gives credentials to who proves itself. */
final class MachineAgents implements AutoCloseable {
    static final String AGENT_TOKEN = "Bearer agent-token-that-nobody-may-see";
    static final String SSO_TOKEN = "sso-token-that-nobody-may-see";

    private static final String METADATA_TOKEN = "metadata-token-that-nobody-may-see";

    private final HttpServer server;

    MachineAgents() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        Instant end = Instant.now().plus(6, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS);
        String given = "{\"Code\":\"Success\",\"AccessKeyId\":\"ASIA%s\",\"SecretAccessKey\":\"" + CredentialCase.SECRET
                + "\",\"Token\":\"" + CredentialCase.TOKEN + "\",\"Expiration\":\"" + end + "\"}";
        answer("/container", "authorization", AGENT_TOKEN, given.formatted("CONTAINER000"));
        answer("/latest/api/token", "x-aws-ec2-metadata-token-ttl-seconds", null, METADATA_TOKEN);
        String roles = "/latest/meta-data/iam/security-credentials/";
        answer(roles, "x-aws-ec2-metadata-token", METADATA_TOKEN, "machines");
        answer(roles + "machines", "x-aws-ec2-metadata-token", METADATA_TOKEN, given.formatted("INSTANCE0000"));
        answer(
                "/federation/credentials",
                "x-amz-sso_bearer_token",
                SSO_TOKEN,
                "{\"roleCredentials\":{\"accessKeyId\":\"ASIASSO000000000\",\"secretAccessKey\":\""
                        + CredentialCase.SECRET + "\",\"sessionToken\":\"" + CredentialCase.TOKEN
                        + "\",\"expiration\":" + end.toEpochMilli() + "}}");
        server.start();
    }

    private void answer(String path, String field, @Nullable String value, String body) {
        server.createContext(path, exchange -> {
            String said = exchange.getRequestHeaders().getFirst(field);
            boolean right = exchange.getRequestURI().getPath().equals(path)
                    && said != null
                    && (value == null || said.equals(value));
            byte[] bytes = (right ? body : "no").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(right ? 200 : 401, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    /** Where they are. */
    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
