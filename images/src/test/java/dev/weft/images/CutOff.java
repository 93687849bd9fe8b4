// SPDX-License-Identifier: Apache-2.0
package dev.weft.images;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/** The way to a server that breaks once so many bytes went there: in the middle, and then it answers as a proxy does whose server is gone. */
final class CutOff implements AutoCloseable {
    private static final int CHUNK = 16 * 1024;
    private static final byte[] GONE = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket server;
    private final int behind;
    private final AtomicLong left;

    CutOff(int behind, long bytes) throws IOException {
        this.behind = behind;
        left = new AtomicLong(bytes);
        server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    boolean cut() {
        return left.get() <= 0;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> pass(client));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private void pass(Socket client) {
        if (cut()) {
            refuse(client);
            return;
        }
        try (client;
                Socket upstream = new Socket(InetAddress.getLoopbackAddress(), behind)) {
            Thread back = Thread.ofVirtual().start(() -> copy(upstream, client, false));
            copy(client, upstream, true);
            back.join();
        } catch (IOException gone) {
            // one of both hung up
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void refuse(Socket client) {
        try (client) {
            byte[] chunk = new byte[CHUNK];
            if (client.getInputStream().read(chunk) > 0) {
                client.getOutputStream().write(GONE);
            }
            client.shutdownOutput();
            while (client.getInputStream().read(chunk) >= 0) {
                // what is still sent is not looked at
            }
        } catch (IOException gone) {
            // it hung up
        }
    }

    private void copy(Socket from, Socket to, boolean counted) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] chunk = new byte[CHUNK];
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                if (counted && left.addAndGet(-n) <= 0) {
                    from.close();
                    to.close();
                    return;
                }
                out.write(chunk, 0, n);
                out.flush();
            }
            to.shutdownOutput();
        } catch (IOException gone) {
            try {
                from.close();
                to.close();
            } catch (IOException closed) {
                // as wanted
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
