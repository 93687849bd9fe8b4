// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.box;

import dev.weft.api.resource.Quantity;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.ContractHost.Program;
import dev.weft.api.spi.ImageFolders.ImageFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * All that is settled about a process before its function is known: two functions with equal plans can use the same one.
 *
 * @param shared hosts' files and folders that it sees
 * @param modules packages that its code finds one folder up
 * @param memory what it may use
 * @param early variables of the contract that a language reads while it boots
 * @param image whose files are all that it sees; null where its code is a folder
 */
public record Plan(
        Program program,
        List<Path> shared,
        @Nullable Path modules,
        Quantity memory,
        Map<String, String> early,
        @Nullable ImageFolder image) {
    private static final Pattern READ_AT_BOOT = Pattern.compile("NODE_.*|PYTHON.*|LD_.*|MALLOC_.*|GLIBC_.*|LC_.*|LANG"
            + "|JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS|UV_THREADPOOL_SIZE");

    /** Read while a language boots, and again when it is set: the contract's saves time, a function may have another. */
    private static final String ZONE = "TZ";

    /** As it is now; of the contract's variables, those that a language reads while it boots. */
    public static Plan of(ContractHost.Launch launch, List<Path> shared, @Nullable Path modules, Quantity memory) {
        Map<String, String> early = new TreeMap<>();
        launch.env().forEach((name, value) -> {
            if (READ_AT_BOOT.matcher(name).matches() || name.equals(ZONE)) {
                early.put(name, value);
            }
        });
        return new Plan(launch.program(), List.copyOf(shared), modules, memory, early, null);
    }

    /** What an image starts, with its files alone: what a host would share has no place there. */
    public static Plan of(ContractHost.Launch launch, ImageFolder image, Quantity memory) {
        if (!(launch.program() instanceof Program.Image(List<String> own))) {
            throw new IllegalStateException("a host that runs images starts what is in them, not " + launch.program());
        }
        List<String> command = own.isEmpty() ? image.command() : own;
        return new Plan(new Program.Image(command), List.of(), null, memory, Map.of(), image);
    }

    /** Whether {@code env} holds a variable that is read while a language boots, and is another than in the plan. */
    boolean disturbedBy(Map<String, String> env) {
        return env.entrySet().stream()
                .anyMatch(each -> READ_AT_BOOT.matcher(each.getKey()).matches()
                        && !each.getValue().equals(early.getOrDefault(each.getKey(), Boxes.BASE.get(each.getKey()))));
    }

    /** Whether a process of it can be booted before its function is known. */
    boolean bootable() {
        return switch (program) {
            case Program.Command _, Program.Image _ -> false;
            case Program.Node _, Program.Python _, Program.Java _ -> true;
        };
    }

    /** What a host's file is called where it is shared: folders of different places may bear the same name, as in a build. */
    public static String sharedName(Path file) {
        return Files.isDirectory(file)
                ? file.getFileName() + "-"
                        + Integer.toHexString(file.toAbsolutePath().toString().hashCode())
                : String.valueOf(file.getFileName());
    }

    /** The host's file behind a path of the sandbox. */
    Path outside(Path inside) {
        if (inside.startsWith(Sandbox.SHARED)) {
            Path rest = Sandbox.SHARED.relativize(inside);
            for (Path each : shared) {
                if (rest.startsWith(sharedName(each))) {
                    return rest.getNameCount() == 1 ? each : each.resolve(rest.subpath(1, rest.getNameCount()));
                }
            }
        }
        return inside;
    }

    /**
     * Bytes that one booted process of it occupies while it waits, about: seen on Node 20, Python 3.11, JDK 25. A host's
     * program in Python that is given a folder has loaded a vendor's library from there.
     */
    long bytesWaiting() {
        return switch (program) {
            case Program.Command _, Program.Image _ -> 0;
            case Program.Node _ -> 48L << 20;
            case Program.Python _ -> (shared.stream().anyMatch(Files::isDirectory) ? 34L : 14L) << 20;
            case Program.Java _ -> 72L << 20;
        };
    }
}
