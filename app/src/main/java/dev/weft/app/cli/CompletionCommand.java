// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.cli;

import java.io.PrintWriter;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a shell's completion script. */
@Command(
        name = "completion",
        description = "Print the completion script for a shell.",
        footer = {"", "bash: source <(weft completion bash)", "zsh:  source <(weft completion zsh)"})
public final class CompletionCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before run()
    private CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}.")
    private Shell shell = Shell.bash;

    /** The shells, as they are typed. */
    @SuppressWarnings("checkstyle:ConstantName")
    enum Shell {
        /** GNU bash. */
        bash,
        /** Z shell, through its emulation of bash's completion. */
        zsh
    }

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        if (shell == Shell.zsh) {
            out.println("autoload -Uz compinit bashcompinit && compinit && bashcompinit");
        }
        out.println(AutoComplete.bash("weft", spec.root().commandLine()));
        out.flush();
    }
}
