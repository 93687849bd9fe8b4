// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.resource;

import java.net.URI;
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

            @Field(doc = "Facts that placement.require asks for, for example jurisdiction: eu.")
            Map<String, String> labels) {}

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
