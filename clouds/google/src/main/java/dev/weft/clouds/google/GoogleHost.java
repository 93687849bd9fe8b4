// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google;

import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Mistake;
import dev.weft.api.Outcome;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.HostFiles;
import dev.weft.net.InstanceServer;
import dev.weft.net.NetworkSpace;
import dev.weft.net.Upstreams;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Hosts Google Cloud functions of the second generation (Cloud Run functions) by Google's own functions frameworks: npm
 * {@code @google-cloud/functions-framework}, PyPI {@code functions-framework}, Maven {@code java-function-invoker}. All are
 * HTTP servers on {@code $PORT}.
 * Source: Cloud Run functions documentation, "Configure environment variables", "Quotas"; the frameworks themselves.
 */
public final class GoogleHost implements ContractHost {
    /** Bytes of an HTTP request's body. */
    public static final long REQUEST_BYTES_MAX = 32 << 20;

    /** Bytes of an answer whose length is said before it. */
    public static final long RESPONSE_BYTES_MAX = 32 << 20;

    /** Bytes of an answer that streams. */
    public static final long STREAMED_BYTES_MAX = 10 << 20;

    /** Bytes of an event, as Eventarc delivers it. */
    public static final long EVENT_BYTES_MAX = 512 << 10;

    /** Bytes of an event for a background function. */
    public static final long LEGACY_EVENT_BYTES_MAX = 10 << 20;

    private static final String START = "start.cjs";
    private static final String PYTHON_START = "start.py";
    private static final String INVOKER = "com.google.cloud.functions.invoker.runner.Invoker";
    private static final String FRAMEWORK = "@google-cloud/functions-framework";

    private final Upstreams upstreams;
    private final Tools tools;
    private final Path start;
    private final Path pythonStart;

    /** Calls go out through {@code upstreams}, which stays the caller's to close. */
    public GoogleHost(Upstreams upstreams, Tools tools) {
        this.upstreams = upstreams;
        this.tools = tools;
        this.start = HostFiles.copy(GoogleHost.class, START, tools.files(), "google-functions-" + START);
        this.pythonStart =
                HostFiles.copy(GoogleHost.class, PYTHON_START, tools.files(), "google-functions-" + PYTHON_START);
    }

    /** Google's names of the runtimes that this version runs. */
    public static List<String> runtimes() {
        return GoogleRuntime.NAMES;
    }

    @Override
    public Function.Contract contract() {
        return Function.Contract.GOOGLE_FUNCTIONS;
    }

    @Override
    public boolean oneCallAtATime(Function function) {
        return function.spec().concurrency() == 1;
    }

    /**
     * A function of events takes none, not even a request that is a CloudEvent already, which Google would let pass: a
     * route can't know what its callers send.
     */
    @Override
    public boolean takesExchanges(Function function, Path code) {
        Signature signature = signature(function, code);
        return signature == null || !signature.eventsOnly();
    }

    /** What the document says, else what the code shows. What Node's or Python's code registers itself counts over both. */
    private static @Nullable Signature signature(Function function, Path code) {
        GoogleRuntime runtime = GoogleRuntime.of(function);
        String target = function.spec().handler();
        Signature said = Signature.said(function);
        if (runtime == null || target == null) {
            return said;
        }
        return switch (runtime.language()) {
            case NODE -> {
                Signature registered = NodeCode.registered(code, target);
                yield registered == null ? said : registered;
            }
            case JAVA -> said == null ? JavaCode.signature(code, target) : said;
            case PYTHON -> {
                Signature registered = PythonCode.registered(function, code, target);
                yield registered == null ? said : registered;
            }
        };
    }

    @Override
    public List<Mistake> check(Function function, Path code) {
        List<Mistake> mistakes = new ArrayList<>();
        NetworkSpace space = upstreams.space();
        GoogleRuntime runtime = GoogleRuntime.of(function);
        if (exposes(runtime) && !space.apart() && !space.problem().isEmpty()) {
            mistakes.add(Mistake.at("spec.contract", "google-functions", notApart(space)));
        }
        if (runtime == null) {
            mistakes.add(Mistake.at(
                    "spec.runtime",
                    function.spec().runtime(),
                    "this version runs " + GoogleRuntime.KNOWN + " under contract google-functions"));
        } else {
            Mistake missing = tools.languages()
                    .missing(
                            runtime.language(),
                            runtime.version(),
                            "spec.runtime",
                            function.spec().runtime());
            if (missing != null) {
                mistakes.add(missing);
            }
        }
        variables(function, runtime, mistakes);
        if (!java.nio.file.Files.isDirectory(code)) {
            mistakes.add(Mistake.at(
                    "spec.code.path", function.spec().code().path(), "there is no folder " + code.toAbsolutePath()));
        } else if (runtime != null) {
            switch (runtime.language()) {
                case NODE -> NodeCode.check(function, code, mistakes);
                case PYTHON -> PythonCode.check(function, code, mistakes);
                case JAVA -> JavaCode.check(function, code, mistakes);
            }
        }
        return mistakes;
    }

    /** Python's can be told to listen on loopback. */
    private static boolean exposes(@Nullable GoogleRuntime runtime) {
        return runtime == null || runtime.language() != Language.PYTHON;
    }

    private static String notApart(NetworkSpace space) {
        return "Google's functions frameworks for Node.js and Java listen on every address of the network they are in, so they run only in"
                + " one of their own, and there is none here: " + space.problem()
                + ". Run Weft as root on Linux, with slirp4netns installed (Debian: apt-get install slirp4netns)";
    }

    private static void variables(Function function, @Nullable GoogleRuntime runtime, List<Mistake> mistakes) {
        function.spec().env().forEach((name, value) -> {
            if (FunctionServer.RESERVED.contains(name) || name.startsWith("X_GOOGLE_")) {
                mistakes.add(Mistake.at("spec.env." + name, null, "Google reserves this name: leave it out"));
            }
            boolean known =
                    Signature.of(runtime).stream().anyMatch(each -> each.word().equals(value));
            if (name.equals(Signature.VARIABLE) && !known) {
                mistakes.add(Mistake.at("spec.env." + name, value, "must be one of " + Signature.words(runtime)));
            }
        });
    }

    @Override
    public void prepare(Function function) {
        Path ignored = library(runtime(function).language());
    }

    /** A folder there is at once after the first time. */
    private Path library(Language language) {
        return switch (language) {
            case NODE ->
                tools.libraries()
                        .npm(
                                "google-functions-nodejs",
                                HostFiles.text(GoogleHost.class, "nodejs-package.json"),
                                HostFiles.text(GoogleHost.class, "nodejs-package-lock.json"));
            case PYTHON -> tools.libraries().pip("google-functions-python", PythonCode.lock());
            case JAVA ->
                tools.libraries().maven("google-functions-java", HostFiles.text(GoogleHost.class, "java-jars.lock"));
        };
    }

    private static GoogleRuntime runtime(Function function) {
        GoogleRuntime runtime = GoogleRuntime.of(function);
        if (runtime == null) {
            throw invalid(function, "spec.runtime: this version runs " + GoogleRuntime.KNOWN);
        }
        return runtime;
    }

    private static CloudException invalid(Function function, String why) {
        return new CloudException(CloudException.Kind.INVALID, function.name() + ": " + why, null);
    }

    @Override
    public Hosted open(Setup setup) {
        Function function = setup.function();
        Language language = runtime(function).language();
        if (exposes(runtime(function)) && !upstreams.space().apart()) {
            throw invalid(function, notApart(upstreams.space()));
        }
        Path library = library(language);
        Program program =
                switch (language) {
                    case NODE -> node(setup.files(), library);
                    case PYTHON -> python(setup, library);
                    case JAVA -> java(setup.files(), library);
                };
        return new FunctionServer(setup, program, InstanceServer.onPort(upstreams, function.name()), tools.clock());
    }

    private Program node(Files files, Path library) {
        files.modules(library.resolve("node_modules"));
        // the framework's helper for tests is public and loads all of it, server and all
        return new Program.Node(files.share(start), List.of(), List.of(FRAMEWORK, FRAMEWORK + "/testing"));
    }

    /** Nothing of Weft's copy is loaded beforehand where the code brings its own of any. */
    private Program python(Setup setup, Path library) {
        List<String> arguments = new ArrayList<>();
        arguments.add(setup.files().share(library).resolve("site").toString());
        if (PythonCode.bringsLibrary(setup.files().staged())) {
            arguments.add(setup.code().toString());
        }
        return new Program.Python(setup.files().share(pythonStart), arguments, List.of("json", "logging", "socket"));
    }

    private static Program java(Files files, Path library) {
        try (Stream<Path> jars = java.nio.file.Files.list(library.resolve("jars"))) {
            return new Program.Java(jars.sorted().map(files::share).toList(), INVOKER, List.of());
        } catch (java.io.IOException unreadable) {
            throw new java.io.UncheckedIOException("library can't be read: " + library, unreadable);
        }
    }

    @Override
    public Outcome.Failure ended(Outcome.Failure.Reason reason, CallContext context, String message, String logTail) {
        return GoogleFailure.of(reason, message, logTail);
    }

    @Override
    public void close() {
        // nothing of its own: instances are closed by the engine, the clients by whoever made them
    }
}
