// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.action;

import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;

/**
 * The proxy, run once from its port to its JSON with an action of ours, in a process whose action is not known yet: what it
 * loads and compiles here is not waited for by a first caller. Nothing of it stays but loaded classes.
 */
public final class ProxyRehearsal {
    private static final int CALLS = 3;

    private ProxyRehearsal() {}

    /** The action of the rehearsal. */
    public static JsonObject main(JsonObject parameters) {
        return parameters;
    }

    /** Runs it; what goes wrong here will go wrong again where it matters, and be told there. */
    static void run() {
        try {
            File here = new File(ProxyRehearsal.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            HttpServer server = ActionProxy.serve(0, here, () -> {});
            try {
                int port = server.getAddress().getPort();
                ask(
                        port,
                        "/init",
                        "{\"value\":{\"name\":\"nobody\",\"main\":\"" + ProxyRehearsal.class.getName() + "\"}}");
                for (int i = 0; i < CALLS; i++) {
                    ask(port, "/run", "{\"value\":{\"who\":[1,2.5,true,null,\"nobody\"]}}");
                }
            } finally {
                server.stop(0);
            }
        } catch (IOException | URISyntaxException | RuntimeException early) {
            // there is no caller yet to be told
        }
    }

    private static void ask(int port, String path, String message) throws IOException {
        byte[] body = message.getBytes(StandardCharsets.UTF_8);
        String head = "POST " + path + " HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: "
                + body.length + "\r\n\r\n";
        try (Socket socket = new Socket("127.0.0.1", port);
                OutputStream out = socket.getOutputStream();
                InputStream in = socket.getInputStream()) {
            out.write((head + message).getBytes(StandardCharsets.UTF_8));
            out.flush();
            byte[] part = new byte[1024];
            int count = in.read(part);
            while (count >= 0) {
                count = in.read(part);
            }
        }
    }
}
