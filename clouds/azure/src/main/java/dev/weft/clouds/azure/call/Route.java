// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.call;

import java.math.BigDecimal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP trigger's route, for example {@code products/{category:alpha}/{id:int?}}: literal parts, parameters with
 * constraints, optional ones and defaults, and a rest ({@code {*path}}). Source: ASP.NET Core's route templates, which
 * Azure Functions uses. Pure.
 */
public final class Route {
    private static final Pattern PARAMETER = Pattern.compile("\\{([^{}]+)}");
    private static final Pattern CONSTRAINT = Pattern.compile("([a-zA-Z]+)(?:\\((.*)\\))?");
    private static final Pattern GUID = Pattern.compile("\\{?[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}}?");

    /** A parameter; {@code constraints} as written, each without its colon. */
    private record Parameter(
            String name, List<String> constraints, @Nullable String fallback) {}

    /**
     * A path that has the route's shape.
     *
     * @param constrained whether every constraint holds; if not, Azure answers 404
     */
    public record Fit(Map<String, String> params, boolean constrained) {}

    private final Pattern shape;
    private final List<Parameter> parameters = new ArrayList<>();

    private Route(String template) {
        StringBuilder regex = new StringBuilder();
        for (String segment : template.split("/", -1)) {
            if (!segment.isEmpty()) {
                segment(segment, regex);
            }
        }
        shape = Pattern.compile(regex + "/?", Pattern.CASE_INSENSITIVE);
    }

    /** The route of that template below {@code prefix}; either may be empty. */
    public static Route of(String prefix, String template) {
        return new Route(prefix + '/' + template);
    }

    /** The names of the parameters that {@code template} can't do without. */
    public static List<String> required(String template) {
        List<String> names = new ArrayList<>();
        Matcher each = PARAMETER.matcher(template);
        while (each.find()) {
            String inner = each.group(1);
            if (!inner.startsWith("*") && !inner.endsWith("?") && !inner.contains("=")) {
                names.add(parameter(inner).name());
            }
        }
        return names;
    }

    private void segment(String segment, StringBuilder regex) {
        Matcher each = PARAMETER.matcher(segment);
        boolean whole = each.matches();
        if (whole && segment.startsWith("{*")) {
            parameters.add(parameter(each.group(1).replaceFirst("^\\*+", "")));
            regex.append("(?:/(.*))?");
            return;
        }
        if (whole) {
            Parameter parameter = parameter(each.group(1));
            parameters.add(parameter);
            boolean optional = each.group(1).endsWith("?") || parameter.fallback() != null;
            regex.append(optional ? "(?:/([^/]+))?" : "/([^/]+)");
            return;
        }
        regex.append('/');
        int from = 0;
        each.reset();
        while (each.find()) {
            regex.append(Pattern.quote(segment.substring(from, each.start()))).append("([^/]+?)");
            parameters.add(parameter(each.group(1)));
            from = each.end();
        }
        regex.append(Pattern.quote(segment.substring(from)));
    }

    private static Parameter parameter(String inner) {
        String text = inner.endsWith("?") ? inner.substring(0, inner.length() - 1) : inner;
        int equals = text.indexOf('=');
        String fallback = equals < 0 ? null : text.substring(equals + 1);
        String[] parts = (equals < 0 ? text : text.substring(0, equals)).split(":", -1);
        return new Parameter(parts[0], List.of(parts).subList(1, parts.length), fallback);
    }

    /** How {@code path}, still percent-encoded, fits; null if it has another shape. */
    @Nullable
    public Fit fit(String path) {
        Matcher found = shape.matcher(path);
        if (!found.matches()) {
            return null;
        }
        Map<String, String> params = new LinkedHashMap<>();
        boolean constrained = true;
        for (int i = 0; i < parameters.size(); i++) {
            Parameter parameter = parameters.get(i);
            String raw = found.group(i + 1);
            String value = raw == null || raw.isEmpty() ? parameter.fallback() : decoded(raw);
            if (value != null) {
                params.put(parameter.name(), value);
                constrained &= parameter.constraints().stream().allMatch(each -> holds(each, value));
            }
        }
        return new Fit(params, constrained);
    }

    /** Percent-encoding only: a plus in a path is a plus. */
    private static String decoded(String raw) {
        try {
            return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return raw;
        }
    }

    private static boolean holds(String constraint, String value) {
        Matcher parts = CONSTRAINT.matcher(constraint);
        if (!parts.matches()) {
            return true;
        }
        String argument = parts.group(2) == null ? "" : parts.group(2);
        return switch (parts.group(1)) {
            case "int" -> within(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case "long" -> within(value, Long.MIN_VALUE, Long.MAX_VALUE);
            case "bool" -> value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
            case "alpha" -> value.chars().allMatch(c -> (c | 32) >= 'a' && (c | 32) <= 'z');
            case "guid" -> GUID.matcher(value).matches();
            case "decimal", "double", "float" -> number(value) != null;
            case "min" -> within(value, limit(argument, 0), Long.MAX_VALUE);
            case "max" -> within(value, Long.MIN_VALUE, limit(argument, 0));
            case "range" -> within(value, limit(argument, 0), limit(argument, 1));
            case "minlength" -> value.length() >= limit(argument, 0);
            case "maxlength" -> value.length() <= limit(argument, 0);
            case "length" -> value.length() >= limit(argument, 0) && value.length() <= limit(argument, 1);
            // recognised, and not checked: dates in every culture's notation, and expressions of .NET's own kind
            default -> true;
        };
    }

    private static boolean within(String value, long least, long most) {
        BigDecimal number = number(value);
        return number != null
                && number.stripTrailingZeros().scale() <= 0
                && number.compareTo(BigDecimal.valueOf(least)) >= 0
                && number.compareTo(BigDecimal.valueOf(most)) <= 0;
    }

    /** The argument at {@code index}; the last one where there are fewer, as {@code length(5)} means five to five. */
    private static long limit(String argument, int index) {
        String[] parts = argument.split(",", -1);
        BigDecimal number = number(parts[Math.min(index, parts.length - 1)].strip());
        return number == null ? 0 : number.longValue();
    }

    private static @Nullable BigDecimal number(String value) {
        try {
            return value.length() > 40 ? null : new BigDecimal(value);
        } catch (NumberFormatException notOne) {
            return null;
        }
    }
}
