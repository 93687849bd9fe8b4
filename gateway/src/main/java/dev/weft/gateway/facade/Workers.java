// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.facade;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Headers;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Wish.Told;
import dev.weft.net.PipedBody;
import dev.weft.net.ServerExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * Threads that work for clients, one each, and answer whole or bit by bit. A client that does not take what it is told for as long
 * as its listener waits is cut off there.
 */
final class Workers {
    private final Semaphore places;
    private final Set<Thread> working = ConcurrentHashMap.newKeySet();
    private volatile boolean ending;

    /** At most so many at once. */
    Workers(int atOnceMax) {
        this.places = new Semaphore(atOnceMax);
    }

    /** What is done for a client. */
    @FunctionalInterface
    interface Work {
        /** Interrupted when the client goes away. */
        Told run() throws InterruptedException;
    }

    /**
     * Whether there is a place for one more. On the exchange's loop, where {@code broken} is told of a bug.
     *
     * @param answered hears the status
     */
    boolean begin(ServerExchange exchange, Work work, IntConsumer answered, Consumer<RuntimeException> broken) {
        return start(exchange, () -> tell(exchange, work.run(), answered), broken);
    }

    /** What is found out for a client. */
    @FunctionalInterface
    interface Asking<T> {
        /** Interrupted when the client goes away. */
        T run() throws InterruptedException;
    }

    /** Who hears what was found out, and who of a bug. On the exchange's loop. */
    record Ends<T>(Consumer<T> then, Consumer<RuntimeException> broken) {}

    /** Finds something out, and answers nothing yet; whether there is a place for one more. On the exchange's loop. */
    <T> boolean ask(ServerExchange exchange, Asking<T> asking, Ends<T> ends) {
        return start(
                exchange,
                () -> {
                    T found = asking.run();
                    exchange.loop().run(() -> ends.then().accept(found));
                },
                ends.broken());
    }

    @FunctionalInterface
    private interface Task {
        void run() throws InterruptedException, IOException;
    }

    private boolean start(ServerExchange exchange, Task task, Consumer<RuntimeException> broken) {
        if (!places.tryAcquire()) {
            return false;
        }
        Thread worker = Thread.ofVirtual().name("facade").unstarted(() -> {
            try {
                task.run();
            } catch (InterruptedException | IOException gone) {
                exchange.loop().run(() -> exchange.respond(499, Headers.none(), Body.empty()));
            } catch (RuntimeException bug) {
                exchange.loop().run(() -> broken.accept(bug));
            } finally {
                working.remove(Thread.currentThread());
                places.release();
            }
        });
        exchange.onCallerGone(worker::interrupt);
        working.add(worker);
        worker.start();
        if (ending) {
            worker.interrupt();
        }
        return true;
    }

    /** Ends all, as if all were told, and whatever begins from now on. */
    void end() {
        ending = true;
        working.forEach(Thread::interrupt);
    }

    private void tell(ServerExchange exchange, Told told, IntConsumer answered)
            throws IOException, InterruptedException {
        switch (told) {
            case Told.Whole(FacadeAnswer answer) -> {
                answered.accept(answer.status());
                exchange.loop().run(() -> exchange.respond(answer.status(), answer.headers(), Body.of(answer.body())));
            }
            case Told.Bits bits -> {
                answered.accept(200);
                PipedBody body = new PipedBody(exchange.loop());
                exchange.loop().run(() -> exchange.respond(200, bits.headers(), body));
                write(bits, body);
            }
        }
    }

    /** Only one that returns has told all: after a failure the client must not take a part for the whole. */
    private void write(Told.Bits bits, PipedBody body) throws IOException, InterruptedException {
        boolean whole = false;
        OutputStream out = body.out();
        try {
            bits.telling().run(out);
            whole = true;
        } finally {
            if (whole || ending) {
                out.close();
            } else {
                body.fail(new BodyException(BodyException.Reason.BROKEN_OFF, "what was told broke off", null));
            }
        }
    }
}
