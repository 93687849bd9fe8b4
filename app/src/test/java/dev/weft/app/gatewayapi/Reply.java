// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.gatewayapi;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** An answer, byte by byte off a socket: no client library between that follows, adds or hides. */
record Reply(int status, List<String> fields, String body) {
    /** Asks for {@code what}: a path, or a method and a path. {@code fields} are whole lines; a Host line sets the host. */
    static Reply to(int port, String what, String... fields) {
        boolean method = !what.startsWith("/");
        StringBuilder request = new StringBuilder(method ? what : "GET " + what).append(" HTTP/1.1\r\n");
        boolean host = false;
        for (String field : fields) {
            host |= field.regionMatches(true, 0, "host:", 0, 5);
            request.append(field).append("\r\n");
        }
        if (!host) {
            request.append("Host: gateway.example\r\n");
        }
        request.append("Content-Length: 0\r\nConnection: close\r\n\r\n");
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
            return of(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1));
        } catch (IOException broken) {
            throw new AssertionError(what + " was not answered", broken);
        }
    }

    private static Reply of(String text) {
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            throw new AssertionError("no answer but '" + text + "'");
        }
        List<String> lines = List.of(text.substring(0, end).split("\r\n", -1));
        int status = Integer.parseInt(lines.getFirst().split(" ", -1)[1]);
        return new Reply(status, lines.subList(1, lines.size()), text.substring(end + 4));
    }

    /** A field of the answer, its values joined by commas without blanks; empty where it is absent. */
    String field(String name) {
        return values(fields, name);
    }

    /** What the backend saw: a field of its request, {@code backend} for its own name, {@code target} for the path. */
    String seen(String name) {
        return values(List.of(body.split("\n", -1)), name);
    }

    private static String values(List<String> lines, String name) {
        List<String> values = new ArrayList<>();
        for (String line : lines) {
            if (line.regionMatches(true, 0, name + ':', 0, name.length() + 1)) {
                values.add(line.substring(name.length() + 1).strip());
            }
        }
        return String.join(",", values).replace(", ", ",");
    }
}
