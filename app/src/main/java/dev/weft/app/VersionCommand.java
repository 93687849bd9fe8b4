// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says which Weft and which Java this is. */
@Command(name = "version", description = "Say which version this is.")
final class VersionCommand implements Runnable, IVersionProvider {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before run()
    private CommandSpec spec;

    static String version() {
        String written = Main.class.getPackage().getImplementationVersion();
        return written == null ? "unbuilt" : written;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"weft " + version() + ", Java " + Runtime.version()};
    }

    @Override
    public void run() {
        spec.commandLine().getOut().println(getVersion()[0]);
        spec.commandLine().getOut().flush();
    }
}
