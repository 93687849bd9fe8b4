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
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * AWS's Signature Version 4 of one service in one region. Pure; safe for use by many threads. Source: AWS IAM user guide,
 * "Create a signed AWS API request"; every service but S3 encodes the path once more.
 */
public record SigV4(String service, String region) {
    /** What the field authorization begins with. */
    public static final String ALGORITHM = "AWS4-HMAC-SHA256";
    /** How {@code x-amz-date} is written. */
    public static final DateTimeFormatter TIME =
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
        added.put(
                "authorization",
                ALGORITHM + " Credential=" + credentials.accessKey() + '/' + scope(time) + ", SignedHeaders="
                        + String.join(";", signed.keySet()) + ", Signature="
                        + HEX.formatHex(signature(message, signed, time, credentials.secretKey())));
        return added;
    }

    private String scope(String time) {
        return time.substring(0, 8) + '/' + region + '/' + service + "/aws4_request";
    }

    /**
     * The signature of {@code message} at {@code time}, as {@code x-amz-date} has it.
     *
     * @param signed the fields that are signed, names in lower case; the message's own count for nothing here
     */
    public byte[] signature(Message message, SortedMap<String, String> signed, String time, String secret) {
        StringBuilder canonical = new StringBuilder(256);
        canonical.append(message.method()).append('\n');
        canonical.append(encodedAgain(message.path())).append('\n');
        canonical.append(sorted(message.query())).append('\n');
        signed.forEach((name, value) ->
                canonical.append(name).append(':').append(trimmed(value)).append('\n'));
        canonical
                .append('\n')
                .append(String.join(";", signed.keySet()))
                .append('\n')
                .append(sha256(message.body()));
        String text = ALGORITHM
                + '\n'
                + time
                + '\n'
                + scope(time)
                + '\n'
                + sha256(canonical.toString().getBytes(StandardCharsets.UTF_8));
        return SigningKeys.of(secret, time.substring(0, 8), region, service).sign(text);
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

    /** SHA-256 in hexadecimal digits, as the signature has it of the body. */
    public static String sha256(byte[] bytes) {
        return HEX.formatHex(SigningKeys.sha256(bytes));
    }
}
