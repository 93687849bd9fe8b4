// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity.cases;

import dev.weft.api.Mistake;
import dev.weft.api.RequestLine;
import dev.weft.app.parity.cases.CaseFile.Case;
import dev.weft.app.parity.cases.CaseFile.HeaderField;
import dev.weft.app.parity.cases.CaseFile.Ignore;
import dev.weft.control.RecordBinder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A file of cases comes in, requests come out. Not for use by two threads at once. */
public final class CaseReader {
    /** Cases of a file. */
    public static final int CASES_MAX = 500;
    /** Size of one body. */
    public static final long BODY_BYTES_MAX = 64L << 20;
    /** Size of all bodies of a file. */
    public static final long BYTES_MAX = 256L << 20;

    private static final String MADE_UP = "weft parity. ";

    private final Path file;
    private final List<Mistake> mistakes = new ArrayList<>();
    private long bytes;

    /** A file that can't be used; each mistake is worded for its writer. */
    public static final class WrongCasesException extends Exception {
        private final transient List<Mistake> mistakes;

        WrongCasesException(List<Mistake> mistakes) {
            super(mistakes.getFirst().toString());
            this.mistakes = List.copyOf(mistakes);
        }

        /** At least one. */
        public List<Mistake> mistakes() {
            return mistakes;
        }
    }

    private CaseReader(Path file) {
        this.file = file;
    }

    /** The cases of {@code file}, with all files that it names. */
    public static Cases read(Path file) throws WrongCasesException {
        return new CaseReader(file).all();
    }

    private Cases all() throws WrongCasesException {
        CaseFile read = RecordBinder.read(file, file.toString(), CaseFile.class, mistakes);
        List<ParityCase> cases = new ArrayList<>();
        if (read != null) {
            Ignore everywhere = read.ignore() == null ? Ignore.NOTHING : read.ignore();
            check("ignore", everywhere);
            Set<String> names = new HashSet<>();
            for (int i = 0; i < read.cases().size(); i++) {
                Case each = read.cases().get(i);
                String at = "cases[" + i + ']';
                if (!names.add(each.name())) {
                    wrong(at + ".name", each.name(), "is the name of another case too; give each its own");
                }
                cases.add(whole(each, at, everywhere));
            }
        }
        if (!mistakes.isEmpty()) {
            throw new WrongCasesException(mistakes);
        }
        return new Cases(cases, file);
    }

    private ParityCase whole(Case each, String at, Ignore everywhere) {
        if (each.event()) {
            event(each, at);
        }
        Ignore own = each.ignore() == null ? Ignore.NOTHING : each.ignore();
        check(at + ".ignore", own);
        byte[] body = body(each, at);
        List<HeaderField> fields = new ArrayList<>(each.headers());
        String type = each.contentType();
        if (type != null && !each.event()) {
            if (fields.stream().anyMatch(field -> field.name().equalsIgnoreCase("content-type"))) {
                wrong(at + ".contentType", type, "is said in headers too; leave one of the two out");
            }
            fields.add(new HeaderField("content-type", type));
        }
        String method = each.method() != null ? each.method() : hasBody(each) ? "POST" : "GET";
        return new ParityCase(
                each.name(),
                each.event() ? null : new RequestLine(method, each.path(), each.query()),
                fields,
                type,
                body,
                each.repeat(),
                both(everywhere, own));
    }

    private void event(Case each, String at) {
        Stream.of(
                        each.method() == null ? "" : "method",
                        each.path().equals("/") ? "" : "path",
                        each.query() == null ? "" : "query",
                        each.headers().isEmpty() ? "" : "headers")
                .filter(field -> !field.isEmpty())
                .forEach(field ->
                        wrong(at + '.' + field, null, "means nothing for an event; leave it out, or event: true out"));
    }

    private static boolean hasBody(Case each) {
        return each.body() != null || each.bodyBase64() != null || each.bodyFile() != null || each.bodySize() != null;
    }

    private byte[] body(Case each, String at) {
        long said = Stream.of(each.body(), each.bodyBase64(), each.bodyFile(), each.bodySize())
                .filter(body -> body != null)
                .count();
        if (said > 1) {
            wrong(at, null, "says its body " + said + " times; give one of body, bodyBase64, bodyFile and bodySize");
            return new byte[0];
        }
        byte[] body = new byte[0];
        if (each.body() != null) {
            body = each.body().getBytes(StandardCharsets.UTF_8);
        } else if (each.bodyBase64() != null) {
            body = decoded(each.bodyBase64(), at);
        } else if (each.bodyFile() != null) {
            body = file(each.bodyFile(), at);
        } else if (each.bodySize() != null) {
            body = madeUp(each.bodySize().bytes());
        }
        bytes += body.length;
        if (bytes > BYTES_MAX && bytes - body.length <= BYTES_MAX) {
            wrong(at, null, "the bodies of all cases have more than " + BYTES_MAX + " bytes together");
        }
        return body;
    }

    private byte[] decoded(String base64, String at) {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException broken) {
            wrong(at + ".bodyBase64", null, "is no base64: " + broken.getMessage());
            return new byte[0];
        }
    }

    private byte[] file(String name, String at) {
        Path found = file.toAbsolutePath().resolveSibling(name).normalize();
        try {
            long size = Files.size(found);
            if (size > BODY_BYTES_MAX) {
                wrong(at + ".bodyFile", name, "has " + size + " bytes; at most " + BODY_BYTES_MAX);
                return new byte[0];
            }
            return Files.readAllBytes(found);
        } catch (IOException unreadable) {
            wrong(at + ".bodyFile", name, "can't be read: " + unreadable.getMessage());
            return new byte[0];
        }
    }

    /** So many bytes of plain text. */
    static byte[] madeUp(long size) {
        byte[] text = MADE_UP.getBytes(StandardCharsets.US_ASCII);
        byte[] body = new byte[(int) Math.min(size, BODY_BYTES_MAX)];
        for (int i = 0; i < body.length; i++) {
            body[i] = text[i % text.length];
        }
        return body;
    }

    private void check(String at, Ignore ignore) {
        for (String pointer : ignore.json()) {
            if (!pointer.isEmpty() && !pointer.startsWith("/")) {
                wrong(at + ".json", pointer, "is no JSON pointer; one begins with /, for example /order/id");
            }
        }
        for (String text : ignore.text()) {
            try {
                if (Pattern.compile(text).matcher("").matches()) {
                    wrong(at + ".text", text, "matches nothing at all too, so that everything would be ignored");
                }
            } catch (PatternSyntaxException broken) {
                wrong(at + ".text", text, "is no regular expression: " + broken.getDescription());
            }
        }
    }

    private static Ignore both(Ignore first, Ignore second) {
        return new Ignore(
                joined(first.headers(), second.headers()),
                joined(first.json(), second.json()),
                joined(first.text(), second.text()));
    }

    private static List<String> joined(List<String> first, List<String> second) {
        String[] all = Arrays.copyOf(first.toArray(String[]::new), first.size() + second.size());
        System.arraycopy(second.toArray(String[]::new), 0, all, first.size(), second.size());
        return List.of(all);
    }

    private void wrong(String field, @Nullable String value, String message) {
        mistakes.add(Mistake.at(file + ": " + field, value, message));
    }
}
