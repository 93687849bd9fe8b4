// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A language that functions are written in, named as {@code func.yaml} and the images of the FDKs name it. */
sealed interface FnRuntime permits NodeRuntime, JavaRuntime, CommandRuntime, ImageRuntime {
    /** Node.js: {@code node}, or with the version of an image. Java the same way. */
    Pattern NAME = Pattern.compile("(?:(node)(18|20|22|24)?|(java)(8|11|17|21|25)?)");

    /** Any program that speaks the container contract, as {@code func.yaml} calls a function with a Dockerfile of its own. */
    String ANY = "docker";

    /** The runtime that {@code function} names; it has been checked. */
    static FnRuntime of(Function function) {
        FnRuntime runtime = named(function.spec());
        if (runtime == null) {
            throw new IllegalStateException(
                    "checked before: runtime " + function.spec().runtime());
        }
        return runtime;
    }

    /** The runtime of the name in {@code spec}, or null. */
    static @Nullable FnRuntime named(Function.Spec spec) {
        if (spec.code().image() != null) {
            return new ImageRuntime(spec.command());
        }
        String name = spec.runtime();
        if (ANY.equals(name)) {
            return new CommandRuntime(spec.command());
        }
        Matcher matcher = NAME.matcher(name == null ? "" : name);
        if (!matcher.matches()) {
            return null;
        }
        boolean node = matcher.group(1) != null;
        String version = node ? matcher.group(2) : matcher.group(4);
        int least = version == null ? 0 : Integer.parseInt(version);
        return node ? new NodeRuntime(least) : new JavaRuntime(least);
    }

    /** What keeps {@code function} from running here. */
    List<Mistake> check(Function function, Path code, ContractHost.Languages languages);

    /** Fetches the vendor's library if it is not there yet. */
    void prepare(ContractHost.Libraries libraries);

    /** What an instance runs; the same for every function of this language. */
    ContractHost.Program program(ContractHost.Tools tools, ContractHost.Files files);

    /** What the program is told of the one function, by environment. */
    Map<String, String> handler(Function function, Path code);
}
