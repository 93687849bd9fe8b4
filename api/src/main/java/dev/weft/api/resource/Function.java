// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.resource;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Code with a handler, written against one contract, and where it lives. */
public record Function(
        @Field(doc = "Name and labels.", required = true) Metadata metadata,

        @Field(doc = "Code, contract, limits and placement.", required = true)
        Spec spec)
        implements Document {
    @Override
    public String kind() {
        return "Function";
    }

    /** Code, contract, limits and placement. */
    public record Spec(
            @Field(doc = "How a vendor's runtime calls the code.", required = true)
            Contract contract,

            @Field(
                    doc = "The vendor's name of the language runtime, for example nodejs20; contracts that run"
                            + " any program need none.")
            @Nullable
            String runtime,

            @Field(
                    doc =
                            "Where the code is; required but for an existing function, for which it is what weft up runs in"
                                    + " its place.")
            Code code,

            @Field(doc = "What the runtime calls, in the vendor's notation, for example index.handler.") @Nullable
            String handler,

            @Field(doc = "Program and arguments that start the code, for contracts that run any program.", max = 64)
            List<String> command,

            @Field(
                    doc = "Memory of one instance; one that uses more is ended, and its call fails. A part of it may be"
                            + " files in /tmp.",
                    fallback = Unsaid.MEMORY,
                    min = 64L << 20,
                    max = 32L << 30,
                    open = true)
            Quantity memory,

            @Field(
                    doc = "How long one call may take; then it fails and its instance is replaced.",
                    fallback = "10s",
                    min = 100,
                    max = 3_600_000)
            Duration timeout,

            @Field(
                    doc =
                            "Environment variables; a value may be ${env:NAME} or ${file:PATH}, never a secret itself. What"
                                    + " comes from there is a secret, kept in the cloud's own store for secrets where it has one;"
                                    + " ${plain:env:NAME} and ${plain:file:PATH} are none.",
                    pattern = "[A-Za-z_][A-Za-z0-9_]*",
                    patternSays = "letters, digits and '_', not beginning with a digit",
                    secret = true)
            Map<String, String> env,

            @Field(
                    doc = "Calls one instance serves at once, for contracts that allow more than one.",
                    fallback = Unsaid.CONCURRENCY,
                    min = 1,
                    max = 1000,
                    open = true)
            int concurrency,

            @Field(doc = "Instances kept started on each cloud.", fallback = "0", min = 0, max = 1000)
            int minInstances,

            @Field(
                    doc = "Instances at most on each cloud.",
                    fallback = Unsaid.MAX_INSTANCES,
                    min = 1,
                    max = 1000,
                    open = true)
            int maxInstances,

            @Field(
                    doc = "How long an unused instance is kept.",
                    fallback = Unsaid.IDLE_TIMEOUT,
                    min = 1_000,
                    max = 86_400_000,
                    open = true)
            Duration idleTimeout,

            @Field(
                    doc = "Whether running a call twice is harmless: lets the gateway try another cloud when one"
                            + " went silent.",
                    fallback = "false")
            boolean idempotent,

            @Field(
                    doc = "How an HTTP exchange becomes the handler's event: mapped by the contract, or the raw"
                            + " body; streamed is mapped, with an answer that passes on as the handler writes it.",
                    fallback = "mapped")
            Payload payload,

            @Field(
                    doc = "What the server on $PORT speaks, for contract http: HTTP/1.1, through which WebSockets pass,"
                            + " or h2c, HTTP/2 without TLS, as gRPC needs it.",
                    fallback = "http")
            AppProtocol appProtocol,

            @Field(doc = "On which clouds the function lives and how a call picks one.", required = true)
            Placement placement,

            @Field(doc = "How many calls may come in; a call must pass all of them.", max = 8)
            List<Limit.Spec> limits,

            @Field(doc = "What processors the code is built for, where a cloud offers a choice.", fallback = "amd64")
            Architecture architecture,

            @Field(
                    doc = "Whether the function is there already and stays somebody else's: calls are routed to it, and"
                            + " weft apply neither changes nor deletes it.",
                    fallback = "false")
            boolean existing,

            @Field(doc = "What calls of the function may cost, on all of its clouds together.") @Nullable
            Budget budget,

            @Field(doc = "How events that the function is sent without waiting are delivered.") @Nullable
            Events events,

            @Field(doc = "Functions a call may have come through; with more: 508.", fallback = "16", min = 0, max = 64)
            int maxHops) {
        /** What is meant where a document says nothing. */
        public static final class Unsaid {
            /** Of memory. */
            public static final String MEMORY = "256Mi";
            /** Of concurrency. */
            public static final String CONCURRENCY = "80";
            /** Of maxInstances. */
            public static final String MAX_INSTANCES = "10";
            /** Of maxHops. */
            public static final int HOPS = 16;
            /** Of idleTimeout. */
            public static final String IDLE_TIMEOUT = "5m";
            /** The same. */
            static final Duration IDLE = Duration.ofMinutes(5);

            private Unsaid() {}
        }

        /** The fields that are left to the cloud, as {@code 0} says. */
        public Set<Open> open() {
            Set<Open> open = EnumSet.allOf(Open.class);
            open.removeIf(each -> !each.isLeft(this));
            return open;
        }

        /** The same with what is meant where nothing is said in place of what is left to the cloud: for who must have a number. */
        public Spec bounded() {
            Set<Open> open = open();
            return open.isEmpty()
                    ? this
                    : with(
                            open.contains(Open.MEMORY) ? Quantity.parse(Unsaid.MEMORY) : memory,
                            open.contains(Open.CONCURRENCY) ? Integer.parseInt(Unsaid.CONCURRENCY) : concurrency,
                            open.contains(Open.MAX_INSTANCES) ? Integer.parseInt(Unsaid.MAX_INSTANCES) : maxInstances,
                            open.contains(Open.IDLE_TIMEOUT) ? Unsaid.IDLE : idleTimeout);
        }

        /** The same in instances of another kind. */
        public Spec with(Quantity otherMemory, int otherConcurrency, int otherMaxInstances, Duration otherIdleTimeout) {
            return with(otherMemory, otherConcurrency, otherMaxInstances, otherIdleTimeout, placement);
        }

        /** The same on other clouds. */
        public Spec with(Placement other) {
            return with(memory, concurrency, maxInstances, idleTimeout, other);
        }

        private Spec with(
                Quantity otherMemory,
                int otherConcurrency,
                int otherMaxInstances,
                Duration otherIdleTimeout,
                Placement otherPlacement) {
            return new Spec(
                    contract,
                    runtime,
                    code,
                    handler,
                    command,
                    otherMemory,
                    timeout,
                    env,
                    otherConcurrency,
                    minInstances,
                    otherMaxInstances,
                    otherIdleTimeout,
                    idempotent,
                    payload,
                    appProtocol,
                    otherPlacement,
                    limits,
                    architecture,
                    existing,
                    budget,
                    events,
                    maxHops);
        }
    }

    /** Where the code is: exactly one of path, zip, jar and image. */
    public record Code(
            @Field(doc = "A folder, relative to the document.") @Nullable
            String path,

            @Field(doc = "A zip file that holds the code as a folder would, relative to the document.") @Nullable
            String zip,

            @Field(doc = "A jar file, for contracts in Java.") @Nullable
            String jar,

            @Field(
                    doc =
                            "A container image, for clouds that run images, and under weft up for contracts whose protocol holds for any language.",
                    pattern = "[a-z0-9][-A-Za-z0-9._:/@]{0,511}",
                    patternSays = "an image's reference, for example registry.example/shop/checkout:1.2")
            @Nullable
            String image,

            @Field(
                    doc =
                            "On clouds that run images, the image that one of path or jar is put upon, or scratch for none;"
                                    + " left out, one for the runtime.",
                    pattern =
                            "([a-z0-9][-a-z0-9.]*(:[0-9]{1,5})?/)?[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*){0,16}"
                                    + "(:[A-Za-z0-9_][-A-Za-z0-9._]{0,127})?(@sha256:[0-9a-f]{64})?",
                    patternSays = "an image's reference, for example docker.io/library/node:22-slim, or scratch")
            @Nullable
            String base) {
        /** Upon the runtime's own base, where an image is made. */
        public Code(@Nullable String path, @Nullable String zip, @Nullable String jar, @Nullable String image) {
            this(path, zip, jar, image, null);
        }
    }

    /** How a vendor's runtime calls code, by the words of the glossary. */
    public enum Contract {
        /** AWS Lambda handlers. */
        AWS_LAMBDA,
        /** Azure Functions bindings. */
        AZURE_FUNCTIONS,
        /** Google's functions framework. */
        GOOGLE_FUNCTIONS,
        /** OpenWhisk actions. */
        OPENWHISK,
        /** Fn function development kits. */
        FN,
        /** Alibaba Function Compute runtimes. */
        ALIBABA_FC,
        /** A server on {@code $PORT}: Knative, Cloud Run, any microservice. */
        HTTP,
        /** A server on {@code $PORT} that takes CloudEvents. */
        CLOUDEVENTS
    }

    /** How an exchange becomes the handler's event. */
    public enum Payload {
        /** By the contract's own mapping, for example AWS's payload format 2.0. */
        MAPPED,
        /** The body as it is. */
        RAW,
        /** Mapped; and where the cloud asks the caller which way the answer comes, as a stream. */
        STREAMED
    }

    /** What a server on {@code $PORT} speaks; Kubernetes' word for it is appProtocol. */
    public enum AppProtocol {
        /** HTTP/1.1, and what it can be upgraded to. */
        HTTP,
        /** HTTP/2 in clear text with prior knowledge; Kubernetes' kubernetes.io/h2c. */
        H2C
    }

    /** On which clouds the function lives and how a call picks one. */
    public record Placement(
            @Field(doc = "How a call picks among the clouds.", fallback = "failover")
            Strategy strategy,

            @Field(doc = "The clouds, in order of preference.", required = true, max = 32)
            List<Choice> clouds,

            @Field(doc = "Labels every chosen cloud must have; a call is refused rather than sent to one without.")
            Map<String, String> require,

            @Field(doc = "Under strategy weighted: what keeps the calls of one user on one cloud.") @Nullable
            Sticky sticky,

            @Field(
                    doc = "How long calls return little by little to a cloud that has come back; 0s means at once.",
                    fallback = "10s",
                    min = 0,
                    max = 600_000)
            Duration failback,

            @Field(
                    doc =
                            "Whether a cloud but the first is called only while a certificate of weft parity says that the"
                                    + " function does there what it does on the first.",
                    fallback = "false")
            boolean requireParity) {
        /** What stands for {@code failback} when it is left out. */
        public static final Duration FAILBACK = Duration.ofSeconds(10);

        /** Neither sticky nor with a failback of its own. */
        public Placement(Strategy strategy, List<Choice> clouds, Map<String, String> require) {
            this(strategy, clouds, require, null, FAILBACK);
        }

        /** Without a demand for certificates. */
        public Placement(
                Strategy strategy,
                List<Choice> clouds,
                Map<String, String> require,
                @Nullable Sticky sticky,
                Duration failback) {
            this(strategy, clouds, require, sticky, failback, false);
        }

        /** What ties the calls of one user together: exactly one of the two. */
        public record Sticky(
                @Field(
                        doc = "A request header whose value names the user.",
                        pattern = "[-!#$%&'*+.^_`|~0-9A-Za-z]{1,128}",
                        patternSays = "a header's name, at most 128 characters")
                @Nullable
                String header,

                @Field(
                        doc = "A cookie whose value names the user; the gateway sets it where it is missing.",
                        pattern = "[-!#$%&'*+.^_`|~0-9A-Za-z]{1,128}",
                        patternSays = "a cookie's name, at most 128 characters")
                @Nullable
                String cookie) {}

        /** One cloud of a placement. */
        public record Choice(
                @Field(doc = "Name of a Cloud document.", required = true)
                String name,

                @Field(
                        doc = "Share of the calls under strategy weighted, against the other weights.",
                        fallback = "1",
                        min = 0,
                        max = 1_000_000)
                int weight,

                @Field(doc = "What the function is called there, where that is not its own name.") @Nullable
                String as) {
            /** Under the function's own name. */
            public Choice(String name, int weight) {
                this(name, weight, null);
            }

            /** What {@code function} is called there. */
            public String nameOf(String function) {
                return as == null ? function : as;
            }
        }
    }

    /** What processors code is built for, by the words of container images. */
    public enum Architecture {
        /** 64-bit x86. */
        AMD64,
        /** 64-bit Arm. */
        ARM64
    }

    /** How a call picks among clouds. */
    public enum Strategy {
        /** The first that works, in order. */
        FAILOVER,
        /** By weight; the others when it fails. */
        WEIGHTED,
        /** The lowest estimated cost. */
        CHEAPEST,
        /** The lowest recent latency. */
        FASTEST,
        /** Premises until they are full, then public. */
        BURST
    }
}
