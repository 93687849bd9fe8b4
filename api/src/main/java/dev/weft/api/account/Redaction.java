// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.account;

import dev.weft.api.CloudException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/** Keeps secrets out of what a vendor's answer says: some repeat the value that they refuse. */
public final class Redaction {
    private static final String INSTEAD = "(secret)";

    private Redaction() {}

    /** What {@code request} gives; a failure whose words hold one of {@code values}, plain or in Base64, is thrown without them, and then without its cause. */
    public static <T> T sent(Collection<String> values, Supplier<T> request) {
        try {
            return request.get();
        } catch (CloudException failed) {
            throw without(values, failed);
        }
    }

    private static CloudException without(Collection<String> values, CloudException failed) {
        String said = String.valueOf(failed.getMessage());
        String words = said;
        // the longest first: one may be a part of another
        List<String> ordered = values.stream()
                .filter(each -> !each.isEmpty())
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
        for (String value : ordered) {
            String encoded = Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
            words = words.replace(encoded, INSTEAD).replace(value, INSTEAD);
        }
        return words.equals(said) ? failed : new CloudException(failed.kind(), words, null, failed.retryAfter());
    }
}
