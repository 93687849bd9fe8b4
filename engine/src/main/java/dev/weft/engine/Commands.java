// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import dev.weft.api.resource.Quantity;
import dev.weft.api.spi.ContractHost;
import dev.weft.engine.tools.InstalledLanguages;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What a contract wants to run, as a command line of this machine. Pure, but for where programs are. */
final class Commands {
    private static final int HEAP_PERCENT = 75;

    private Commands() {}

    static List<String> of(ContractHost.Program program, Quantity memory) {
        List<String> command = new ArrayList<>();
        String heap = Long.toString(Math.max(16, memory.mebibytes() * HEAP_PERCENT / 100));
        switch (program) {
            case ContractHost.Program.Command(List<String> written) -> command.addAll(written);
            case ContractHost.Program.Node(Path script, List<String> arguments, List<String> _) -> {
                command.add(installed(ContractHost.Language.NODE));
                command.add("--max-old-space-size=" + heap);
                command.add(script.toString());
                command.addAll(arguments);
            }
            case ContractHost.Program.Python(Path script, List<String> arguments, List<String> _) -> {
                command.add(installed(ContractHost.Language.PYTHON));
                command.add("-u");
                command.add(script.toString());
                command.addAll(arguments);
            }
            case ContractHost.Program.Java(List<Path> classpath, String main, List<String> arguments) -> {
                command.add(installed(ContractHost.Language.JAVA));
                command.addAll(List.of("-Xmx" + heap + "m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
                command.addAll(List.of("-Xshare:auto", "--enable-native-access=ALL-UNNAMED", "-cp"));
                command.add(classpath.stream().map(Path::toString).collect(Collectors.joining(":")));
                command.add(main);
                command.addAll(arguments);
            }
        }
        return command;
    }

    private static String installed(ContractHost.Language language) {
        Path program = InstalledLanguages.program(language);
        return program == null ? language.name() : program.toString();
    }
}
