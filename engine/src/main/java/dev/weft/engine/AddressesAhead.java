// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import dev.weft.api.CallContext;
import dev.weft.api.spi.ContractHost.GatewayAddresses;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gateway addresses for instances, a few opened before they are needed: a cold start does not wait for a listener. */
final class AddressesAhead implements AutoCloseable {
    /** Open and unused. */
    static final int AHEAD_MAX = 2;

    private final GatewayAddresses addresses;
    // guarded by this
    private final ArrayDeque<Opened> ahead = new ArrayDeque<>();
    private boolean wanted;
    private boolean closed;

    AddressesAhead(GatewayAddresses addresses) {
        this.addresses = addresses;
    }

    /** One address; whose it is is known only when it is given away. */
    private static final class Opened implements GatewayAddresses.Serving {
        private GatewayAddresses.@Nullable Address address;
        private volatile GatewayAddresses.@Nullable Serving serving;

        @Override
        public @Nullable CallContext now() {
            GatewayAddresses.Serving instance = serving;
            return instance == null ? null : instance.now();
        }
    }

    /** An address for an instance that serves what {@code serving} says. */
    GatewayAddresses.Address open(GatewayAddresses.Serving serving) {
        Opened opened;
        synchronized (this) {
            wanted = true;
            opened = ahead.poll();
        }
        if (opened == null || opened.address == null) {
            return addresses.open(serving);
        }
        opened.serving = serving;
        return opened.address;
    }

    /** The gateway's plain address, for contracts that serve several calls at once. */
    URI plain() {
        return addresses.plain();
    }

    /** What time does: as many as there should be. */
    void tick() {
        while (true) {
            synchronized (this) {
                if (closed || !wanted || ahead.size() >= AHEAD_MAX) {
                    return;
                }
            }
            Opened opened = new Opened();
            opened.address = addresses.open(opened);
            boolean late;
            synchronized (this) {
                late = closed;
                if (!late) {
                    ahead.add(opened);
                }
            }
            if (late) {
                opened.address.close();
            }
        }
    }

    @Override
    public void close() {
        List<Opened> left;
        synchronized (this) {
            closed = true;
            left = new ArrayList<>(ahead);
            ahead.clear();
        }
        for (Opened each : left) {
            GatewayAddresses.Address address = each.address;
            if (address != null) {
                address.close();
            }
        }
    }
}
