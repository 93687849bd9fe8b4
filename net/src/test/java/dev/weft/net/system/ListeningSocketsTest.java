// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListeningSocketsTest {
    private static final String HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt\n";
    private static final int PORT = 8080;

    @BeforeEach
    void samplesAreLittleEndian() {
        Assumptions.assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void loopbackExposesNothing() {
        assertThat(ListeningSockets.exposing(PORT, HEAD + "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000\n"))
                .isEmpty();
        assertThat(
                        ListeningSockets.exposing(
                                PORT,
                                HEAD
                                        + "   0: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 0\n"))
                .isEmpty();
        assertThat(
                        ListeningSockets.exposing(
                                PORT,
                                HEAD
                                        + "   0: 0000000000000000FFFF00000100007F:1F90 00000000000000000000000000000000:0000 0A 0\n"))
                .isEmpty();
    }

    @Test
    void everyInterfaceAndOneOfTheMachinesAddressesAreNamed() {
        assertThat(ListeningSockets.exposing(PORT, HEAD + "   0: 00000000:1F90 00000000:0000 0A 0:0\n"))
                .containsExactly("0.0.0.0");
        assertThat(
                        ListeningSockets.exposing(
                                PORT,
                                HEAD
                                        + "   0: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 0\n"))
                .containsExactly("::");
        assertThat(ListeningSockets.exposing(PORT, HEAD + "   0: 0F02000A:1F90 00000000:0000 0A 0:0\n"))
                .containsExactly("10.0.2.15");
    }

    @Test
    void otherPortsAndConnectionsDoNotCount() {
        String other = "   0: 00000000:1F91 00000000:0000 0A 0:0\n";
        String connection = "   1: 0F02000A:1F90 0F02000A:C350 01 0:0\n";

        assertThat(ListeningSockets.exposing(PORT, HEAD + other + connection)).isEmpty();
    }
}
