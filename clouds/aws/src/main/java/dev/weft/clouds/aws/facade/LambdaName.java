// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import dev.weft.api.Sha256;
import dev.weft.api.facade.Key;
import dev.weft.clouds.aws.contract.LambdaPayload;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A function as Lambda's clients name it: by its name, its ARN or a part of one. The function's name is Weft's; the account is
 * the key's namespace, as a number of twelve digits; any region will do, for there is one Weft. Pure.
 *
 * @param qualifier null where none was said
 */
record LambdaName(String function, @Nullable String qualifier) {
    /** The version that there is. */
    static final String LATEST = "$LATEST";

    private static final BigInteger ACCOUNTS = BigInteger.TEN.pow(12);
    private static final Pattern NAME = Pattern.compile(
            "(?:(?:arn:aws:lambda:[-a-z0-9]{1,32}:)?([0-9]{12}):function:|function:)?([-A-Za-z0-9_]{1,64})"
                    + "(?::(\\$LATEST|[-A-Za-z0-9_]{1,128}))?");

    /** What {@code text} names in the account of {@code key}; null where it is no function's name, or another account's. */
    static @Nullable LambdaName of(String text, @Nullable String qualifier, Key key) {
        Matcher named = NAME.matcher(text);
        if (!named.matches()) {
            return null;
        }
        String account = named.group(1);
        String inName = named.group(3);
        boolean twice = inName != null && qualifier != null && !inName.equals(qualifier);
        return twice || (account != null && !account.equals(account(key.namespace())))
                ? null
                : new LambdaName(named.group(2), inName == null ? qualifier : inName);
    }

    /** Whether it means what is served. */
    boolean latest() {
        return qualifier == null || qualifier.equals(LATEST);
    }

    /** The account that stands for a namespace. */
    static String account(String namespace) {
        if (namespace.equals("default")) {
            return LambdaPayload.ACCOUNT;
        }
        byte[] hash = Sha256.of(namespace.getBytes(StandardCharsets.UTF_8));
        return "%012d".formatted(new BigInteger(1, hash).mod(ACCOUNTS));
    }

    /** The ARN without a qualifier. */
    static String arn(String region, String namespace, String function) {
        return "arn:aws:lambda:" + region + ':' + account(namespace) + ":function:" + function;
    }
}
