// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google;

import dev.weft.api.Call;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.net.InstanceServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** One instance: a functions framework's server in its process. Everything about the function is told by environment. */
final class FunctionServer implements ContractHost.Hosted {
    /** What Google's documentation calls reserved, and what this host needs to find the code. */
    static final List<String> RESERVED = List.of(
            "FUNCTION_TARGET",
            "FUNCTION_SOURCE",
            "FUNCTION_CLASSPATH",
            "K_SERVICE",
            "K_REVISION",
            "K_CONFIGURATION",
            "PORT");

    private static final String SOURCE = "FUNCTION_SOURCE";
    private static final int LETTERS = 26;

    private final Function function;
    private final Path code;
    private final ContractHost.Program program;
    private final InstanceServer server;
    private final InstantSource clock;
    private final InvokeDialect dialect;

    FunctionServer(ContractHost.Setup setup, ContractHost.Program program, InstanceServer server, InstantSource clock) {
        this.function = setup.function();
        this.code = setup.code();
        this.program = program;
        this.server = server;
        this.clock = clock;
        this.dialect = new FunctionsDialect(Signature.said(function));
    }

    @Override
    public ContractHost.Launch launch() {
        Map<String, String> env = new TreeMap<>();
        String target = function.spec().handler();
        Signature said = Signature.said(function);
        env.put("PORT", Integer.toString(server.port()));
        env.put("K_SERVICE", function.metadata().name());
        env.put("K_CONFIGURATION", function.metadata().name());
        env.put("K_REVISION", revision(function));
        env.put("FUNCTION_TARGET", target == null ? "" : target);
        long millis = function.spec().timeout().toMillis();
        env.put("CLOUD_RUN_TIMEOUT_SECONDS", Long.toString(Math.ceilDiv(millis, 1000)));
        switch (program) {
            case ContractHost.Program.Python _ ->
                env.put(SOURCE, code.resolve(PythonCode.source(function)).toString());
            case ContractHost.Program.Java _ -> env.put("FUNCTION_CLASSPATH", JavaCode.classpath(code));
            case ContractHost.Program.Node _, ContractHost.Program.Command _, ContractHost.Program.Image _ ->
                env.put(SOURCE, code.toString());
        }
        String signature = signature(said, !(program instanceof ContractHost.Program.Java));
        if (signature != null) {
            env.put(Signature.VARIABLE, signature);
        }
        return new ContractHost.Launch(program, env, RESERVED);
    }

    /** Left out where Java's invoker can see it itself, which it does only without the variable. */
    private static @Nullable String signature(@Nullable Signature said, boolean always) {
        if (said != null) {
            return said.word();
        }
        return always ? Signature.HTTP.word() : null;
    }

    /** A revision's name as Cloud Run makes them; the three letters stand for the function's configuration. */
    private static String revision(Function function) {
        CRC32 sum = new CRC32();
        sum.update(function.spec().toString().getBytes(StandardCharsets.UTF_8));
        StringBuilder letters = new StringBuilder();
        for (long left = sum.getValue(); letters.length() < 3; left /= LETTERS) {
            letters.append((char) ('a' + left % LETTERS));
        }
        return function.metadata().name() + "-00001-" + letters;
    }

    @Override
    public void awaitReady() throws InterruptedException {
        server.awaitListening();
    }

    @Override
    public Place.Attempt call(Call call, Loop loop, Place.Answers answers) {
        return server.call(dialect, clock, call, loop, answers);
    }

    @Override
    public void close() {
        server.close();
    }
}
