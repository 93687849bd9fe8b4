// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import dev.weft.api.spi.HostFiles;
import dev.weft.testkit.ContractHostContract.Behaviour;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Red Hat's runtime of Node.js functions, faas-js-runtime, as its users install it: {@code npm ci} in the code's folder.
 * It listens on every interface, on the port that it is told on its command line.
 */
final class Faas {
    static final String NAME = "Red Hat's faas-js-runtime 4.0.1";

    /** What its users write to start it; a body larger than a megabyte has to be allowed. */
    static final String[] COMMAND = {
        "sh", "-c", "exec node node_modules/faas-js-runtime/bin/cli.js --port $PORT --bodyLimit 10000000 index.js"
    };

    private static final String RESOURCE = "faas-js-runtime.package";

    private static final Pattern RUNS =
            Pattern.compile("(?!.*/(tests?|benchmarks?|docs|examples?|bundles|esm)/).*\\.([cm]?js|json|node)");

    private Faas() {}

    /** A function of that behaviour, without its library: for requests and for events alike. */
    static String code(Behaviour behaviour) {
        String does =
                switch (behaviour) {
                    case HELLO, LARGE -> "return 'hello ' + JSON.stringify(event?.data ?? event)";
                    case FAILING -> "throw new Error('out of stock')";
                    case SLOW -> "await new Promise((done) => setTimeout(done, 10000)); return 'late'";
                    case CRASHING -> "console.log('last words'); process.exit(7)";
                    case BROKEN -> "";
                    case ECHO ->
                        "return { headers: { 'content-type': 'application/octet-stream' }, body: context.body }";
                    case COUNTING -> "return String(++count)";
                    case PRINTING ->
                        "const { who } = event.data ?? event; console.log('out ' + who); console.error('err ' + who)";
                    case SHELL ->
                        "return process.getBuiltinModule('child_process').spawnSync('/bin/sh', ['-c', (event.data ?? event).script + ' 2>&1']).stdout.toString()";
                    case GREEDY -> "const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1))";
                };
        return behaviour == Behaviour.BROKEN
                ? "console.log('no such module'); process.exit(3);\n"
                : "let count = 0;\nmodule.exports = async (context, event) => { " + does + "; };\n";
    }

    /** Puts the library into {@code code}; without what is only there to be read or tested, for every test copies it. */
    static void install(EngineUnderTest under, Path code) {
        Assumptions.assumeTrue(under.apart(), "it listens on every interface, which needs a network of its own");
        Path set = under.libraries.npm(
                "faas-js-runtime",
                HostFiles.text(Faas.class, RESOURCE + ".json"),
                HostFiles.text(Faas.class, RESOURCE + "-lock.json"));
        Path from = set.resolve("node_modules");
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path to = code.resolve("node_modules")
                        .resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else if (RUNS.matcher(file.toString()).matches()) {
                    Files.copy(file, to);
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
