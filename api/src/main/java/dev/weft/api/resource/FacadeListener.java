// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.resource;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A façade that listens: Weft answering in a vendor's API. Options of the command line go before what stands here. */
public record FacadeListener(
        @Field(doc = "Name and labels.", required = true) Metadata metadata,

        @Field(doc = "Whose API, and where.", required = true)
        Spec spec)
        implements Document {
    @Override
    public String kind() {
        return "Facade";
    }

    /** The same with absolute files, which are named from {@code folder}. */
    public FacadeListener from(Path folder) {
        Tls tls = spec.tls();
        return tls == null
                ? this
                : new FacadeListener(metadata, new Spec(spec.type(), spec.port(), spec.address(), tls.from(folder)));
    }

    /** Whose API, and where. */
    public record Spec(
            @Field(doc = "Whose API is answered; one Facade each.", required = true)
            Type type,

            @Field(
                    doc = "Port; 0 takes a free one. If left out, that of the façade in the reference.",
                    min = 0,
                    max = 65_535)
            @Nullable
            Integer port,

            @Field(
                    doc = "Address it listens on; that of the gateway (--host) if left out.",
                    pattern = "[0-9A-Za-z]([-.0-9A-Za-z]{0,252})?|[0-9A-Fa-f:.]{2,45}",
                    patternSays = "an address or a host name of this machine, for example 0.0.0.0")
            @Nullable
            String address,

            @Field(doc = "What its clients speak; as the gateway's callers (--tls-certificate) if left out.") @Nullable
            Tls tls) {}

    /** The APIs that Weft answers in. */
    public enum Type {
        AWS,
        AZURE,
        GOOGLE,
        OPENWHISK,
        FN,
        KNATIVE,
        ALIBABA,
        OCI,
        WEFT
    }

    /** Certificates that clients are shown, and whose they must show. */
    public record Tls(
            @Field(
                    doc = "Certificates by the name that a client asks for; the first is for names that none has.",
                    required = true,
                    max = 100)
            List<Pair> certificates,

            @Field(
                    doc = "Clients must show a certificate of these authorities: a PEM file, from this document's"
                            + " folder.",
                    pattern = FILE,
                    patternSays = FILE_SAYS)
            @Nullable
            String clientAuthority) {
        private Tls from(Path folder) {
            return new Tls(
                    certificates.stream()
                            .map(each -> new Pair(absolute(folder, each.certificate()), absolute(folder, each.key())))
                            .toList(),
                    clientAuthority == null ? null : absolute(folder, clientAuthority));
        }

        private static String absolute(Path folder, String file) {
            return folder.resolve(file).normalize().toString();
        }
    }

    /** A certificate and its private key; both are read again when they change. */
    public record Pair(
            @Field(
                    doc = "The certificate with its chain: a PEM file, from this document's folder.",
                    required = true,
                    pattern = FILE,
                    patternSays = FILE_SAYS)
            String certificate,

            @Field(
                    doc = "Its private key: a PEM file (PKCS #8), from this document's folder.",
                    required = true,
                    pattern = FILE,
                    patternSays = FILE_SAYS)
            String key) {}

    static final String FILE = "[^\\x00-\\x1F]{1,1024}";
    static final String FILE_SAYS = "a file's name, 1 to 1024 characters";
}
