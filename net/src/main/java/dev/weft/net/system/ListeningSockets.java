// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * At which addresses a port of this machine is listened on. Source: Linux kernel documentation, proc_net_tcp: addresses
 * in hex, each 32 bits in the machine's own byte order, then {@code :port}; state {@code 0A} listens.
 */
public final class ListeningSockets {
    private static final List<Path> TABLES = List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));
    private static final String LISTENS = "0A";
    private static final int WORD_BYTES = 4;

    private ListeningSockets() {}

    /** The addresses other than loopback; empty where this system keeps no such tables. */
    public static List<String> exposing(int port) {
        List<String> found = new ArrayList<>();
        for (Path table : TABLES) {
            if (Files.isReadable(table)) { // else it is not Linux, or there is no IPv6
                found.addAll(exposing(port, text(table)));
            }
        }
        return found;
    }

    private static String text(Path table) {
        try {
            return Files.readString(table, StandardCharsets.ISO_8859_1);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("the list of sockets can't be read: " + table, unreadable);
        }
    }

    static List<String> exposing(int port, String table) {
        List<String> found = new ArrayList<>();
        for (String line : table.lines().skip(1).toList()) {
            String[] fields = line.strip().split(" +", -1);
            if (fields.length < 4 || !fields[3].equals(LISTENS)) {
                continue;
            }
            int colon = fields[1].indexOf(':');
            if (Integer.parseInt(fields[1], colon + 1, fields[1].length(), 16) != port) {
                continue;
            }
            InetAddress address = address(fields[1].substring(0, colon));
            if (!address.isLoopbackAddress()) {
                found.add(
                        address.isAnyLocalAddress() && address.getAddress().length > WORD_BYTES
                                ? "::"
                                : address.getHostAddress());
            }
        }
        return found;
    }

    private static InetAddress address(String hex) {
        ByteBuffer words = ByteBuffer.wrap(HexFormat.of().parseHex(hex)).order(ByteOrder.BIG_ENDIAN);
        ByteBuffer bytes = ByteBuffer.allocate(words.capacity()).order(ByteOrder.nativeOrder());
        while (words.hasRemaining()) {
            bytes.putInt(words.getInt());
        }
        try {
            return InetAddress.getByAddress(bytes.array());
        } catch (UnknownHostException length) {
            throw new IllegalStateException("an address of " + bytes.capacity() + " bytes", length);
        }
    }
}
