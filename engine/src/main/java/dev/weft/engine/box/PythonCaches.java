// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.box;

import dev.weft.api.spi.ContractHost.Language;
import dev.weft.api.spi.ContractHost.Program;
import dev.weft.engine.tools.InstalledLanguages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Hosts' Python scripts, compiled: a process in the sandbox could not keep what it compiled, and would do so at each
 * start. Made once for each script while Weft runs, by the Python that will read it. Safe for many threads.
 */
final class PythonCaches {
    private static final long COMPILE_SECONDS_MAX = 10;
    private static final String COMPILE = "import py_compile, sys\n"
            + "py_compile.compile(sys.argv[1], cfile=sys.argv[2], dfile=sys.argv[3], doraise=True,"
            + " invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)";
    private static final System.Logger LOG = System.getLogger("dev.weft.engine");

    private final Path folder;
    private final Map<Path, Path> made = new ConcurrentHashMap<>();
    private final Map<Path, Boolean> asked = new ConcurrentHashMap<>();

    PythonCaches(Path folder) {
        this.folder = folder;
    }

    /** The compiled script of {@code plan}; null where there is none yet. */
    @Nullable
    Path find(Plan plan) {
        return plan.program() instanceof Program.Python python ? made.get(plan.outside(python.script())) : null;
    }

    /** The compiled boot script, if there is one, else the script. */
    Path boot(Path script) {
        return made.getOrDefault(script, script);
    }

    /** There is a function with this plan, whose processes see the boot script as {@code bootInside}. Returns at once. */
    void expect(Plan plan, Path boot, Path bootInside) {
        if (plan.program() instanceof Program.Python python) {
            expect(boot, bootInside);
            Path inside = python.script();
            expect(plan.outside(inside), inside);
        }
    }

    private void expect(Path script, Path inside) {
        if (asked.putIfAbsent(script, true) == null) {
            Thread.ofVirtual().name("python-cache").start(() -> make(script, inside));
        }
    }

    /** Tracebacks name the script as its processes see it. */
    private void make(Path script, Path inside) {
        Path python = InstalledLanguages.program(Language.PYTHON);
        if (python == null) {
            return;
        }
        Path compiled = folder.resolve(script.getFileName() + "c");
        Path making = folder.resolve(compiled.getFileName() + ".making");
        List<String> command = List.of(
                python.toString(), "-I", "-S", "-c", COMPILE, script.toString(), making.toString(), inside.toString());
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            if (process.waitFor(COMPILE_SECONDS_MAX, TimeUnit.SECONDS) && process.exitValue() == 0) {
                Files.setPosixFilePermissions(making, PosixFilePermissions.fromString("rw-r--r--"));
                made.put(script, Files.move(making, compiled, StandardCopyOption.ATOMIC_MOVE));
            } else {
                process.destroyForcibly();
                LOG.log(System.Logger.Level.WARNING, "not compiled, script=" + script.getFileName());
            }
        } catch (IOException failed) {
            LOG.log(System.Logger.Level.WARNING, "not compiled, script=" + script.getFileName(), failed);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }
}
