// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.resource;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A server that is not a function, by its host name: Kubernetes' own core/v1 {@code Service} of type ExternalName. */
public record Service(
        @Field(doc = "Name and labels.", required = true) Metadata metadata,

        @Field(doc = "Where the server is.", required = true)
        Spec spec)
        implements Document {
    @Override
    public String kind() {
        return "Service";
    }

    /** Where the server is. */
    public record Spec(
            @Field(doc = "How the server is found; outside Kubernetes by its host name only.", required = true)
            Type type,

            @Field(
                    doc = "Host name of the server.",
                    required = true,
                    pattern = "(?=.{1,253}$)[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?"
                            + "(\\.[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?)*",
                    patternSays = "a host name without port, at most 253 characters")
            String externalName,

            @Field(doc = "Ports that routes may name.", required = true, max = 100)
            List<Port> ports) {}

    /** The types that Weft knows, spelt as Kubernetes spells them. */
    @Spelling(Spelling.Style.PASCAL)
    public enum Type {
        /** By host name. */
        EXTERNAL_NAME
    }

    /** A port of the service and of the server behind it. */
    public record Port(
            @Field(doc = "A name for people.") @Nullable String name,

            @Field(doc = "The number that routes use.", required = true, min = 1, max = 65_535)
            int port,

            @Field(doc = "The server's own port; the same if left out.", min = 1, max = 65_535) @Nullable
            Integer targetPort,

            @Field(doc = "Transport.", fallback = "TCP") Protocol protocol,

            @Field(
                    doc = "What the server speaks: http, which is HTTP/1.1.",
                    fallback = "http",
                    pattern = "http",
                    patternSays = "http: services are called in HTTP/1.1 without TLS")
            String appProtocol) {
        /** The port to connect to. */
        public int target() {
            return targetPort == null ? port : targetPort;
        }
    }

    /** Transports, spelt as Kubernetes spells them. */
    @Spelling(Spelling.Style.UPPER)
    public enum Protocol {
        TCP
    }

    /** The port that routes name by {@code number}; null where there is none. */
    public @Nullable Port port(int number) {
        for (Port each : spec.ports()) {
            if (each.port() == number) {
                return each;
            }
        }
        return null;
    }
}
