// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.http;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Spelling;
import dev.weft.api.spi.ContractHost.Program;
import dev.weft.engine.tools.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What a document must say of a program that is started by a command, and what of that can be seen before it is. */
final class StartCommand {
    /** Variables that the contract sets; Knative refuses them in a service as well. */
    static final List<String> RESERVED = List.of("PORT", "K_SERVICE", "K_CONFIGURATION", "K_REVISION");

    private static final Set<String> INTERPRETERS = Set.of("node", "python", "python3", "ruby", "deno", "bun");

    private static final Pattern SCRIPT = Pattern.compile("[^-/].*\\.([mc]?[jt]s|py|rb)");

    private StartCommand() {}

    /** What an instance runs. */
    static Program program(Function function) {
        List<String> command = function.spec().command();
        return function.spec().code().image() == null ? new Program.Command(command) : new Program.Image(command);
    }

    static List<Mistake> check(Function function, Path code) {
        List<Mistake> mistakes = new ArrayList<>();
        String contract = "contract " + Spelling.Words.of(function.spec().contract());
        if (function.spec().code().image() == null) {
            started(function, code, contract, mistakes);
        }
        for (String name : RESERVED) {
            String value = function.spec().env().get(name);
            if (value != null) {
                // the value may be a secret
                mistakes.add(Mistake.at("spec.env." + name, null, contract + " sets " + name + " itself"));
            }
        }
        return mistakes;
    }

    private static void started(Function function, Path code, String contract, List<Mistake> mistakes) {
        boolean folder = Files.isDirectory(code);
        if (!folder) {
            mistakes.add(Mistake.at(
                    "spec.code.path", function.spec().code().path(), "there is no folder " + code.toAbsolutePath()));
        }
        List<String> command = function.spec().command();
        if (command.isEmpty()) {
            mistakes.add(Mistake.at(
                    "spec.command",
                    null,
                    contract + " needs the command that starts its server, for example [node, server.mjs]"));
        } else {
            program(command.getFirst(), code, folder, mistakes);
            if (folder) {
                script(command, code, mistakes);
            }
        }
    }

    private static void program(String program, Path code, boolean folder, List<Mistake> mistakes) {
        if (program.contains("/") && !program.startsWith("/")) {
            Path file = code.resolve(program);
            if (folder && !Files.isExecutable(file)) {
                mistakes.add(Mistake.at(
                        "spec.command[0]", program, "there is no program " + file + ", or it is not executable"));
            }
        } else if (Programs.find(program) == null) {
            mistakes.add(Mistake.at(
                    "spec.command[0]", program, "this program is not installed, or not on the PATH that Weft sees"));
        }
    }

    /** An interpreter's script, where it is the very next word: an option before it may mean anything. */
    private static void script(List<String> command, Path code, List<Mistake> mistakes) {
        if (command.size() < 2 || !INTERPRETERS.contains(command.getFirst())) {
            return;
        }
        String script = command.get(1);
        // a script that names no ending is looked for by the interpreter in its own ways
        if (SCRIPT.matcher(script).matches() && !Files.isRegularFile(code.resolve(script))) {
            mistakes.add(Mistake.at("spec.command[1]", script, "there is no file " + code.resolve(script)));
        }
    }
}
