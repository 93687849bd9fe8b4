// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Any program that listens on {@code FN_LISTENER} and speaks the container contract there, with an FDK or without. */
record CommandRuntime(List<String> command) implements FnRuntime {
    CommandRuntime {
        command = List.copyOf(command);
    }

    @Override
    public List<Mistake> check(Function function, Path code, ContractHost.Languages languages) {
        if (command.isEmpty()) {
            return List.of(Mistake.at(
                    "spec.command",
                    null,
                    "runtime docker needs the command that serves FN_LISTENER, for example [python3, func.py]"));
        }
        String program = command.getFirst();
        boolean own = program.contains("/") && !program.startsWith("/");
        return own && !Files.isExecutable(code.resolve(program))
                ? List.of(Mistake.at(
                        "spec.command[0]",
                        program,
                        "there is no program " + code.resolve(program) + ", or it is not executable"))
                : List.of();
    }

    /** It brings its own. */
    @Override
    public void prepare(ContractHost.Libraries libraries) {}

    @Override
    public ContractHost.Program program(ContractHost.Tools tools, ContractHost.Files files) {
        return new ContractHost.Program.Command(command);
    }

    @Override
    public Map<String, String> handler(Function function, Path code) {
        return Map.of();
    }
}
