// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.openwhisk;

import dev.weft.api.account.CloudVendor;
import dev.weft.api.resource.Cloud;
import dev.weft.api.rest.RestClient;
import dev.weft.clouds.ibm.IamTokens;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a Cloud document of type openwhisk comes to. Credentials are looked for when they are needed, and again each time. */
public final class OpenWhiskSetup {
    private static final String NAME = "[A-Za-z0-9_][A-Za-z0-9_@ .-]{0,255}";

    /** What {@code spec.account} may hold. */
    public static final List<CloudVendor.Option> OPTIONS = List.of(
            new CloudVendor.Option(
                    "namespace",
                    "The namespace; left out, it is the key's own.",
                    false,
                    NAME,
                    "a namespace's name, or _ for the key's own"),
            new CloudVendor.Option(
                    "package",
                    "The package that the actions are in, made where it is missing; left out, it is the one without a name.",
                    false,
                    "(?!default$)" + NAME,
                    "a package's name, but not 'default'"),
            new CloudVendor.Option(
                    "iam",
                    "Whether IBM's identity service proves who we are, by IBMCLOUD_API_KEY, in place of OpenWhisk's own"
                            + " keys.",
                    false,
                    "true|false",
                    "true or false"),
            new CloudVendor.Option(
                    "web",
                    "Whether actions become web actions, open to who has a key, and exchanges go to their addresses.",
                    false,
                    "true|false",
                    "true or false"),
            new CloudVendor.Option(
                    "memoryMax",
                    "The most memory that its operator allows one action, in MiB; left out, 512.",
                    false,
                    "[1-9][0-9]{2,5}",
                    "a number of MiB, at least 100"),
            new CloudVendor.Option(
                    "timeoutMax",
                    "The longest time that its operator allows one action, in seconds; left out, 300.",
                    false,
                    "[1-9][0-9]{0,4}",
                    "a number of seconds"),
            new CloudVendor.Option(
                    "javaEnv",
                    "Whether its runtimes for Java hand an action its variables, as those made of OpenWhisk's action loop do;"
                            + " Apache's own for java:8 does not. Left out, false.",
                    false,
                    "true|false",
                    "true or false"));

    private final Cloud cloud;
    private final CloudVendor.Around around;
    private final @Nullable IamTokens iam;

    /** Of {@code cloud}, whose options were checked; {@code iam} where they ask for it. */
    public OpenWhiskSetup(Cloud cloud, CloudVendor.Around around, @Nullable IamTokens iam) {
        this.cloud = cloud;
        this.around = around;
        this.iam = iam;
    }

    /**
     * What an Authorization field holds. Its text does not show it.
     *
     * @param told where it came from
     */
    record Proof(String authorization, @Nullable Instant expires, String told) {
        @Override
        public String toString() {
            return "Proof[" + told + "]";
        }
    }

    Proof prove() {
        if (iam != null) {
            IamTokens.Token token = iam.token();
            return new Proof(token.authorization(), token.fresh(), "a token of IBM's identity service");
        }
        WhiskKey key = WhiskKey.find(around);
        return new Proof(key.authorization(), null, key.told());
    }

    ActionStore store() {
        RestClient client = new RestClient(
                around.transport(),
                (request, now) -> request.header("authorization", prove().authorization()),
                new WhiskErrors(),
                around.clock());
        return new ActionStore(client, endpoint(), option("namespace", "_"), pack());
    }

    ActionLimits limits() {
        return new ActionLimits(
                Long.parseLong(option("memoryMax", Long.toString(ActionLimits.MEMORY_MAX))),
                Duration.ofSeconds(
                        Long.parseLong(option("timeoutMax", Long.toString(ActionLimits.TIMEOUT_MAX.toSeconds())))),
                Boolean.parseBoolean(option("javaEnv", "false")));
    }

    String cloud() {
        return cloud.name();
    }

    URI endpoint() {
        return Objects.requireNonNull(cloud.spec().endpoint(), "spec.endpoint was checked");
    }

    @Nullable
    String pack() {
        return cloud.spec().account().get("package");
    }

    boolean web() {
        return Boolean.parseBoolean(option("web", "false"));
    }

    InstantSource clock() {
        return around.clock();
    }

    String namespace() {
        return option("namespace", "_");
    }

    private String option(String name, String fallback) {
        Map<String, String> account = cloud.spec().account();
        return account.getOrDefault(name, fallback);
    }
}
