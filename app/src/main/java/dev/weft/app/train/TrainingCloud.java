// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.train;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A Lambda with one function, on this machine and for as long as training takes: it lets a plan run its whole way. Answers what a plan asks, and nothing else. */
public final class TrainingCloud implements AutoCloseable {
    private static final String CONFIGURATION = """
            {"FunctionName": "idle", "FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:idle", \
            "Runtime": "nodejs22.x", "Handler": "index.handler", "MemorySize": 128, "Timeout": 3, "Version": "1", \
            "Role": "arn:aws:iam::123456789012:role/functions", "Architectures": ["x86_64"], "PackageType": "Zip", \
            "State": "Active", "LastUpdateStatus": "Successful", "CodeSha256": "digest", "RevisionId": "1", \
            "Environment": {"Variables": {"STAGE": "other"}}}""";
    private static final String FUNCTION = """
            {"Configuration": %s, "Concurrency": {"ReservedConcurrentExecutions": 1}, \
            "Tags": {"weft.dev/application": "train", "weft.dev/function": "idle", "weft.dev/code": "1", "weft.dev/settings": "1"}}""".formatted(CONFIGURATION);
    private static final String LIST = "{\"Functions\": [" + CONFIGURATION + "], \"NextMarker\": null}";

    private final ServerSocket server;

    /** Listens at once, on a port of the system's choice. */
    public TrainingCloud() throws IOException {
        server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        Thread ignored = Thread.ofVirtual().name("training-cloud").start(this::accept);
    }

    /** Where a document's {@code spec.endpoint} must point. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket caller = server.accept();
                Thread ignored = Thread.ofVirtual().name("training-call").start(() -> serve(caller));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void serve(Socket caller) {
        try (caller;
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(caller.getInputStream(), StandardCharsets.US_ASCII))) {
            for (String first = in.readLine(); first != null; first = in.readLine()) {
                for (String field = in.readLine(); field != null && !field.isEmpty(); field = in.readLine()) {}
                byte[] body = body(first).getBytes(StandardCharsets.UTF_8);
                String head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " + body.length
                        + "\r\n\r\n";
                OutputStream out = caller.getOutputStream();
                out.write(head.getBytes(StandardCharsets.US_ASCII));
                out.write(body);
            }
        } catch (IOException gone) {
            // the plan is over
        }
    }

    private static String body(String first) {
        if (first.contains("/configuration")) {
            return CONFIGURATION;
        }
        return first.contains("/functions/") ? FUNCTION : LIST;
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException stuck) {
            throw new UncheckedIOException(stuck);
        }
    }
}
