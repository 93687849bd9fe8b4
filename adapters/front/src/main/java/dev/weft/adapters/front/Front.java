// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.front;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The function as a server: on the port that the platform names, or on Fn's socket. Listens once the code is ready. For
 * Knative, Code Engine, Azure, Alibaba and Fn.
 */
public final class Front {
    /** The class that Google's framework is told to call. */
    public static final String GOOGLE = "dev.weft.adapters.front.GoogleFront";

    /** The handler that Lambda is told to call. */
    public static final String LAMBDA = "dev.weft.adapters.front.LambdaFront::handleRequest";

    /** The action that OpenWhisk's start is told to call. */
    public static final String OPENWHISK = "dev.weft.adapters.front.OpenWhiskFront";

    /** What this process takes of the function's memory, its heap among it. */
    static final int MEMORY_MEBIBYTES = 128;

    /** Bytes of a request, as Lambda takes them. */
    static final int REQUEST_BYTES_MAX = 6 << 20;

    /** Variables that tell the front of its platform: they are not the code's. */
    static final List<String> PORTS_AND_THE_LIKE = List.of(
            "PORT",
            "HOST",
            "FUNCTION_TARGET",
            "FUNCTION_SIGNATURE_TYPE",
            "FN_LISTENER",
            "FC_SERVER_PORT",
            "FUNCTIONS_CUSTOMHANDLER_PORT");

    private static final List<String> PORTS = List.of("FUNCTIONS_CUSTOMHANDLER_PORT", "FC_SERVER_PORT", "PORT");

    private Front() {}

    /** Never returns while it serves. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Settings settings = Settings.read();
        try {
            serve(settings, open(settings));
        } catch (Failure failure) {
            System.err.println(failure.type() + ": " + failure.getMessage());
            System.exit(1);
        }
    }

    /** Opens the code by its contract; returns once it can be called. */
    static Code open(Settings settings) throws Failure, IOException, InterruptedException {
        return settings.contract().equals("aws-lambda") ? LambdaCode.open(settings) : ServedCode.open(settings);
    }

    private static void serve(Settings settings, Code code) throws IOException, InterruptedException {
        Platform platform = Platform.of(settings);
        Server.Served served = asked -> platform.serve(code, asked);
        if (!settings.target().equals("fn")) {
            Map<String, String> env = System.getenv();
            String port = PORTS.stream()
                    .map(env::get)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse("8080");
            String host = env.getOrDefault("HOST", "0.0.0.0");
            Server.open(new InetSocketAddress(host, Integer.parseInt(port)), REQUEST_BYTES_MAX, served)
                    .await();
            return;
        }
        // the platform waits for the link: it must not see a socket that is not ready
        Path listener = Path.of(System.getenv("FN_LISTENER").replaceFirst("^unix:", ""));
        Path own = listener.resolveSibling("weft-" + ProcessHandle.current().pid() + ".sock");
        Server server = Server.open(UnixDomainSocketAddress.of(own), REQUEST_BYTES_MAX, served);
        Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rw-rw-rw-"));
        Files.createSymbolicLink(listener, own.getFileName());
        server.await();
    }
}
