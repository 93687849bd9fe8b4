// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import dev.weft.api.resource.Durations;
import dev.weft.api.resource.Field;
import dev.weft.api.resource.Quantity;
import dev.weft.api.resource.Spelling;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** One scalar as the value of its field; what does not fit is an IllegalArgumentException that says what would. */
final class ScalarReader {
    private static final Pattern DECIMAL = Pattern.compile("[-+]?[0-9]{1,18}");

    private static final Pattern FRACTION = Pattern.compile("[-+]?[0-9]{1,12}(\\.[0-9]{1,18})?(e-?[0-9]{1,2})?");

    /** By their text; as many as fields have. */
    private static final Map<String, Pattern> PATTERNS = new ConcurrentHashMap<>();

    private final Field field;

    /** For values of {@code field}. */
    ScalarReader(Field field) {
        this.field = field;
    }

    /** The value of {@code node}, of the type that {@code shape} is read off. */
    Object read(Shape shape, ScalarNode node) {
        return switch (shape) {
            case Shape.Text _ -> text(node);
            case Shape.Whole _ -> whole(node);
            case Shape.Decimal _ -> decimal(node);
            case Shape.Truth _ -> truth(node);
            case Shape.Time _ -> time(node);
            case Shape.Bytes _ -> bytes(node);
            case Shape.Address _ -> address(text(node));
            case Shape.Word word -> word(word, node);
            case Shape.Table _ -> throw new IllegalArgumentException("must be a map of keys and texts");
            case Shape.Anything _ -> throw new IllegalArgumentException("must be a map");
            case Shape.Many _ -> throw new IllegalArgumentException("must be a list");
            case Shape.Group _ -> throw new IllegalArgumentException("must be a map of fields");
        };
    }

    /** Text that matches the field's pattern, unless the pattern is for keys. */
    String text(ScalarNode node) {
        String value = plainText(node, field.secret());
        if (!fits(field, value)) {
            throw new IllegalArgumentException("must be " + field.patternSays());
        }
        return value;
    }

    /** Whether {@code text} matches the field's pattern, if it has one. */
    static boolean fits(Field field, String text) {
        String pattern = field.pattern();
        return pattern.isEmpty()
                || PATTERNS.computeIfAbsent(pattern, Pattern::compile)
                        .matcher(text)
                        .matches();
    }

    /** Any text; numbers and truths must be quoted to be one. */
    static String plainText(ScalarNode node, boolean secret) {
        String value = node.getValue();
        if (node.getTag().equals(Tag.STR)) {
            return value;
        }
        if (node.getTag().equals(Tag.NULL)) {
            throw new IllegalArgumentException("has no value; give one or leave the key out");
        }
        if (node.getTag().equals(Tag.INT)
                || node.getTag().equals(Tag.FLOAT)
                || node.getTag().equals(Tag.BOOL)) {
            String what = node.getTag().equals(Tag.BOOL) ? "true or false" : "a number";
            throw new IllegalArgumentException(
                    "must be text, not " + what + "; quote it" + (secret ? "" : ": \"" + value + '"'));
        }
        throw new IllegalArgumentException("must be text, without the tag " + node.getTag());
    }

    private int whole(ScalarNode node) {
        if (!node.getTag().equals(Tag.INT) || !DECIMAL.matcher(node.getValue()).matches()) {
            boolean quoted = !node.isPlain() && DECIMAL.matcher(node.getValue()).matches();
            throw new IllegalArgumentException("must be a whole number" + (quoted ? "; leave the quotes out" : ""));
        }
        long value = Long.parseLong(node.getValue());
        long min = Math.max(field.min(), Integer.MIN_VALUE);
        long max = Math.min(field.max(), Integer.MAX_VALUE);
        if ((value < min || value > max) && !open(value)) {
            throw new IllegalArgumentException("must be from " + min + " to " + max + orOpen("0"));
        }
        return (int) value;
    }

    private BigDecimal decimal(ScalarNode node) {
        boolean number = node.getTag().equals(Tag.INT) || node.getTag().equals(Tag.FLOAT);
        if (!number || !FRACTION.matcher(node.getValue()).matches()) {
            boolean quoted =
                    !node.isPlain() && FRACTION.matcher(node.getValue()).matches();
            throw new IllegalArgumentException(
                    "must be a number such as 0.2" + (quoted ? "; leave the quotes out" : ""));
        }
        BigDecimal value = new BigDecimal(node.getValue());
        if (value.compareTo(BigDecimal.valueOf(field.min())) < 0
                || value.compareTo(BigDecimal.valueOf(field.max())) > 0) {
            throw new IllegalArgumentException("must be from " + field.min() + " to " + field.max());
        }
        return value;
    }

    private static boolean truth(ScalarNode node) {
        if (!node.getTag().equals(Tag.BOOL)) {
            throw new IllegalArgumentException("must be true or false" + (node.isPlain() ? "" : ", without quotes"));
        }
        return node.getValue().equalsIgnoreCase("true");
    }

    private Duration time(ScalarNode node) {
        if (node.getTag().equals(Tag.INT)) {
            throw new IllegalArgumentException("needs a unit: " + node.getValue() + "ms or " + node.getValue() + "s?");
        }
        Duration value = Durations.parse(plainText(node, false));
        if ((value.toMillis() < field.min() || value.toMillis() > field.max()) && !open(value.toMillis())) {
            throw new IllegalArgumentException("must be from " + Durations.text(Duration.ofMillis(field.min())) + " to "
                    + Durations.text(Duration.ofMillis(field.max())) + orOpen("0s"));
        }
        return value;
    }

    private Quantity bytes(ScalarNode node) {
        String text = node.getTag().equals(Tag.INT) ? node.getValue() : plainText(node, false);
        Quantity value;
        try {
            value = Quantity.parse(text);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(
                    "must be a number of bytes such as 256Mi or 1Gi (units Ki Mi Gi Ti k M G T)", malformed);
        }
        if ((value.bytes() < field.min() || value.bytes() > field.max()) && !open(value.bytes())) {
            throw new IllegalArgumentException(
                    "must be from " + new Quantity(field.min()) + " to " + new Quantity(field.max()) + orOpen("0"));
        }
        return value;
    }

    private boolean open(long value) {
        return field.open() && value == 0;
    }

    private String orOpen(String zero) {
        return field.open() ? ", or " + zero + " where the cloud is to decide" : "";
    }

    private static URI address(String text) {
        try {
            URI uri = new URI(text);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (!web || uri.getHost() == null) {
                throw new IllegalArgumentException("must be an http:// or https:// URL with a host");
            }
            if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
                throw new IllegalArgumentException("must be a URL without user, query and fragment");
            }
            return uri;
        } catch (URISyntaxException malformed) {
            throw new IllegalArgumentException("must be an http:// or https:// URL with a host", malformed);
        }
    }

    private static Enum<?> word(Shape.Word shape, ScalarNode node) {
        for (Enum<?> constant : shape.constants()) {
            if (Spelling.Words.of(constant).equals(node.getValue())) {
                return constant;
            }
        }
        throw new IllegalArgumentException(Nearest.choice(node.getValue(), shape.words()));
    }
}
