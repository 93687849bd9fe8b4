// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity.compare;

import dev.weft.app.parity.cases.CaseFile.Ignore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The bodies of two answers, with their media types and encodings. */
final class Bodies {
    /** Size of a body that was compressed, without that. */
    static final int UNPACKED_BYTES_MAX = 64 << 20;

    private static final int AROUND = 24;
    private static final String NO_TEXT = "bytes that are not UTF-8";
    private static final String REPLACED = "U+FFFD in place of them";
    private static final String CRLF = "lines end in CRLF";
    private static final String LF = "lines end in LF";

    private final Ignore ignore;
    private final Masks masks;
    private final List<Difference> found = new ArrayList<>();

    /** A body as it came, and what is said of it. */
    record Said(
            byte[] bytes, @Nullable String type, @Nullable String encoding) {
        MediaType media() {
            return MediaType.of(type);
        }

        /** In lower case; identity where nothing is said. */
        String packing() {
            String said = encoding == null ? "" : encoding.strip().toLowerCase(Locale.ROOT);
            return said.isEmpty() ? "identity" : said;
        }
    }

    private Bodies(Ignore ignore, Masks masks) {
        this.ignore = ignore;
        this.masks = masks;
    }

    static List<Difference> compare(Said first, Said other, Ignore ignore, Masks masks) {
        Bodies bodies = new Bodies(ignore, masks);
        bodies.said(first, other);
        return bodies.found;
    }

    private void said(Said first, Said other) {
        byte[] here = unpacked(first);
        byte[] there = unpacked(other);
        if (!first.packing().equals(other.packing()) && !ignored("content-encoding")) {
            found.add(new Difference.Encoding(first.packing(), other.packing()));
        }
        boolean ascii = ascii(here) && ascii(there);
        boolean nothing = here.length == 0 && there.length == 0;
        if (!nothing && !first.media().means(other.media(), ascii) && !ignored("content-type")) {
            found.add(new Difference.ContentType(
                    first.media().toString(), other.media().toString()));
        }
        if (!Arrays.equals(here, there)) {
            bytes(first.media(), here, other.media(), there);
        }
    }

    private boolean ignored(String field) {
        return ignore.headers().stream().anyMatch(field::equalsIgnoreCase);
    }

    private void bytes(MediaType hereIs, byte[] here, MediaType thereIs, byte[] there) {
        JsonNode one = JsonValues.read(here);
        JsonNode two = JsonValues.read(there);
        if (one != null
                && two != null
                && (one.isContainer() || hereIs.json())
                && (two.isContainer() || thereIs.json())) {
            if (one.isString() != two.isString() && (inString(one, two) || inString(two, one))) {
                found.add(new Difference.Encoding(
                        one.isString() ? "JSON in a JSON string" : "JSON",
                        two.isString() ? "JSON in a JSON string" : "JSON"));
            } else {
                found.addAll(JsonValues.compare(one, two, ignore.json(), masks));
            }
        } else if (!maskedAlike(here, there)) {
            Difference otherwise = otherwise(hereIs, here, thereIs, there);
            found.add(otherwise == null ? differ(here, there) : otherwise);
        }
    }

    /** Whether all in which they differ is masked; bytes that are no text are not. */
    private boolean maskedAlike(byte[] here, byte[] there) {
        boolean texts = Arrays.equals(utf8(here).getBytes(StandardCharsets.UTF_8), here)
                && Arrays.equals(utf8(there).getBytes(StandardCharsets.UTF_8), there);
        return texts && masks.over(utf8(here)).equals(masks.over(utf8(there)));
    }

    private static boolean inString(JsonNode text, JsonNode value) {
        if (!text.isString()) {
            return false;
        }
        JsonNode inside = JsonValues.read(text.stringValue().getBytes(StandardCharsets.UTF_8));
        return inside != null
                && JsonValues.compare(inside, value, List.of(), Masks.of(List.of()))
                        .isEmpty();
    }

    /** The same text in the character sets that are said. */
    private static @Nullable Difference otherwise(MediaType hereIs, byte[] here, MediaType thereIs, byte[] there) {
        Charset one = charset(hereIs);
        Charset two = charset(thereIs);
        return !one.equals(two) && new String(here, one).equals(new String(there, two))
                ? new Difference.Encoding(one.name(), two.name())
                : otherwise(here, there);
    }

    private static Charset charset(MediaType type) {
        Charset said = type.charset();
        return said == null ? StandardCharsets.UTF_8 : said;
    }

    /** How the same content is written otherwise; null where it is other content. */
    private static @Nullable Difference otherwise(byte[] here, byte[] there) {
        if (Arrays.equals(decoded(here), there)) {
            return new Difference.Encoding("base64", "bytes");
        }
        if (Arrays.equals(here, decoded(there))) {
            return new Difference.Encoding("bytes", "base64");
        }
        String one = utf8(here);
        String two = utf8(there);
        if (one.equals(two)) {
            return here.length < there.length
                    ? new Difference.Encoding(NO_TEXT, REPLACED)
                    : new Difference.Encoding(REPLACED, NO_TEXT);
        }
        if (one.equals(latin(there))) {
            return new Difference.Encoding("UTF-8", "ISO-8859-1");
        }
        if (latin(here).equals(two)) {
            return new Difference.Encoding("ISO-8859-1", "UTF-8");
        }
        if (Arrays.equals(here, two.getBytes(StandardCharsets.ISO_8859_1))) {
            return new Difference.Encoding("UTF-8", "UTF-8 encoded twice");
        }
        if (Arrays.equals(one.getBytes(StandardCharsets.ISO_8859_1), there)) {
            return new Difference.Encoding("UTF-8 encoded twice", "UTF-8");
        }
        if (one.replace("\r\n", "\n").equals(two.replace("\r\n", "\n"))) {
            boolean longer = one.length() > two.length();
            return new Difference.Encoding(longer ? CRLF : LF, longer ? LF : CRLF);
        }
        if (one.equals('\ufeff' + two)) {
            return new Difference.Encoding("with a byte order mark", "without");
        }
        return two.equals('\ufeff' + one)
                ? new Difference.Encoding("without a byte order mark", "with one")
                : quoted(one, two, here, there);
    }

    private static @Nullable Difference quoted(String one, String two, byte[] here, byte[] there) {
        JsonNode first = JsonValues.read(here);
        JsonNode other = JsonValues.read(there);
        if (first != null && first.isString() && first.stringValue().equals(two)) {
            return new Difference.Encoding("a JSON string", "plain text");
        }
        return other != null && other.isString() && other.stringValue().equals(one)
                ? new Difference.Encoding("plain text", "a JSON string")
                : null;
    }

    private static Difference differ(byte[] here, byte[] there) {
        int at = Arrays.mismatch(here, there);
        return new Difference.Body(excerpt(here, at), excerpt(there, at));
    }

    private static String excerpt(byte[] bytes, int at) {
        int from = Math.max(0, Math.min(at, bytes.length) - AROUND / 2);
        byte[] around = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + AROUND * 2));
        String begin = from > 0 ? "…" : "";
        String end = from + around.length < bytes.length ? "…" : "";
        return bytes.length + " bytes, at " + at + ": " + begin + Excerpt.text(utf8(around)) + end;
    }

    private static byte @Nullable [] decoded(byte[] bytes) {
        if (bytes.length < 4) {
            return null;
        }
        try {
            return Base64.getDecoder().decode(utf8(bytes).strip());
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    private static byte[] unpacked(Said said) {
        try (InputStream in = unpacking(said)) {
            byte[] all = in.readNBytes(UNPACKED_BYTES_MAX + 1);
            return all.length > UNPACKED_BYTES_MAX ? said.bytes() : all;
        } catch (IOException notPacked) {
            return said.bytes(); // says that it is packed, and is not: its bytes tell
        }
    }

    private static InputStream unpacking(Said said) throws IOException {
        InputStream plain = new ByteArrayInputStream(said.bytes());
        return switch (said.packing()) {
            case "gzip", "x-gzip" -> new GZIPInputStream(plain);
            case "deflate" -> new InflaterInputStream(plain);
            default -> plain;
        };
    }

    private static boolean ascii(byte[] bytes) {
        for (byte each : bytes) {
            if (each < 0) {
                return false;
            }
        }
        return true;
    }

    private static String utf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
