// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.filter;

import dev.weft.api.resource.RouteFilter;
import java.util.concurrent.atomic.AtomicInteger;

/** Where copies of requests go, and of how many. Safe on any loop. */
public final class MirrorRule {
    /** Copies under way at once to one mirror; one more is not sent. */
    public static final int AT_ONCE_MAX = 64;

    private final String backend;
    private final double share;
    private final AtomicInteger underWay = new AtomicInteger();

    private MirrorRule(String backend, double share) {
        this.backend = backend;
        this.share = share;
    }

    /** Of a route of {@code namespace}. */
    static MirrorRule of(RouteFilter.Mirror mirror, String namespace) {
        RouteFilter.Target to = mirror.backendRef();
        RouteFilter.Fraction fraction = mirror.fraction();
        Integer percent = mirror.percent();
        double share = 1;
        if (fraction != null) {
            share = (double) fraction.numerator() / fraction.denominator();
        } else if (percent != null) {
            share = percent / 100.0;
        }
        return new MirrorRule(BackendName.of(to.kind(), namespace, to.name(), to.port()), share);
    }

    /** The backend's name in the gateway. */
    public String backend() {
        return backend;
    }

    /** Whether this request is one of those that are copied. @param draw random, in [0, 1) */
    public boolean takes(double draw) {
        return draw < share;
    }

    /** Takes one of the places under way; false if there is none. */
    public boolean begin() {
        if (underWay.incrementAndGet() <= AT_ONCE_MAX) {
            return true;
        }
        underWay.decrementAndGet();
        return false;
    }

    /** Gives the place back. */
    public void end() {
        underWay.decrementAndGet();
    }
}
