// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.service;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Outcome;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.gateway.body.KeptBody;
import dev.weft.net.Upstreams;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A service's server, called as it is: the request passes with the caller's host, without what belongs to the
 * connection. Of several addresses the one that answered last is tried first; the next ones only when no connection comes
 * about. Safe on any loop.
 */
final class ServicePlace implements Place {
    private final String host;
    private final int port;
    private final Upstreams upstreams;
    private final Addresses addresses;
    private final InstantSource clock;
    private volatile int preferred;

    ServicePlace(String host, int port, Upstreams upstreams, Addresses addresses, InstantSource clock) {
        this.host = host;
        this.port = port;
        this.upstreams = upstreams;
        this.addresses = addresses;
        this.clock = clock;
    }

    @Override
    public String cloud() {
        return Services.CLOUD;
    }

    @Override
    public Attempt call(Call call, Loop loop, Answers answers) {
        if (!(call instanceof Call.Exchange exchange)) {
            call.body().discard();
            answers.failed(new CloudException(
                    CloudException.Kind.INVALID, "a service takes HTTP requests only, no events", null));
            return () -> {};
        }
        Exchange sending = new Exchange(exchange, loop, answers);
        sending.start();
        return sending;
    }

    /** One call. On its loop. */
    private final class Exchange implements Attempt, Upstreams.Sink {
        private final Call.Exchange call;
        private final Loop loop;
        private final Answers answers;
        private final Loop.Timer timer;
        private List<InetAddress> known = List.of();
        private int tried;
        private int at;
        private boolean over;
        private @Nullable Attempt current;
        private @Nullable KeptBody kept;

        Exchange(Call.Exchange call, Loop loop, Answers answers) {
            this.call = call;
            this.loop = loop;
            this.answers = answers;
            Duration left = Duration.between(clock.instant(), call.context().deadline());
            this.timer = loop.after(left.isNegative() ? Duration.ZERO : left, this::late);
        }

        void start() {
            addresses.find(host, loop, this::found, this::end);
        }

        private void found(List<InetAddress> all) {
            if (over) {
                return;
            }
            known = all;
            at = Math.floorMod(preferred, all.size());
            if (all.size() > 1 && call.body().length() != 0) {
                kept = new KeptBody(call.body());
            }
            send();
        }

        private void send() {
            KeptBody held = kept;
            Body body = held == null ? call.body() : held;
            InvokeDialect.WireRequest request = new InvokeDialect.WireRequest(
                    call.line().method(), call.line().target(), call.headers(), body);
            int number = ++tried;
            Attempt sent = upstreams.send(loop, new InetSocketAddress(known.get(at), port), request, this);
            if (number == tried) { // else it failed at once and the next has been started already
                current = sent;
            }
        }

        @Override
        public void answered(InvokeDialect.WireHead head, Body body) {
            if (over) {
                body.discard();
                return;
            }
            over = true;
            timer.cancel();
            preferred = at;
            answers.outcome(new Outcome.Response(head.status(), head.headers(), body));
        }

        @Override
        public void failed(CloudException why) {
            boolean unsent = why.kind() == CloudException.Kind.UNREACHABLE;
            KeptBody held = kept;
            boolean whole = held == null ? call.body().length() == 0 : held.untouched();
            if (!over && unsent && whole && tried < known.size()) {
                at = (at + 1) % known.size();
                send();
            } else {
                end(why);
            }
        }

        private void end(CloudException why) {
            if (!over) {
                over = true;
                timer.cancel();
                letGo();
                answers.failed(why);
            }
        }

        private void letGo() {
            KeptBody held = kept;
            if (held != null) {
                held.letGo();
            } else if (tried == 0) {
                call.body().discard();
            }
        }

        private void late() {
            if (!over) {
                cancel();
                answers.outcome(new Outcome.Failure(
                        Outcome.Failure.Reason.TIMEOUT,
                        "Timeout",
                        "service " + host + ':' + port + " did not answer before the call's deadline",
                        new byte[0],
                        ""));
            }
        }

        @Override
        public void cancel() {
            if (over) {
                return;
            }
            over = true;
            timer.cancel();
            Attempt sent = current;
            if (sent != null) {
                sent.cancel();
            }
            letGo();
        }
    }
}
