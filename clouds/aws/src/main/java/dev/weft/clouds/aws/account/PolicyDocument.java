// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** The least rights for deploying, calling and watching some functions, as an IAM policy. Pure. */
final class PolicyDocument {
    private static final JsonMapper JSON = JsonMapper.shared();

    private static final List<String> DEPLOY = List.of(
            "lambda:CreateAlias",
            "lambda:CreateFunction",
            "lambda:DeleteFunction",
            "lambda:DeleteFunctionConcurrency",
            "lambda:InvokeFunction",
            "lambda:ListVersionsByFunction",
            "lambda:PublishVersion",
            "lambda:PutFunctionConcurrency",
            "lambda:TagResource",
            "lambda:UntagResource",
            "lambda:UpdateAlias",
            "lambda:UpdateFunctionCode",
            "lambda:UpdateFunctionConfiguration");

    /** What tells whose a function is; without it nobody could say which functions are to go. */
    private static final List<String> LOOK =
            List.of("lambda:GetFunction", "lambda:GetFunctionConfiguration", "lambda:ListTags");

    /** What a key of the account's own needs: Lambda seals and opens by grants that whoever deploys hands it. */
    private static final List<String> SEAL = List.of("kms:CreateGrant", "kms:Decrypt", "kms:Encrypt");

    /** Lambda fetches a package by the rights of whoever deploys. */
    private static final List<String> PACKAGES =
            List.of("s3:DeleteObject", "s3:GetObject", "s3:PutObject", "s3:PutObjectTagging");

    private PolicyDocument() {}

    /** For functions of these {@code names} in {@code region}. */
    static String of(AccountOptions options, String region, List<String> names) {
        String place = options.partition() + ":%s:" + region + ':' + options.account() + ':';
        List<Map<String, Object>> statements = new java.util.ArrayList<>();
        statements.add(allow("List", List.of("lambda:ListFunctions"), List.of("*")));
        statements.add(allow("Look", LOOK, List.of("arn:" + place.formatted("lambda") + "function:*")));
        if (!names.isEmpty()) {
            List<String> functions = names.stream()
                    .flatMap(name -> java.util.stream.Stream.of(name, name + ":*"))
                    .map(name -> "arn:" + place.formatted("lambda") + "function:" + name)
                    .toList();
            statements.add(allow("Functions", DEPLOY, functions));
            List<String> logs = names.stream()
                    .map(name -> "arn:" + place.formatted("logs") + "log-group:/aws/lambda/" + name + ":*")
                    .toList();
            statements.add(allow("Logs", List.of("logs:FilterLogEvents"), logs));
        }
        if (options.bucket() != null && !names.isEmpty()) {
            String bucket = "arn:" + options.partition() + ":s3:::" + options.bucket();
            statements.add(allow("Packages", PACKAGES, List.of(bucket + "/weft/*")));
            statements.add(allow("PackagesThere", List.of("s3:ListBucket"), List.of(bucket)));
        }
        if (options.kmsKey() != null) {
            statements.add(allow("Seal", SEAL, List.of(options.kmsKey())));
        }
        statements.add(allow("SeeRole", List.of("iam:GetRole"), List.of(options.role())));
        Map<String, Object> pass = allow("PassRole", List.of("iam:PassRole"), List.of(options.role()));
        pass.put("Condition", Map.of("StringEquals", Map.of("iam:PassedToService", "lambda.amazonaws.com")));
        statements.add(pass);
        Map<String, Object> policy = new LinkedHashMap<>();
        policy.put("Version", "2012-10-17");
        policy.put("Statement", statements);
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(policy);
    }

    private static Map<String, Object> allow(String id, List<String> actions, List<String> resources) {
        Map<String, Object> statement = new LinkedHashMap<>();
        statement.put("Sid", id);
        statement.put("Effect", "Allow");
        statement.put("Action", actions);
        statement.put("Resource", resources);
        return statement;
    }
}
