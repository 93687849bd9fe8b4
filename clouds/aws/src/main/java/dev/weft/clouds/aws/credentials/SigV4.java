// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.credentials;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * AWS's Signature Version 4 of one service in one region. Pure; safe for use by many threads. Source: AWS IAM user guide,
 * "Create a signed AWS API request"; every service but S3 encodes the path once more.
 */
public record SigV4(String service, String region) {
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final HexFormat HEX = HexFormat.of();
    private static final HexFormat UPPER = HexFormat.of().withUpperCase();
    private static final String PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
    private static final boolean[] PLAIN_IN_NAMES = table(PLAIN);
    private static final boolean[] PLAIN_IN_PATHS = table(PLAIN + '/');

    /** Two looks at the clock within one second say the same. */
    private static volatile Second second = new Second(Long.MIN_VALUE, "");

    private record Second(long epoch, String text) {}

    /**
     * What is signed.
     *
     * @param path percent-encoded, as on the wire
     * @param query percent-encoded; null where there is none
     * @param headers that are signed besides those the signature adds; names in lower case
     */
    public record Message(
            String method,
            String host,
            String path,
            @Nullable String query,
            Map<String, String> headers,
            byte[] body) {}

    /** The fields that a signed {@code message} has besides its own: host, time, session and signature. */
    public Map<String, String> fields(Message message, AwsCredentials credentials, Instant now) {
        String time = time(now);
        Map<String, String> added = new TreeMap<>();
        added.put("host", message.host());
        added.put("x-amz-date", time);
        if (credentials.token() != null) {
            added.put("x-amz-security-token", credentials.token());
        }
        TreeMap<String, String> signed = new TreeMap<>(message.headers());
        signed.putAll(added);
        String names = String.join(";", signed.keySet());
        StringBuilder canonical = new StringBuilder(256);
        canonical.append(message.method()).append('\n');
        canonical.append(encodedAgain(message.path())).append('\n');
        canonical.append(sorted(message.query())).append('\n');
        signed.forEach((name, value) ->
                canonical.append(name).append(':').append(trimmed(value)).append('\n'));
        canonical.append('\n').append(names).append('\n').append(sha256(message.body()));
        String day = time.substring(0, 8);
        String scope = day + '/' + region + '/' + service + "/aws4_request";
        String text = ALGORITHM
                + '\n'
                + time
                + '\n'
                + scope
                + '\n'
                + sha256(canonical.toString().getBytes(StandardCharsets.UTF_8));
        byte[] signature =
                SigningKeys.of(credentials.secretKey(), day, region, service).sign(text);
        added.put(
                "authorization",
                ALGORITHM + " Credential=" + credentials.accessKey() + '/' + scope + ", SignedHeaders=" + names
                        + ", Signature=" + HEX.formatHex(signature));
        return added;
    }

    private static String time(Instant now) {
        Second known = second;
        if (known.epoch() != now.getEpochSecond()) {
            known = new Second(now.getEpochSecond(), TIME.format(now));
            second = known;
        }
        return known.text();
    }

    /** Host and port as a client writes them: a scheme's usual port is left out. */
    public static String host(URI uri) {
        boolean usual = uri.getPort() < 0 || uri.getPort() == ("https".equals(uri.getScheme()) ? 443 : 80);
        return usual ? uri.getHost() : uri.getHost() + ':' + uri.getPort();
    }

    /** {@code text} percent-encoded as AWS does it: all but letters, digits and {@code -_.~}. */
    public static String encoded(String text) {
        return encoded(text, PLAIN_IN_NAMES);
    }

    private static String encodedAgain(String path) {
        return path.isEmpty() ? "/" : encoded(path, PLAIN_IN_PATHS);
    }

    private static String encoded(String text, boolean[] plain) {
        int first = 0;
        while (first < text.length() && text.charAt(first) < plain.length && plain[text.charAt(first)]) {
            first++;
        }
        if (first == text.length()) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            if (each >= 0 && plain[each]) {
                out.append((char) each);
            } else {
                out.append('%').append(UPPER.toHexDigits(each));
            }
        }
        return out.toString();
    }

    private static boolean[] table(String plain) {
        boolean[] table = new boolean[128];
        plain.chars().forEach(each -> table[each] = true);
        return table;
    }

    /** Parameters by name, then by value; one without a value gets an empty one. */
    private static String sorted(@Nullable String query) {
        if (query == null || query.isEmpty()) {
            return "";
        }
        if (query.indexOf('&') < 0) {
            return query.indexOf('=') < 0 ? query + '=' : query;
        }
        List<String[]> pairs = new ArrayList<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            pairs.add(
                    equals < 0
                            ? new String[] {pair, ""}
                            : new String[] {pair.substring(0, equals), pair.substring(equals + 1)});
        }
        pairs.sort((one, other) -> {
            int byName = one[0].compareTo(other[0]);
            return byName != 0 ? byName : one[1].compareTo(other[1]);
        });
        StringBuilder out = new StringBuilder(query.length());
        for (String[] pair : pairs) {
            out.append(out.isEmpty() ? "" : "&").append(pair[0]).append('=').append(pair[1]);
        }
        return out.toString();
    }

    private static String trimmed(String value) {
        String stripped = value.strip();
        return stripped.contains("  ") ? stripped.replaceAll(" {2,}", " ") : stripped;
    }

    private static String sha256(byte[] bytes) {
        return HEX.formatHex(SigningKeys.sha256(bytes));
    }
}
