// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.credentials;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudVendor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a profile of the configuration files leads to: a key, a role taken on with another profile's key, single sign-on, a
 * web identity, or a program that gives credentials.
 */
final class ProfileSource {
    private static final Duration PROGRAM_MAX = Duration.ofSeconds(60);
    private static final int PROGRAM_BYTES_MAX = 64 * 1024;

    private final CloudVendor.Around around;
    private final RoleService roles;
    private final MachineSource machine;

    ProfileSource(CloudVendor.Around around, RoleService roles, MachineSource machine) {
        this.around = around;
        this.roles = roles;
        this.machine = machine;
    }

    /** Null where there is no such profile, or it says nothing of credentials. */
    @Nullable
    AwsCredentials find(String profile) {
        return find(ProfileFiles.read(around.environment(), around.home()), profile, new HashSet<>());
    }

    private @Nullable AwsCredentials find(ProfileFiles files, String name, Set<String> seen) {
        Map<String, String> profile = files.profile(name);
        if (profile == null) {
            return null;
        }
        String role = profile.get("role_arn");
        String token = profile.get("web_identity_token_file");
        if (role != null && token != null) {
            return roles.assumeByToken(RoleService.Role.of(role, profile), Path.of(token));
        }
        if (role != null && seen.add(name)) {
            return roles.assume(RoleService.Role.of(role, profile), base(files, name, profile, seen));
        }
        String accessKey = profile.get("aws_access_key_id");
        String secretKey = profile.get("aws_secret_access_key");
        if (accessKey != null && secretKey != null) {
            return new AwsCredentials(accessKey, secretKey, profile.get("aws_session_token"), null, "profile " + name);
        }
        if (role != null) {
            throw wrong(name, "its source_profile leads back to itself");
        }
        if (profile.containsKey("sso_account_id")) {
            return new SingleSignOn(around, files, name).find(profile);
        }
        String program = profile.get("credential_process");
        return program == null ? null : Sending.read(run(program, name), "credential_process of profile " + name);
    }

    private AwsCredentials base(ProfileFiles files, String name, Map<String, String> profile, Set<String> seen) {
        String source = profile.get("source_profile");
        AwsCredentials base;
        if (source != null) {
            base = find(files, source, seen);
        } else {
            String kind = String.valueOf(profile.get("credential_source"));
            base = switch (kind) {
                case "Environment" -> CredentialChain.environment(around.environment());
                case "EcsContainer" -> machine.container();
                case "Ec2InstanceMetadata" -> machine.instance();
                default ->
                    throw wrong(
                            name,
                            "role_arn needs source_profile, or credential_source with Environment,"
                                    + " EcsContainer or Ec2InstanceMetadata");
            };
        }
        if (base == null) {
            throw wrong(name, "there are no credentials where its role_arn takes them from");
        }
        return base;
    }

    private static String run(String program, String profile) {
        Process process = null;
        try {
            process = new ProcessBuilder("sh", "-c", program)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            byte[] said = process.getInputStream().readNBytes(PROGRAM_BYTES_MAX);
            if (!process.waitFor(PROGRAM_MAX.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw wrong(profile, "its credential_process failed");
            }
            return new String(said, StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw wrong(profile, "its credential_process failed");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw wrong(profile, "its credential_process was interrupted");
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
        }
    }

    private static CloudException wrong(String profile, String what) {
        return new CloudException(CloudException.Kind.DENIED, "AWS profile %s: %s".formatted(profile, what), null);
    }
}
