// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.six;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;

/** The way to a server: passes bytes on both ways, and may be told to be slow about it. */
final class Door implements AutoCloseable {
    private static final int CHUNK = 16 * 1024;

    private final ServerSocket server;
    private final URI behind;
    private volatile Duration delay = Duration.ZERO;

    Door(URI behind) throws IOException {
        this.behind = behind;
        server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::open);
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** How long each piece of an answer is held back. */
    void delay(Duration time) {
        delay = time;
    }

    private void open() {
        try {
            while (true) {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> pass(client));
            }
        } catch (IOException closed) {
            // the door is shut
        }
    }

    private void pass(Socket client) {
        try (client;
                Socket upstream = new Socket(behind.getHost(), behind.getPort())) {
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            Thread there = Thread.ofVirtual().start(() -> copy(client, upstream, false));
            copy(upstream, client, true);
            there.join();
        } catch (IOException gone) {
            // one of both hung up
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void copy(Socket from, Socket to, boolean slowly) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] chunk = new byte[CHUNK];
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                if (slowly) {
                    Thread.sleep(delay);
                }
                out.write(chunk, 0, n);
                out.flush();
            }
            to.shutdownOutput();
        } catch (IOException gone) {
            close(from);
            close(to);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException closed) {
            // as wanted
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
