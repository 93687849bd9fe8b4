// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import dev.weft.api.account.CloudVendor;
import dev.weft.api.resource.Cloud;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a Cloud document says of an account.
 *
 * @param role ARN of the role that functions run under
 * @param kmsKey ARN of the key that seals their environment; null for AWS's own
 * @param profile of the configuration files; null where the environment decides
 * @param reserves whether maxInstances is set aside from the region's concurrency
 * @param bucket of S3, for packages that are too large for Lambda's own requests; null where there is none
 */
record AccountOptions(
        String role,
        @Nullable String kmsKey,
        @Nullable String profile,
        boolean reserves,
        @Nullable String bucket) {
    private static final String ROLE = "role";
    private static final String KMS_KEY = "kmsKey";
    private static final String PROFILE = "profile";
    private static final String CONCURRENCY = "concurrency";
    private static final String SHARED = "shared";
    private static final String BUCKET = "bucket";

    /** What may be said. */
    static final List<CloudVendor.Option> ALL = List.of(
            new CloudVendor.Option(
                    ROLE,
                    "ARN of the IAM role that functions run under; it trusts lambda.amazonaws.com.",
                    true,
                    "arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]{1,576}",
                    "a role's ARN, for example arn:aws:iam::123456789012:role/functions"),
            new CloudVendor.Option(
                    KMS_KEY,
                    "ARN of the KMS key that encrypts functions' environments; AWS's own where it is left out.",
                    false,
                    "arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]{1,64}",
                    "a key's ARN, for example arn:aws:kms:eu-west-1:123456789012:key/…"),
            new CloudVendor.Option(
                    PROFILE,
                    "Profile of AWS's configuration files whose credentials are used, whatever the environment says.",
                    false,
                    "[^\\s\\[\\]]{1,128}",
                    "a profile's name, at most 128 characters"),
            new CloudVendor.Option(
                    CONCURRENCY,
                    "reserved: spec.maxInstances is set aside for each function and bounds it, which is the default;"
                            + " shared: functions share the region's concurrency and nothing bounds them.",
                    false,
                    "reserved|shared",
                    "reserved or shared"),
            new CloudVendor.Option(
                    BUCKET,
                    "S3 bucket in the cloud's region by which packages of more than 50 MB go to Lambda.",
                    false,
                    "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
                    "a bucket's name: 3 to 63 lower-case letters, digits, '-' and '.'"));

    static AccountOptions of(Cloud cloud) {
        Map<String, String> said = cloud.spec().account();
        return new AccountOptions(
                said.getOrDefault(ROLE, ""),
                said.get(KMS_KEY),
                said.get(PROFILE),
                !SHARED.equals(said.get(CONCURRENCY)),
                said.get(BUCKET));
    }

    /** The twelve digits of the account, as the role names it. */
    String account() {
        return part(4);
    }

    /** For example {@code aws} or {@code aws-cn}. */
    String partition() {
        return part(1);
    }

    /** The role's name without its path. */
    String roleName() {
        return role.substring(role.lastIndexOf('/') + 1);
    }

    private String part(int index) {
        String[] parts = role.split(":", -1);
        return index < parts.length ? parts[index] : "";
    }
}
