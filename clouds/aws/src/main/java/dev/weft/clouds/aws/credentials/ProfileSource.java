// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.credentials;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudVendor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

    /**
     * Null where the profile says nothing of credentials, or there is none of that name.
     *
     * @param chosen whether somebody chose it by its name: then one that is missing is an error
     */
    @Nullable
    AwsCredentials find(String profile, boolean chosen) {
        ProfileFiles files = ProfileFiles.read(around.environment(), around.home());
        if (chosen && files.profile(profile) == null) {
            throw wrong(profile, "there is none of that name in the files in ~/.aws");
        }
        return find(files, profile, new HashSet<>());
    }

    private @Nullable AwsCredentials find(ProfileFiles files, String name, Set<String> seen) {
        Map<String, String> profile = files.profile(name);
        if (profile == null) {
            return null;
        }
        String role = profile.get("role_arn");
        String token = profile.get("web_identity_token_file");
        if (role != null && profile.containsKey("mfa_serial")) {
            throw wrong(
                    name,
                    "mfa_serial asks somebody for a code, which Weft can't; use single sign-on, or a session of another tool");
        }
        if (role != null && token != null) {
            return roles.assumeByToken(RoleService.Role.of(role, profile), Path.of(token));
        }
        if (role != null && seen.add(name)) {
            return roles.assume(RoleService.Role.of(role, profile), base(files, name, profile, seen));
        }
        if (role == null && profile.containsKey("sso_account_id")) {
            return new SingleSignOn(around, files, name).find(profile);
        }
        String accessKey = profile.get("aws_access_key_id");
        String secretKey = profile.get("aws_secret_access_key");
        if (accessKey != null && secretKey != null) {
            return new AwsCredentials(accessKey, secretKey, profile.get("aws_session_token"), null, "profile " + name);
        }
        if (role != null) {
            throw wrong(name, "its source_profile leads back to itself");
        }
        String program = profile.get("credential_process");
        return program == null
                ? null
                : Sending.read(run(program, name, PROGRAM_MAX), "credential_process of profile " + name);
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

    /** What {@code program} prints, if it ends well within {@code most}. */
    static String run(String program, String profile, Duration most) {
        Process process = null;
        try {
            process = new ProcessBuilder("sh", "-c", program)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            InputStream out = process.getInputStream();
            FutureTask<byte[]> said = new FutureTask<>(() -> out.readNBytes(PROGRAM_BYTES_MAX));
            Thread.ofVirtual().name("credential-process").start(said);
            if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
                throw wrong(profile, "its credential_process did not end within " + most);
            }
            if (process.exitValue() != 0) {
                throw wrong(profile, "its credential_process failed");
            }
            return new String(said.get(most.toMillis(), TimeUnit.MILLISECONDS), StandardCharsets.UTF_8);
        } catch (IOException | ExecutionException | TimeoutException failed) {
            throw wrong(profile, "its credential_process failed");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw wrong(profile, "its credential_process was interrupted");
        } finally {
            if (process != null) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
    }

    private static CloudException wrong(String profile, String what) {
        return new CloudException(CloudException.Kind.DENIED, "AWS profile %s: %s".formatted(profile, what), null);
    }
}
