// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudAccount.Finding;
import dev.weft.api.account.Findings;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestRequest;
import dev.weft.clouds.aws.credentials.AwsCredentials;
import dev.weft.clouds.aws.credentials.SigV4;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tries what deploying needs, one thing after the other, and says what came of it. */
final class Examination {
    private static final Pattern ARN = Pattern.compile("<Arn>([^<]{1,2048})</Arn>");
    private static final Pattern ACCOUNT = Pattern.compile("<Account>([0-9]{12})</Account>");
    private static final String FORM = "application/x-www-form-urlencoded; charset=utf-8";

    /** Who answers the queries. */
    record Asked(
            RestClient sts,
            URI stsAt,
            RestClient iam,
            URI iamAt,
            LambdaApi lambda,
            @Nullable PackageBucket bucket) {}

    private final Asked asked;
    private final Supplier<AwsCredentials> credentials;
    private final AccountOptions options;
    private final Findings findings = new Findings(failed -> null);

    Examination(Asked asked, Supplier<AwsCredentials> credentials, AccountOptions options) {
        this.asked = asked;
        this.credentials = credentials;
        this.options = options;
    }

    /** What was found; where there are no credentials nothing more is tried. */
    List<Finding> run() {
        boolean known = findings.look("credentials", () -> {
            AwsCredentials found = credentials.get();
            return "access key %s from %s".formatted(found.masked(), found.source());
        });
        if (known) {
            boolean ignored = findings.look("identity", this::identity);
            ignored = findings.look("list functions", () -> {
                int some = asked.lambda().some();
                return some == 0 ? "no function in the region" : "works, " + some + " on the first page";
            });
            ignored = findings.look("role", this::role);
            String key = options.kmsKey();
            if (key != null) {
                ignored = findings.look("key", () -> key(key));
            }
            PackageBucket bucket = asked.bucket();
            if (bucket != null) {
                ignored = findings.look("bucket", () -> {
                    bucket.look();
                    return bucket.name() + " is there";
                });
            }
        }
        return findings.all();
    }

    private String identity() {
        String answer =
                query(asked.sts(), asked.stsAt(), "GetCallerIdentity", "Action=GetCallerIdentity&Version=2011-06-15");
        String account = first(ACCOUNT, answer);
        if (!account.equals(options.account())) {
            throw new CloudException(
                    CloudException.Kind.INVALID,
                    "the credentials are of account %s, spec.account.role is in %s"
                            .formatted(account, options.account()),
                    null);
        }
        return first(ARN, answer);
    }

    private String role() {
        String name = options.roleName();
        String answer = query(
                asked.iam(),
                asked.iamAt(),
                "GetRole",
                "Action=GetRole&RoleName=" + SigV4.encoded(name) + "&Version=2010-05-08");
        String arn = first(ARN, answer);
        if (!arn.equals(options.role())) {
            throw new CloudException(
                    CloudException.Kind.INVALID,
                    "the role's ARN is %s, spec.account.role says otherwise".formatted(arn),
                    null);
        }
        return arn;
    }

    /** Nothing is asked: a right to look at keys is one more than deploying needs. */
    private String key(String key) {
        return "environments are sealed with %s; who runs Weft needs kms:CreateGrant, kms:Encrypt and kms:Decrypt on it, as weft"
                        .formatted(key)
                + " permissions says; kms:Decrypt for role %s, where functions open it themselves, is its owner's to give"
                        .formatted(options.roleName());
    }

    private static String query(RestClient rest, URI endpoint, String tried, String form) {
        return rest.send(RestRequest.of(tried, "POST", endpoint.resolve("/"))
                        .body(FORM, form.getBytes(StandardCharsets.US_ASCII))
                        .harmlessTwice())
                .text();
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : "";
    }
}
