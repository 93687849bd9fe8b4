// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.credentials;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudVendor;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * AWS's standard chain: environment, web identity, profile, container, instance; the first that has credentials wins. Those
 * that end are fetched anew some minutes before. Blocking; safe for use by many threads. Source: AWS SDKs and tools reference
 * guide, "Standardized credential providers".
 */
public final class CredentialChain {
    /** How long before their end credentials are fetched anew. */
    public static final Duration RENEW_BEFORE = Duration.ofMinutes(5);

    private final CloudVendor.Around around;
    private final List<CredentialSource> sources = new ArrayList<>();
    private final String profile;
    private final boolean named;
    private @Nullable AwsCredentials current;

    /**
     * The chain of one account.
     *
     * @param sts where roles are taken on
     * @param profile that is used whatever the environment says; null where the environment decides
     */
    public CredentialChain(CloudVendor.Around around, String region, URI sts, @Nullable String profile) {
        this.around = around;
        Map<String, String> environment = around.environment();
        String said = environment.getOrDefault("AWS_PROFILE", "").strip();
        boolean chosen = profile != null || !said.isEmpty();
        this.profile = profile != null ? profile : chosen ? said : "default";
        this.named = profile != null;
        RoleService roles = new RoleService(around, region, sts);
        MachineSource machine = new MachineSource(around);
        ProfileSource profiles = new ProfileSource(around, roles, machine);
        if (profile == null) {
            sources.add(() -> environment(environment));
            sources.add(() -> webIdentity(environment, roles));
        }
        sources.add(() -> profiles.find(this.profile, chosen));
        if (profile == null) {
            sources.add(machine::container);
            sources.add(machine::instance);
        }
    }

    private static @Nullable AwsCredentials webIdentity(Map<String, String> environment, RoleService roles) {
        String file = environment.get("AWS_WEB_IDENTITY_TOKEN_FILE");
        String role = environment.get("AWS_ROLE_ARN");
        return file == null || role == null
                ? null
                : roles.assumeByToken(
                        new RoleService.Role(role, environment.get("AWS_ROLE_SESSION_NAME"), null, null),
                        Path.of(file));
    }

    static @Nullable AwsCredentials environment(Map<String, String> environment) {
        String accessKey = environment.get("AWS_ACCESS_KEY_ID");
        String secretKey = environment.get("AWS_SECRET_ACCESS_KEY");
        String token = environment.get("AWS_SESSION_TOKEN");
        if (accessKey == null || accessKey.isEmpty()) {
            return null;
        }
        if (secretKey == null || secretKey.isEmpty()) {
            throw new CloudException(
                    CloudException.Kind.DENIED, "AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not", null);
        }
        return new AwsCredentials(
                accessKey, secretKey, token == null || token.isEmpty() ? null : token, null, "the environment");
    }

    /** The credentials to use now; where there are none, a CloudException says where they were looked for. */
    public synchronized AwsCredentials get() {
        AwsCredentials known = current;
        if (known != null && !ends(known)) {
            return known;
        }
        for (CredentialSource source : sources) {
            AwsCredentials found = source.find();
            if (found != null) {
                current = found;
                return found;
            }
        }
        throw new CloudException(
                CloudException.Kind.DENIED,
                "no AWS credentials were found in "
                        + (named ? "" : "the environment (AWS_ACCESS_KEY_ID, AWS_WEB_IDENTITY_TOKEN_FILE), ")
                        + "profile " + profile + " of the files in ~/.aws"
                        + (named ? "" : ", a container's agent and an instance's metadata"),
                null);
    }

    private boolean ends(AwsCredentials known) {
        Instant expires = known.expires();
        return expires != null && around.clock().instant().plus(RENEW_BEFORE).isAfter(expires);
    }
}
