// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.box;

import dev.weft.api.resource.Quantity;
import dev.weft.api.spi.ContractHost.Language;
import dev.weft.api.spi.ContractHost.Program;
import dev.weft.engine.tools.InstalledLanguages;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a contract wants to run, as a command line of this machine. */
final class Commands {
    /** Of an instance's memory, for the heap; the rest is the runtime's own. */
    private static final int HEAP_PERCENT = 75;

    private static final int SMALL_HEAP_PERCENT = 60;
    private static final long SMALL_MEBIBYTES = 256;
    private static final String BOOT_CLASS = "dev.weft.engine.boot.JavaBoot";

    private Commands() {}

    /** {@code boot} are the boot scripts, as the process sees them; {@code cache} what a JVM is told of its cache. */
    static List<String> of(Program program, Quantity memory, BootFiles boot, List<String> cache) {
        return switch (program) {
            case Program.Command(List<String> command) -> command;
            case Program.Image(List<String> command) -> command;
            case Program.Node(Path script, List<String> arguments, List<String> _) ->
                joined(node(memory), List.of(boot.node().toString(), script.toString()), arguments);
            case Program.Python(Path script, List<String> arguments, List<String> _) ->
                joined(python(), List.of(boot.python().toString(), script.toString()), arguments);
            case Program.Java(List<Path> classpath, String main, List<String> arguments) -> {
                List<Path> all = new ArrayList<>();
                all.add(boot.java());
                all.addAll(classpath);
                yield joined(java(all, memory), cache, List.of(BOOT_CLASS, main), arguments);
            }
        };
    }

    /** What the boot scripts are told: whether the environment is there, comes at once, or with a function one day. */
    static Map<String, String> environment(Program program, Boxes.Start start) {
        Map<String, String> env = new TreeMap<>();
        if (program instanceof Program.Command || program instanceof Program.Image) {
            return env;
        }
        switch (start) {
            case Boxes.Start.Booting(Boxes.When when) -> {
                if (when != Boxes.When.AHEAD) {
                    env.put("WEFT_BOOT", "soon");
                }
            }
            case Boxes.Start.Training _ -> env.put("WEFT_BOOT", "train");
            case Boxes.Start.Loading _, Boxes.Start.Options _, Boxes.Start.Inheriting _ -> env.put("WEFT_BOOT", "now");
        }
        List<String> preload =
                switch (program) {
                    case Program.Node node -> node.preload();
                    case Program.Python python -> python.preload();
                    case Program.Command _, Program.Image _, Program.Java _ -> List.of();
                };
        if (!preload.isEmpty()) {
            env.put("WEFT_PRELOAD", String.join(",", preload));
        }
        return env;
    }

    private static List<String> node(Quantity memory) {
        return List.of(installed(Language.NODE), "--max-old-space-size=" + heapMebibytes(memory));
    }

    private static List<String> python() {
        return List.of(installed(Language.PYTHON), "-u");
    }

    private static List<String> java(List<Path> classpath, Quantity memory) {
        return List.of(
                installed(Language.JAVA),
                "-Xmx" + heapMebibytes(memory) + "m",
                "-Xms8m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "-cp",
                classpath.stream().map(Path::toString).collect(Collectors.joining(":")));
    }

    private static long heapMebibytes(Quantity memory) {
        long all = memory.mebibytes();
        return all * (all <= SMALL_MEBIBYTES ? SMALL_HEAP_PERCENT : HEAP_PERCENT) / 100;
    }

    private static String installed(Language language) {
        Path program = InstalledLanguages.program(language);
        return program == null ? language.name() : program.toString();
    }

    @SafeVarargs
    private static List<String> joined(List<String>... parts) {
        List<String> all = new ArrayList<>();
        for (List<String> each : parts) {
            all.addAll(each);
        }
        return all;
    }
}
