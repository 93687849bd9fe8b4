// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle;

import dev.weft.api.Sha256;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Ids as the Fn server gives them, 26 characters that sort by time; here made of names, so that they stay the same. */
final class FnIds {
    private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int LENGTH = 26;
    private static final int BITS_PER_DIGIT = 5;
    private static final int BYTES = 15;

    private FnIds() {}

    /** The id of the application {@code app} on {@code cloud}. */
    static String app(String cloud, String app) {
        return id("app", cloud, app);
    }

    /** The id of {@code function} in that application. */
    static String function(String cloud, String app, String function) {
        return id("fn", cloud, app, function);
    }

    private static String id(String... parts) {
        byte[] hash = Sha256.of(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
        BigInteger rest = new BigInteger(1, Arrays.copyOf(hash, BYTES));
        StringBuilder id = new StringBuilder("01"); // as every id of our years begins
        for (int i = LENGTH - 3; i >= 0; i--) {
            id.append(DIGITS.charAt(rest.shiftRight(i * BITS_PER_DIGIT).intValue() & 31));
        }
        return id.toString();
    }
}
