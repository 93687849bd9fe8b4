// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.CloudException;
import dev.weft.api.spi.Loop;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AddressesTest {
    private static final Loop AT_ONCE = new Loop() {
        @Override
        public boolean inside() {
            return true;
        }

        @Override
        public Timer after(Duration delay, Runnable task) {
            return () -> {};
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }
    };

    private final List<String> asked = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();
    private boolean known = true;
    private long now;
    private final Addresses addresses = new Addresses(this::lookup, () -> now, Runnable::run);

    private List<InetAddress> lookup(String host) throws UnknownHostException {
        asked.add(host);
        if (!known) {
            throw new UnknownHostException(host);
        }
        return List.of(InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) asked.size()}));
    }

    private String find() {
        heard.clear();
        addresses.find(
                "orders.example",
                AT_ONCE,
                found -> heard.add(found.getFirst().getHostAddress()),
                why -> heard.add(why.kind() + ": " + why.getMessage()));
        return heard.getFirst();
    }

    /** Whatever the system's resolver says of it. */
    @Test
    void aNameBelowLocalhostIsThisMachines() throws Exception {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        new Addresses()
                .find(
                        "own.default.LocalHost",
                        AT_ONCE,
                        found -> told.add(String.valueOf(found.getFirst().isLoopbackAddress())),
                        why -> told.add(String.valueOf(why.getMessage())));
        assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("true");
    }

    @Test
    void aNameIsLookedUpOnceWhileItsAddressesAreFresh() {
        assertThat(find()).isEqualTo("10.0.0.1");
        now += Addresses.FRESH_MAX.toNanos() - 1;
        assertThat(find()).isEqualTo("10.0.0.1");
        assertThat(asked).hasSize(1);
        now += 1;
        assertThat(find())
                .as("the known ones serve while it is looked up again")
                .isEqualTo("10.0.0.1");
        assertThat(find()).isEqualTo("10.0.0.2");
        assertThat(asked).hasSize(2);
    }

    @Test
    void aNameThatCanNotBeLookedUpAgainServesUntilItIsStale() {
        find();
        known = false;
        now += Addresses.FRESH_MAX.toNanos();
        find();
        assertThat(find()).isEqualTo("10.0.0.1");
        now += Addresses.STALE_MAX.toNanos();
        assertThat(find()).isEqualTo(CloudException.Kind.UNREACHABLE + ": host name orders.example has no address");
    }

    @Test
    void aNameWithoutAddressIsNotAskedForAgainAtOnce() {
        known = false;
        assertThat(find()).startsWith("UNREACHABLE");
        assertThat(find()).startsWith("UNREACHABLE");
        assertThat(asked).hasSize(1);
        known = true;
        now += Addresses.FAILED_FOR.toNanos();
        assertThat(find()).isEqualTo("10.0.0.2");
    }
}
