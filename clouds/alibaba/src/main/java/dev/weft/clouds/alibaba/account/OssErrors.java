// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.account;

import dev.weft.api.CloudException.Kind;
import dev.weft.api.rest.RestErrors;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Object Storage Service's errors: {@code <Error><Code/><Message/></Error>} and x-oss-request-id; an answer to HEAD has none. Pure. */
public final class OssErrors implements RestErrors {
    private static final int WORDS_MAX = 500;

    /** There is nothing to set up. */
    public OssErrors() {}

    @Override
    public Said read(RestRequest request, RestResponse answer) {
        String body = answer.text();
        String code = element(body, "Code");
        String words = element(body, "Message");
        String cut = words.length() > WORDS_MAX ? words.substring(0, WORDS_MAX) + "…" : words;
        return new Said(kind(code, answer.status()), code, cut, answer.header("x-oss-request-id"), advice(code));
    }

    private static String element(String body, String name) {
        Matcher found =
                Pattern.compile("<" + name + ">([^<]{0,4096})</" + name + ">").matcher(body);
        return found.find() ? found.group(1) : "";
    }

    private static Kind kind(String code, int status) {
        return switch (code) {
            case "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "SecurityTokenExpired" -> Kind.DENIED;
            case "NoSuchBucket", "NoSuchKey" -> Kind.ABSENT;
            default -> RestErrors.byStatus(status);
        };
    }

    private static @Nullable String advice(String code) {
        return switch (code) {
            case "NoSuchBucket" -> "spec.account.bucket must be a bucket that is there; Weft makes none";
            case "AccessDenied" ->
                "attach the policy that weft permissions prints to the user or role of this access key; a bucket in another"
                        + " region than the functions is refused so too";
            case "SignatureDoesNotMatch" -> "the access key's secret is not the one of this access key";
            case "RequestTimeTooSkewed" -> "set this machine's clock";
            default -> null;
        };
    }
}
