// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.credentials;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.rest.RestErrors;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Takes roles on by STS. Blocking. Source: AWS STS API reference, "AssumeRole" and "AssumeRoleWithWebIdentity". */
final class RoleService {
    private static final String VERSION = "2011-06-15";
    private static final String FORM = "application/x-www-form-urlencoded; charset=utf-8";

    private final CloudVendor.Around around;
    private final SigV4 signature;
    private final URI endpoint;

    RoleService(CloudVendor.Around around, String region, URI endpoint) {
        this.around = around;
        this.signature = new SigV4("sts", region.isEmpty() ? "us-east-1" : region);
        this.endpoint = endpoint;
    }

    /** What a profile says of a role. */
    record Role(
            String arn,
            @Nullable String sessionName,
            @Nullable String externalId,
            @Nullable String seconds) {
        static Role of(String arn, Map<String, String> profile) {
            return new Role(
                    arn, profile.get("role_session_name"), profile.get("external_id"), profile.get("duration_seconds"));
        }
    }

    /** By the rights of {@code base}. */
    AwsCredentials assume(Role role, AwsCredentials base) {
        Map<String, String> query = query("AssumeRole", role);
        if (role.externalId() != null) {
            query.put("ExternalId", role.externalId());
        }
        RestRequest request = request("AssumeRole", query);
        RestRequest signed = new RequestSigner(signature, () -> base)
                .sign(request, around.clock().instant());
        return read(send(signed), "role " + role.arn() + " taken on with " + base.source());
    }

    /** By a token that another identity provider wrote into {@code file}. */
    AwsCredentials assumeByToken(Role role, Path file) {
        String token;
        try {
            token = Files.readString(file, StandardCharsets.UTF_8).strip();
        } catch (IOException unreadable) {
            throw new CloudException(
                    CloudException.Kind.DENIED, "the web identity's token " + file + " cannot be read", unreadable);
        }
        Map<String, String> query = query("AssumeRoleWithWebIdentity", role);
        query.put("WebIdentityToken", token);
        return read(
                send(request("AssumeRoleWithWebIdentity", query)),
                "role " + role.arn() + " taken on with the web identity " + file);
    }

    private Map<String, String> query(String action, Role role) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("Action", action);
        query.put("Version", VERSION);
        query.put("RoleArn", role.arn());
        query.put(
                "RoleSessionName",
                role.sessionName() != null
                        ? role.sessionName()
                        : "weft-" + around.clock().instant().getEpochSecond());
        if (role.seconds() != null) {
            query.put("DurationSeconds", role.seconds());
        }
        return query;
    }

    private RestRequest request(String tried, Map<String, String> query) {
        List<String> pairs = new ArrayList<>();
        query.forEach((name, value) -> pairs.add(name + '=' + SigV4.encoded(value)));
        return RestRequest.of(tried, "POST", endpoint.resolve("/"))
                .body(FORM, String.join("&", pairs).getBytes(StandardCharsets.US_ASCII));
    }

    private String send(RestRequest request) {
        RestResponse answer = Sending.send(around.transport(), request);
        if (!answer.ok()) {
            String code = first("Code", answer.text());
            throw new CloudException(
                    answer.status() == 400 ? CloudException.Kind.DENIED : RestErrors.byStatus(answer.status()),
                    "%s was answered with %d %s: %s"
                            .formatted(request.tried(), answer.status(), code, first("Message", answer.text())),
                    null);
        }
        return answer.text();
    }

    private static AwsCredentials read(String xml, String source) {
        String accessKey = first("AccessKeyId", xml);
        String expires = first("Expiration", xml);
        if (accessKey.isEmpty() || expires.isEmpty()) {
            throw new CloudException(
                    CloudException.Kind.UNKNOWN, "STS answered without credentials for " + source, null);
        }
        return new AwsCredentials(
                accessKey,
                first("SecretAccessKey", xml),
                first("SessionToken", xml),
                Sending.end(expires, source),
                source);
    }

    private static String first(String element, String xml) {
        Matcher matcher =
                Pattern.compile("<" + element + ">([^<]*)</" + element + ">").matcher(xml);
        return matcher.find() ? matcher.group(1).strip() : "";
    }
}
