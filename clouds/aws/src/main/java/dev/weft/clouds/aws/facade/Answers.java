// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.Changed;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions.Served;
import dev.weft.api.facade.RequestIds;
import dev.weft.api.facade.Reserved;
import dev.weft.api.resource.Function;
import dev.weft.clouds.aws.contract.LambdaRuntime;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** What Lambda's clients are answered: JSON, and errors by a field that names their type. Source: AWS Lambda API reference. */
final class Answers {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSSxx", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Answers() {}

    static FacadeAnswer json(int status, Object body) {
        return json(status, RequestIds.next(), body, Headers.none());
    }

    private static FacadeAnswer json(int status, String requestId, Object body, Headers more) {
        Headers headers = Headers.builder()
                .add("content-type", "application/json")
                .add("x-amzn-requestid", requestId)
                .addAll(more)
                .build();
        return new FacadeAnswer(status, headers, JSON.writeValueAsBytes(body));
    }

    /** An error whose type Lambda's clients know. */
    static FacadeAnswer error(int status, String type, String message) {
        return error(status, type, message, Map.of(), Headers.none());
    }

    static FacadeAnswer error(int status, String type, String message, Map<String, String> more, Headers headers) {
        Map<String, String> body = new LinkedHashMap<>();
        body.put("Type", status >= 500 ? "Service" : "User");
        body.put("message", message);
        body.putAll(more);
        Headers all =
                Headers.builder().add("x-amzn-errortype", type).addAll(headers).build();
        return json(status, RequestIds.next(), body, all);
    }

    static FacadeAnswer absent(String arn) {
        return error(404, "ResourceNotFoundException", "Function not found: " + arn);
    }

    /** What keeps a function from being changed, in Lambda's words. */
    static FacadeAnswer refused(Changed.Refused refused, String arn) {
        String message = refused.message();
        return switch (refused.reason()) {
            case ABSENT -> absent(arn);
            case DECLARED, FAILED -> error(409, "ResourceConflictException", message);
            case WRONG -> error(400, "InvalidParameterValueException", message);
            case FULL -> error(400, "CodeStorageExceededException", message);
            case UNABLE -> error(501, "NotImplementedException", message);
            case BUSY -> error(429, "TooManyRequestsException", message);
        };
    }

    /** A function has no URL or no policy. */
    static FacadeAnswer noResource() {
        return error(404, "ResourceNotFoundException", "The resource you requested does not exist.");
    }

    static FacadeAnswer noAlias(String arn) {
        return error(404, "ResourceNotFoundException", "Cannot find alias arn: " + arn);
    }

    /** What the function's configuration is, as far as Weft has it: what Lambda has besides is left out. */
    static Map<String, Object> configuration(Served served, String arn) {
        Function function = served.function();
        Function.Spec spec = function.spec();
        Map<String, Object> said = new LinkedHashMap<>();
        Map<String, String> annotations = function.metadata().annotations();
        said.put("FunctionName", served.shownName());
        said.put("FunctionArn", arn);
        put(said, "Runtime", runtime(spec));
        put(said, "Handler", spec.handler());
        if (served.codeBytes() > 0) {
            said.put("CodeSize", served.codeBytes());
            said.put(
                    "CodeSha256",
                    Base64.getEncoder().encodeToString(HexFormat.of().parseHex(served.code())));
        }
        put(said, "Role", annotations.get(Described.ROLE));
        if (!served.env().isEmpty()) {
            said.put("Environment", Map.of("Variables", served.env()));
        }
        said.put("Description", annotations.getOrDefault(Described.DESCRIPTION, ""));
        said.put("Timeout", Math.max(1, spec.timeout().toSeconds()));
        said.put("MemorySize", spec.memory().mebibytes());
        said.put("LastModified", time(served.changed()));
        said.put("Version", Versions.of(function));
        said.put("State", "Active");
        said.put("LastUpdateStatus", "Successful");
        said.put("PackageType", spec.code().image() == null ? "Zip" : "Image");
        said.put("Architectures", List.of(spec.architecture() == Function.Architecture.ARM64 ? "arm64" : "x86_64"));
        return said;
    }

    /** How many calls it may have at once, where its client said so. */
    static Map<String, Object> reserved(Served served) {
        Integer most = Reserved.of(served.function());
        return most == null ? Map.of() : Map.of("ReservedConcurrentExecutions", most);
    }

    /** Lambda's word for it; of other contracts' functions as the document has it. */
    private static @Nullable String runtime(Function.Spec spec) {
        LambdaRuntime known = spec.contract() == Function.Contract.AWS_LAMBDA ? LambdaRuntime.of(spec.runtime()) : null;
        return known == null ? spec.runtime() : known.id();
    }

    private static void put(Map<String, Object> said, String name, @Nullable String value) {
        if (value != null) {
            said.put(name, value);
        }
    }

    private static String time(Instant time) {
        return TIME.format(time);
    }
}
