// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.resource.Function;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Where a function, or one of its aliases, is called by HTTP. Kept as an annotation of the function. Source: AWS Lambda API
 * reference, "FunctionUrlConfig".
 *
 * @param alias empty for the function itself
 * @param id 32 lower-case letters and digits that nobody can guess
 * @param auth {@code NONE} or {@code AWS_IAM}
 * @param mode {@code BUFFERED} or {@code RESPONSE_STREAM}
 */
record FunctionUrl(String alias, String id, String auth, String mode, Instant created, Instant modified) {
    /** What the path of every such URL begins with. */
    static final String BELOW = "/function-url/";

    static final String OPEN = "NONE";
    static final String SIGNED = "AWS_IAM";
    static final String WHOLE = "BUFFERED";
    static final String STREAMED = "RESPONSE_STREAM";

    private static final String SETTING = "url";
    private static final int ID_CHARS = 32;
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz234567";

    static String newId() {
        SecureRandom random = new SecureRandom();
        StringBuilder id = new StringBuilder();
        for (int at = 0; at < ID_CHARS; at++) {
            id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return id.toString();
    }

    /** The setting's name. */
    static String setting(String alias) {
        return alias.isEmpty() ? SETTING : SETTING + '.' + alias;
    }

    /** The one of that alias; null where there is none. */
    static @Nullable FunctionUrl of(Function function, String alias) {
        return of(function.metadata().annotations(), alias);
    }

    static @Nullable FunctionUrl of(Map<String, String> annotations, String alias) {
        JsonNode kept = Settings.read(annotations, setting(alias));
        try {
            return kept == null
                    ? null
                    : new FunctionUrl(
                            alias,
                            kept.path("Id").asString(""),
                            kept.path("AuthType").asString(""),
                            kept.path("InvokeMode").asString(""),
                            Instant.parse(kept.path("CreationTime").asString("")),
                            Instant.parse(kept.path("LastModifiedTime").asString("")));
        } catch (DateTimeParseException changedByHand) {
            return null;
        }
    }

    /** All of a function's, by alias. */
    static Map<String, FunctionUrl> all(Map<String, String> annotations) {
        Map<String, FunctionUrl> all = new TreeMap<>();
        String prefix = Settings.annotation(SETTING);
        annotations.keySet().stream()
                .filter(each -> each.equals(prefix) || each.startsWith(prefix + '.'))
                .map(each -> each.equals(prefix) ? "" : each.substring(prefix.length() + 1))
                .forEach(alias -> {
                    FunctionUrl url = of(annotations, alias);
                    if (url != null) {
                        all.put(alias, url);
                    }
                });
        return all;
    }

    /** What the annotation holds. */
    String kept() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("Id", id);
        fields.put("AuthType", auth);
        fields.put("InvokeMode", mode);
        fields.put("CreationTime", created.toString());
        fields.put("LastModifiedTime", modified.toString());
        return Settings.json(fields);
    }

    /**
     * As Lambda's clients read it.
     *
     * @param arn of the function, without a qualifier
     * @param request that asked: the URL is below where it came
     */
    Map<String, Object> shown(String arn, String namespace, String function, FacadeRequest request) {
        String qualified = alias.isEmpty() ? function : function + ':' + alias;
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put(
                "FunctionUrl",
                request.scheme() + "://" + request.authority() + BELOW + namespace + '/' + qualified + '/' + id + '/');
        shown.put("FunctionArn", alias.isEmpty() ? arn : arn + ':' + alias);
        shown.put("AuthType", auth);
        shown.put("InvokeMode", mode);
        shown.put("CreationTime", created.toString());
        shown.put("LastModifiedTime", modified.toString());
        return shown;
    }
}
