// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import dev.weft.app.cli.CliException;
import dev.weft.app.cli.CliException.Exit;
import dev.weft.app.home.Home;
import dev.weft.net.ListenerHandover;
import dev.weft.net.Loops;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The Weft that another one takes the place of: {@code weft up --replace}. */
final class Succession implements AutoCloseable {
    /** In a Weft's run folder: where its listening sockets can be had. */
    static final String SOCKET = "handover.sock";

    private static final int GATEWAY = 0;
    private static final int ADMIN = 1;

    private final Home.Found before;
    private final ListenerHandover.Taken taken;
    private final Map<String, ListenerHandover.Adopted> others;

    private Succession(Home.Found before, ListenerHandover.Taken taken, Map<String, ListenerHandover.Adopted> others) {
        this.before = before;
        this.taken = taken;
        this.others = others;
    }

    /** Takes the sockets of the Weft of {@code home} that runs, which still serves; null where none runs. Blocking. */
    static @Nullable Succession take(Home home, Loops loops, UpPath.Options options) {
        if (!ListenerHandover.possible()) {
            throw new CliException(Exit.FAILED, "--replace: listening sockets can be handed over on Linux only");
        }
        List<Home.Found> running = home.running();
        if (running.isEmpty()) {
            return null;
        }
        if (running.size() > 1) {
            throw new CliException(
                    Exit.FAILED, "--replace: more than one Weft of yours runs, stop all but one: " + running);
        }
        Home.Found before = running.getFirst();
        Path socket = home.folder(before).resolve(SOCKET);
        try {
            ListenerHandover.Taken taken = ListenerHandover.take(loops, socket, 2);
            Succession succession = new Succession(before, taken, taken.others());
            succession.check("--port", GATEWAY, options.port());
            succession.check("--admin-port", ADMIN, options.adminPort());
            return succession;
        } catch (IOException refused) {
            throw new CliException(
                    Exit.FAILED, "--replace: " + before + " did not hand over its ports: " + refused.getMessage());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new CliException(Exit.FAILED, "--replace: interrupted");
        }
    }

    private void check(String option, int socket, int wanted) {
        int port = taken.sockets().get(socket).port();
        if (wanted != 0 && wanted != port) {
            close();
            throw new CliException(
                    Exit.FAILED,
                    "--replace: " + before + " listens on port " + port + ", " + option + " says " + wanted + "; give "
                            + option + ' ' + port + ", or stop it and start anew");
        }
    }

    ListenerHandover.Adopted gateway() {
        return taken.sockets().get(GATEWAY);
    }

    ListenerHandover.Adopted admin() {
        return taken.sockets().get(ADMIN);
    }

    /** The façades' sockets, by their listeners' names. */
    Map<String, ListenerHandover.Adopted> others() {
        return others;
    }

    /** Tells it to accept no more, finish its calls and end; it accepts no more when this returns. Blocking. */
    void leave() throws InterruptedException {
        try {
            taken.ready();
        } catch (IOException stuck) {
            throw new CliException(Exit.FAILED, "--replace: " + before + ": " + stuck.getMessage());
        }
    }

    @Override
    public void close() {
        taken.close();
    }
}
