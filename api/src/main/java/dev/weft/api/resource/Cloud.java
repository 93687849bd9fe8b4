// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.resource;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A place that runs functions or pods. */
public record Cloud(
        @Field(doc = "Name and labels.", required = true) Metadata metadata,

        @Field(doc = "What and where the cloud is.", required = true)
        Spec spec)
        implements Document {
    @Override
    public String kind() {
        return "Cloud";
    }

    /** What and where it is. */
    public record Spec(
            @Field(doc = "Which vendor's API the cloud speaks.", required = true)
            Type type,

            @Field(
                    doc = "The vendor's region, for example eu-west-1.",
                    pattern = "[a-z0-9][-a-z0-9]{0,62}",
                    patternSays = "lower-case letters, digits and '-', at most 63")
            @Nullable
            String region,

            @Field(doc = "Base URL of a private or on-premises cloud's API; public clouds have their own.") @Nullable
            URI endpoint,

            @Field(
                    doc = "Facts that placement.require asks for, for example jurisdiction: eu. The label premises:"
                            + " \"true\" marks your own machines.")
            Map<String, String> labels,

            @Field(doc = "What calls cost there, in place of the type's list price; for strategy cheapest.") @Nullable
            Price price,

            @Field(
                    doc = "What names the account there and what functions need in it, in the vendor's own words, for"
                            + " example subscription or role; each type has its own.",
                    pattern = "[a-z][A-Za-z0-9]{0,62}",
                    patternSays = "letters and digits, beginning with a small letter")
            Map<String, String> account,

            @Field(
                    doc =
                            "Where images made of folders and jars for this cloud are pushed, each under its function's name;"
                                    + " for clouds that run images only.",
                    pattern =
                            "([a-z0-9][-a-z0-9]*(\\.[a-z0-9][-a-z0-9]*)+(:[0-9]{1,5})?|[a-z0-9][-a-z0-9]*:[0-9]{1,5}|localhost)"
                                    + "(/[a-z0-9]+([._-]+[a-z0-9]+)*){0,16}",
                    patternSays =
                            "a registry's host and the beginning of names there, without https:// and tag, for example"
                                    + " registry.example/shop")
            @Nullable
            String registry,

            @Field(doc = "What calls on this cloud may cost, of all functions together.") @Nullable
            Budget budget) {
        public Spec {
            labels = Map.copyOf(labels);
            account = Map.copyOf(account);
        }

        /** At the type's list price, with nothing said of the account. */
        public Spec(Type type, @Nullable String region, @Nullable URI endpoint, Map<String, String> labels) {
            this(type, region, endpoint, labels, null, Map.of(), null, null);
        }

        /** Whether the cloud is on machines of one's own. */
        public boolean premises() {
            return "true".equals(labels.get("premises"));
        }
    }

    /** What one call costs, in US dollars: a fee, and the time it takes times the function's memory and processors. */
    public record Price(
            @Field(doc = "Dollars for a million calls.", fallback = "0", min = 0, max = 1_000_000)
            BigDecimal perMillionCalls,

            @Field(
                    doc = "Dollars for a gibibyte of the function's memory, a second.",
                    fallback = "0",
                    min = 0,
                    max = 1_000)
            BigDecimal perGbSecond,

            @Field(doc = "Dollars for a virtual processor, a second.", fallback = "0", min = 0, max = 1_000)
            BigDecimal perCpuSecond,

            @Field(
                    doc = "Virtual processors that come with a gibibyte of memory, where they are billed.",
                    fallback = "0",
                    min = 0,
                    max = 64)
            BigDecimal cpusPerGb,

            @Field(
                    doc = "A call's time is rounded up to a multiple of this.",
                    fallback = "1ms",
                    min = 1,
                    max = 3_600_000)
            Duration timeStep,

            @Field(doc = "The least time that is billed for a call.", fallback = "0s", min = 0, max = 3_600_000)
            Duration timeMin,

            @Field(
                    doc = "The function's memory is rounded up to a multiple of this.",
                    fallback = "1Mi",
                    min = 1 << 20,
                    max = 32L << 30)
            Quantity memoryStep) {
        /** Costs nothing for one call more. */
        public static final Price NOTHING = new Price(
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                Duration.ofMillis(1),
                Duration.ZERO,
                new Quantity(1 << 20));
    }

    /** The vendor APIs, by the words of the glossary. */
    public enum Type {
        /** Amazon Web Services: Lambda, Fargate. */
        AWS,
        /** Microsoft Azure: Functions, Container Instances. */
        AZURE,
        /** Google Cloud: Cloud Functions, Cloud Run. */
        GOOGLE,
        /** The OpenWhisk API, self-hosted or of a vendor. */
        OPENWHISK,
        /** IBM Code Engine. */
        CODE_ENGINE,
        /** The Fn project's server. */
        FN,
        /** Oracle Cloud Infrastructure Functions. */
        OCI,
        /** Knative Serving, Red Hat OpenShift Serverless. */
        KNATIVE,
        /** Alibaba Cloud: Function Compute, ECI. */
        ALIBABA,
        /** A Docker-compatible container engine. */
        DOCKER,
        /** This machine's engine. */
        LOCAL,
        /** Another Weft. */
        WEFT
    }
}
