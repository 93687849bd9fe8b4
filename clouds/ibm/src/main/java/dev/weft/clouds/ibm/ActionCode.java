// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import dev.weft.api.CloudException;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.CodeArchive;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** An action's code as its {@code exec} carries it: text, or a zip or jar file in base64, or an image's name. */
public final class ActionCode {
    /** What a code's files may come to when they are written out. */
    static final long UNPACKED_BYTES_MAX = 512L << 20;

    private ActionCode() {}

    /** Writes {@code artifact} into {@code exec}. */
    public static void write(ObjectNode exec, Packing packing, Artifact artifact) {
        exec.put("kind", packing.runtime());
        exec.put("main", packing.handler());
        switch (artifact) {
            case Artifact.Image image -> exec.put("image", image.reference());
            case Artifact.Archive archive -> {
                boolean binary = archive.form() != Packing.Form.TEXT;
                exec.put("binary", binary);
                exec.put(
                        "code",
                        binary
                                ? Base64.getEncoder().encodeToString(bytes(archive))
                                : new String(bytes(archive), StandardCharsets.UTF_8));
            }
        }
    }

    /** The file's bytes. */
    public static byte[] bytes(Artifact.Archive archive) {
        try {
            return Files.readAllBytes(archive.file());
        } catch (IOException unreadable) {
            throw new CloudException(
                    CloudException.Kind.INVALID, "the packed code " + archive.file() + " can't be read", unreadable);
        }
    }

    /** What tells that the code is still the one that was put there; the same for what was sent and for what is read back. */
    public static String digest(JsonNode exec) {
        String code = exec.path("code").asString("");
        if (code.isEmpty()) {
            return Ownership.hash(exec.path("image").asString("").getBytes(StandardCharsets.UTF_8));
        }
        if (exec.path("binary").asBoolean(false)) {
            try {
                return Ownership.hash(Base64.getMimeDecoder().decode(code));
            } catch (IllegalArgumentException notBase64) {
                return Ownership.hash(code.getBytes(StandardCharsets.UTF_8));
            }
        }
        return Ownership.hash(code.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes code that was read back as files into {@code folder}. */
    public static void unpack(String kind, boolean binary, byte[] code, Path folder) throws IOException {
        Files.createDirectories(folder);
        if (binary && !kind.startsWith("java")) {
            CodeArchive.unpack(code, folder, CodeArchive.ENTRIES_MAX, UNPACKED_BYTES_MAX);
        } else {
            Files.write(folder.resolve(fileName(kind, binary)), code);
        }
    }

    /** What the one file is called that is an action's code; {@code binary}: a jar. */
    public static String fileName(String kind, boolean binary) {
        if (binary) {
            return "action.jar";
        }
        if (kind.startsWith("nodejs")) {
            return "index.js";
        }
        return kind.startsWith("python") ? "__main__.py" : "main." + kind.replaceAll("[^a-z].*", "");
    }
}
