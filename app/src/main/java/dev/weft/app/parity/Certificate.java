// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity;

import dev.weft.app.parity.Report.CaseReport;
import dev.weft.app.parity.cases.BuiltInCases;
import dev.weft.app.parity.cases.CaseReader;
import dev.weft.app.parity.cases.CaseReader.WrongCasesException;
import dev.weft.app.parity.cases.Cases;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Says, signed, on which clouds a function does the same: a file {@code FUNCTION.parity.json} beside the documents. It holds of the
 * code, the document's fields and the cases by whose hashes it was made, and of no others.
 *
 * @param statement what is signed, as it stands in the file
 */
record Certificate(JsonNode statement, String key, String signature) {
    /** Built-in cases, in place of a file. */
    private static final String BUILT_IN = "(built-in)";

    private static final String BUILT_IN_BODIES = "(built-in, with bodies)";

    private static final String BEFORE = "weft parity certificate 1\n";
    private static final int VERSION = 1;
    private static final long FILE_BYTES_MAX = 1 << 20;

    /** Where the certificate of {@code function} is, in {@code folder}. */
    static Path file(Path folder, String function) {
        return folder.resolve(function + ".parity.json");
    }

    /** What is certified besides the report. @param real whether the clouds themselves were asked */
    record Made(Instant at, boolean real, CodeHashes hashes, Cases cases) {}

    /** Of the clouds of {@code report} that are equal, for {@code folder}. */
    static Certificate sign(Report report, Made made, Path folder, SigningKey key) {
        ObjectNode statement = JsonMapper.shared().createObjectNode();
        statement.put("version", VERSION);
        statement.put("function", report.function());
        statement.put("made", made.at().toString());
        statement.put("on", made.real() ? "clouds" : "stand-ins");
        statement.put("document", made.hashes().document());
        ObjectNode cases = statement.putObject("cases");
        cases.put("from", from(made.cases(), folder));
        cases.put("count", made.cases().all().size());
        cases.put("hash", made.cases().hash());
        statement.put("first", report.first());
        ObjectNode clouds = statement.putObject("clouds");
        report.clouds().stream()
                .filter(each -> report.equal(each.cloud()))
                .forEach(each -> clouds.put(each.cloud(), each.code()));
        ObjectNode unstable = statement.putObject("unstable");
        for (CaseReport each : report.cases()) {
            if (!each.unstable().isEmpty()) {
                each.unstable().forEach(unstable.putArray(each.name())::add);
            }
        }
        return new Certificate(statement, key.shared(), key.sign(signed(statement)));
    }

    private static String from(Cases cases, Path folder) {
        Path file = cases.file();
        if (file == null) {
            return cases.hash().equals(BuiltInCases.reading().hash()) ? BUILT_IN : BUILT_IN_BODIES;
        }
        return folder.toAbsolutePath()
                .normalize()
                .relativize(file.toAbsolutePath().normalize())
                .toString();
    }

    private static byte[] signed(JsonNode statement) {
        return (BEFORE + JsonMapper.shared().writeValueAsString(statement)).getBytes(StandardCharsets.UTF_8);
    }

    /** Writes it, whole. */
    void write(Path file) {
        ObjectNode whole = JsonMapper.shared().createObjectNode();
        whole.set("statement", statement);
        whole.put("key", key);
        whole.put("signature", signature);
        String json = JsonMapper.shared()
                .writer()
                .with(SerializationFeature.INDENT_OUTPUT)
                .writeValueAsString(whole);
        try {
            Path beside = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(beside, json + '\n');
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException unwritable) {
            throw new UncheckedIOException("the certificate " + file + " can't be written", unwritable);
        }
    }

    /** The certificate in {@code file}; null where there is none, or it is none. */
    static @Nullable Certificate read(Path file) {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                return null;
            }
            JsonNode whole = JsonMapper.shared().readTree(Files.readString(file));
            boolean complete = whole.path("statement").isObject()
                    && whole.path("key").isString()
                    && whole.path("signature").isString();
            return complete
                    ? new Certificate(
                            whole.path("statement"),
                            whole.path("key").stringValue(),
                            whole.path("signature").stringValue())
                    : null;
        } catch (NoSuchFileException absent) {
            return null;
        } catch (IOException | JacksonException unreadable) {
            return null;
        }
    }

    /** Why it says nothing of any cloud of {@code function}; empty where it does. */
    String stale(String function, Path folder, TrustedKeys trusted, CodeHashes now) {
        if (!SigningKey.signed(signed(statement), signature, key)) {
            return "its certificate was changed after it was signed";
        }
        if (!trusted.contains(key)) {
            return "its certificate is signed by a key that is not trusted here: " + key;
        }
        if (statement.path("version").asInt(0) != VERSION || !text("function").equals(function)) {
            return "its certificate is of another function or version";
        }
        if (!text("document").equals(now.document())) {
            return "its document says otherwise than when it was certified";
        }
        Cases cases = cases(folder);
        if (cases == null) {
            return "the cases of its certificate can't be read";
        }
        return cases.hash().equals(statement.path("cases").path("hash").asString(""))
                ? ""
                : "the cases were changed since it was certified";
    }

    /** The file of its cases, whose certificate is in {@code folder}; null for built-in ones. */
    @Nullable
    Path casesFile(Path folder) {
        String from = from();
        return from.isEmpty() || from.startsWith("(")
                ? null
                : folder.resolve(from).normalize();
    }

    private String from() {
        return statement.path("cases").path("from").asString("");
    }

    private @Nullable Cases cases(Path folder) {
        String from = from();
        try {
            return switch (from) {
                case BUILT_IN -> BuiltInCases.reading();
                case BUILT_IN_BODIES -> BuiltInCases.everything();
                default -> CaseReader.read(folder.resolve(from));
            };
        } catch (WrongCasesException gone) {
            return null;
        }
    }

    /** Why it does not say that {@code cloud} does as {@code first}, where it is not stale; empty where it does. */
    String silent(String first, String cloud, CodeHashes now) {
        if (!text("first").equals(first)) {
            return "it was certified against " + text("first") + ", and not against " + first;
        }
        JsonNode clouds = statement.path("clouds");
        for (String each : new String[] {first, cloud}) {
            String was = clouds.path(each).asString("");
            if (was.isEmpty()) {
                return each + " is not in its certificate";
            }
            if (!was.equals(now.clouds().get(each))) {
                return "its code for " + each + " was changed since it was certified";
            }
        }
        return "";
    }

    private String text(String field) {
        return statement.path(field).asString("");
    }
}
