// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.journal;

import dev.weft.api.resource.Spelling;
import dev.weft.gateway.Journal.Attempt;
import dev.weft.gateway.Journal.CallEvent;
import dev.weft.gateway.Journal.Require;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A call as a line of JSON. By hand: at tens of thousands of calls a second, a mapper would cost a good part of a core. */
final class CallLine {
    /** Of most lines. */
    static final int CHARS = 768;

    /** Parts of a dollar: a call of a millisecond costs some hundred thousand of them. */
    private static final long COST_PARTS = 1_000_000_000_000L;

    private CallLine() {}

    static String json(CallEvent event) {
        StringBuilder line = new StringBuilder(CHARS);
        append(line, event);
        return line.toString();
    }

    /** Appends the line and its end. */
    static void append(StringBuilder line, CallEvent event) {
        Moments.append(line.append("{\"time\":\""), event.time()).append('"');
        word(line, ",\"invocation\":\"", event.invocation());
        word(line, ",\"trace\":\"", event.trace());
        word(line, ",\"span\":\"", event.trail().trace().spanId());
        word(line, ",\"parent\":\"", event.trail().trace().parent());
        text(line, "function", event.function());
        text(line, "cloud", event.cloud());
        text(line, "method", event.method());
        text(line, "path", event.path());
        if (event.status() != 0) {
            line.append(",\"status\":").append(event.status());
        }
        word(line, ",\"outcome\":\"", Spelling.Words.of(event.ending()));
        line.append(",\"attempts\":").append(event.attempts());
        tried(line, event.trail().attempts());
        text(line, "reason", event.reason());
        line.append(",\"bytes\":").append(event.bytes());
        line.append(",\"tookMicros\":").append(event.took().toNanos() / 1000);
        cost(line, event);
        require(line, event.require());
        line.append("}\n");
    }

    private static void tried(StringBuilder line, List<Attempt> attempts) {
        line.append(",\"tried\":[");
        String before = "{";
        for (Attempt each : attempts) {
            line.append(before);
            before = ",{";
            text(line, "cloud", each.cloud());
            word(line, ",\"kind\":\"", each.failure() == null ? "answered" : each.failure());
            word(line, ",\"span\":\"", each.span());
            long micros = each.tookNanos() / 1000;
            // a number with three decimals, without a formatter
            line.append(",\"ms\":").append(micros / 1000).append('.');
            line.append((char) ('0' + micros / 100 % 10)).append((char) ('0' + micros / 10 % 10));
            line.append((char) ('0' + micros % 10)).append('}');
        }
        line.append(']');
    }

    /** Dollars with twelve decimals, without a formatter; nothing where nobody knows, or nothing was tried. */
    private static void cost(StringBuilder line, CallEvent event) {
        double dollars = event.dollars();
        if (Double.isNaN(dollars) || event.attempts() == 0) {
            return;
        }
        long parts = Math.round(dollars * COST_PARTS);
        line.append(",\"cost\":").append(parts / COST_PARTS).append('.');
        int start = line.length();
        line.append(COST_PARTS + parts % COST_PARTS); // its leading 1 keeps the zeros
        line.deleteCharAt(start);
    }

    private static void require(StringBuilder line, @Nullable Require require) {
        if (require == null) {
            return;
        }
        name(line, "require");
        StringBuilder leftOut = new StringBuilder("{");
        require.leftOut().forEach((cloud, lacks) -> text(leftOut, cloud, lacks));
        line.append("{\"allowed\":[");
        for (int i = 0; i < require.allowed().size(); i++) {
            line.append(i == 0 ? "" : ",");
            quoted(line, require.allowed().get(i));
        }
        line.append("],\"leftOut\":").append(leftOut).append("}}");
    }

    private static void name(StringBuilder line, String name) {
        if (line.charAt(line.length() - 1) != '{') {
            line.append(',');
        }
        line.append('"').append(name).append("\":");
    }

    /** A value of ours, which needs no escape. @param name of the field, with what stands before and after it */
    private static void word(StringBuilder line, String name, @Nullable String value) {
        if (value != null) {
            line.append(name).append(value).append('"');
        }
    }

    private static void text(StringBuilder line, String name, @Nullable String value) {
        if (value == null) {
            return;
        }
        name(line, name);
        quoted(line, value);
    }

    private static void quoted(StringBuilder line, String value) {
        line.append('"');
        if (plain(value)) {
            line.append(value).append('"');
            return;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                line.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                line.append(c);
            }
        }
        line.append('"');
    }

    /** Whether it can be copied as it is: nearly every text of nearly every call. */
    private static boolean plain(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c == '"' || c == '\\' || Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }
}
