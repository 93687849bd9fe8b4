// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.spi.InvokeDialect;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Runs the vendors' own clients, and sends what a dialect wrote. */
public final class Commands {
    private static final int MINUTES_MAX = 4;

    private Commands() {}

    /** What {@code command} printed; an error with it where it failed. */
    public static String run(Path folder, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.txt").toFile())
                .start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(MINUTES_MAX, TimeUnit.MINUTES);
        if (!ended) {
            process.destroyForcibly();
        }
        String output = java.nio.file.Files.readString(folder.resolve("output.txt"));
        if (!ended || process.exitValue() != 0) {
            throw new AssertionError(command[0] + " failed: " + output);
        }
        return output;
    }

    /** The status that {@code request} is answered with. */
    public static int send(URI server, InvokeDialect.WireRequest request) throws IOException, InterruptedException {
        HttpRequest.Builder builder = HttpRequest.newBuilder(server.resolve(request.target()))
                .method(request.method(), HttpRequest.BodyPublishers.ofByteArray(bytes(request.body())));
        request.headers().forEach((name, value) -> {
            if (!name.equals("host")) {
                builder.setHeader(name, value);
            }
        });
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return client.send(builder.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    /** A body that is all there. */
    public static byte[] bytes(Body body) {
        byte[][] bytes = {new byte[0]};
        BodyGatherer.gather(body, 64 << 20, all -> bytes[0] = all, broken -> {
            throw new AssertionError(broken);
        });
        return bytes[0];
    }

    /** The same as text. */
    public static String text(Body body) {
        return new String(bytes(body), StandardCharsets.UTF_8);
    }
}
