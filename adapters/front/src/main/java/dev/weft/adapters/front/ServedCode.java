// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.front;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Code whose contract is HTTP in some form: it runs in a child that serves a free loopback port, or Fn's socket, and is called
 * as its own platform calls it.
 */
final class ServedCode implements Code {
    /** How long a child may take until it listens. */
    static final long START_MILLIS_MAX = 60_000;

    /** Bytes of an answer. */
    static final int ANSWER_BYTES_MAX = 100 << 20;

    private static final long STEP_MILLIS = 10;
    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    private final Settings settings;
    private final Contract contract;
    private final ReentrantLock starting = new ReentrantLock();
    private final ReentrantLock turn = new ReentrantLock(true);
    private volatile @Nullable Child child;

    private record Child(Process process, SocketAddress at) {}

    private ServedCode(Settings settings, Contract contract) {
        this.settings = settings;
        this.contract = contract;
        Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
    }

    /** Opens it; returns once it can be called. */
    static ServedCode open(Settings settings) throws Failure, InterruptedException {
        ServedCode code = new ServedCode(settings, Contract.of(settings));
        Child ignored = code.running();
        return code;
    }

    @Override
    public Answer exchange(Exchange exchange) throws Failure, InterruptedException {
        return inTurn(() -> {
            Exchange timed = exchange.with(timed(exchange.about()));
            return contract.exchange(asking(running(), timed.about().deadlineMillis()), timed);
        });
    }

    @Override
    public Result event(Event event) throws Failure, InterruptedException {
        return inTurn(() -> {
            Event timed = new Event(timed(event.about()), event.contentType(), event.attributes(), event.body());
            return contract.event(asking(running(), timed.about().deadlineMillis()), timed);
        });
    }

    private About timed(About about) {
        return new About(about.id(), about.trace(), settings.untilMillis(about.deadlineMillis()));
    }

    private interface Does<T> {
        T run() throws Failure, InterruptedException;
    }

    /** Lets one call in at a time where the contract promises that. */
    private <T> T inTurn(Does<T> does) throws Failure, InterruptedException {
        if (!contract.oneAtATime()) {
            return does.run();
        }
        turn.lockInterruptibly();
        try {
            return does.run();
        } finally {
            turn.unlock();
        }
    }

    /** The running child; a new one where the last has ended. */
    private Child running() throws Failure, InterruptedException {
        starting.lockInterruptibly();
        try {
            Child own = child;
            if (own == null || !own.process.isAlive()) {
                own = start();
                child = own;
            }
            return own;
        } catch (IOException unstartable) {
            throw new Failure("InitError", String.valueOf(unstartable.getMessage()));
        } finally {
            starting.unlock();
        }
    }

    private Child start() throws Failure, IOException, InterruptedException {
        SocketAddress at = contract.socket()
                ? UnixDomainSocketAddress.of(Files.createTempDirectory("weft-").resolve("fn.sock"))
                : new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), freePort());
        List<String> command = new ArrayList<>(settings.command());
        if (command.get(0).equals("java")) {
            command.set(
                    0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.add(1, "-Xmx" + settings.heapMebibytes() + 'm');
        }
        ProcessBuilder building = new ProcessBuilder(command)
                .directory(settings.root().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        Front.PORTS_AND_THE_LIKE.forEach(building.environment().keySet()::remove);
        building.environment().putAll(contract.env(at));
        Child own = new Child(building.start(), at);
        child = own;
        long late = settings.clock().millis() + START_MILLIS_MAX;
        while (!listens(at)) {
            if (!own.process.isAlive()) {
                throw new Failure("InitError", "the program has ended: exit status " + own.process.exitValue());
            }
            if (settings.clock().millis() > late) {
                kill();
                throw new Failure(
                        "InitError",
                        "the program listens on nothing " + START_MILLIS_MAX / 1000 + " s after its start");
            }
            Thread.sleep(STEP_MILLIS);
        }
        try {
            contract.opened(asking(own, late));
        } catch (Failure refused) {
            kill();
            throw refused;
        }
        return own;
    }

    private static int freePort() throws IOException {
        try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getByAddress(LOOPBACK))) {
            return one.getLocalPort();
        }
    }

    private static boolean listens(SocketAddress at) {
        try (SocketChannel channel = connected(at)) {
            return channel.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static SocketChannel connected(SocketAddress at) throws IOException {
        SocketChannel channel = at instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open();
        try {
            channel.connect(at);
            return channel;
        } catch (IOException refused) {
            channel.close();
            throw refused;
        }
    }

    private void kill() {
        Child own = child;
        if (own != null) {
            own.process.destroyForcibly();
        }
    }

    /** How the contract asks the child, until then. */
    private Contract.Asking asking(Child own, long deadlineMillis) {
        return (method, target, fields, body) -> {
            AtomicBoolean late = new AtomicBoolean();
            // what still runs for this call must not serve the next
            Thread ending = new Thread(() -> {
                try {
                    Thread.sleep(Math.max(1, deadlineMillis - settings.clock().millis()));
                    late.set(true);
                    own.process.destroyForcibly();
                } catch (InterruptedException answered) {
                    Thread.currentThread().interrupt();
                }
            });
            ending.setDaemon(true);
            ending.start();
            try {
                Answer answer = ask(own, method + ' ' + target + " HTTP/1.1", fields, body);
                if (contract.spent(answer)) {
                    own.process.destroyForcibly();
                    child = null;
                }
                return answer;
            } catch (IOException gone) {
                throw late.get()
                        ? new Failure("Timeout", "no answer within " + settings.timeoutMillis() + " ms")
                        : new Failure("ExitError", "the program gave no answer: " + gone.getMessage());
            } finally {
                ending.interrupt();
            }
        };
    }

    private static Answer ask(Child own, String line, Fields fields, byte[] body) throws IOException {
        try (SocketChannel channel = connected(own.at)) {
            Wire wire = new Wire(channel, ANSWER_BYTES_MAX);
            wire.write(
                    line,
                    fields.endToEnd()
                            .with("content-length", Integer.toString(body.length))
                            .with("connection", "close"),
                    body);
            String[] first = wire.first();
            while (first != null && first[1].startsWith("1")) {
                Fields ignored = wire.fields();
                first = wire.first();
            }
            if (first == null || !first[1].matches("[2-5][0-9][0-9]")) {
                throw new IOException(first == null ? "it broke off" : "it does not speak HTTP/1.1");
            }
            int status = Integer.parseInt(first[1]);
            Fields answered = wire.fields();
            boolean none = line.startsWith("HEAD ") || status == 204 || status == 304;
            byte[] said = none ? new byte[0] : wire.body(answered, true);
            if (said.length > ANSWER_BYTES_MAX) {
                throw new IOException("the answer has more than " + ANSWER_BYTES_MAX + " bytes");
            }
            return new Answer(status, answered.endToEnd().where(each -> !each.is("date")), said);
        }
    }
}
