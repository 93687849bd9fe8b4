// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import dev.weft.control.JsonSchema;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the JSON Schema of the documents, for editors. */
@Command(name = "schema", description = "Print the JSON Schema of the documents, for editors.")
final class SchemaCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before run()
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().getOut().println(JsonSchema.generate());
        spec.commandLine().getOut().flush();
    }
}
