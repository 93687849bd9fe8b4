// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Names;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A long-running operation. It is over when its request is answered, so that its name says all that is to be known of it.
 *
 * @param kind CREATE, UPDATE or DELETE
 * @param function as the client calls it
 */
record LongRunning(String kind, String location, String function) {
    private static final Pattern KIND = Pattern.compile("CREATE|UPDATE|DELETE");
    private static final Pattern WORD = Pattern.compile("[-_A-Za-z0-9]{1,63}");

    /** The one of that id; null where there can be none. */
    static @Nullable LongRunning read(String id) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(id), StandardCharsets.UTF_8).split("\n", -1);
            return parts.length == 3
                            && KIND.matcher(parts[0]).matches()
                            && WORD.matcher(parts[1]).matches()
                            && WORD.matcher(parts[2]).matches()
                    ? new LongRunning(parts[0], parts[1], parts[2])
                    : null;
        } catch (IllegalArgumentException notOurs) {
            return null;
        }
    }

    private String id() {
        byte[] said = (kind + '\n' + location + '\n' + function).getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(said);
    }

    /** As it is found later: what was deleted is gone, what was made is there. */
    FacadeAnswer found(Functions functions, GoogleDocuments documents, Instant now) {
        Functions.Served served = functions.find(documents.key().namespace(), Names.weft(function));
        if (served == null && !kind.equals("DELETE")) {
            return GoogleError.notFound("operations/" + id()).answer();
        }
        return answer(documents, served, now);
    }

    /** That it is done. @param served the function; of one that was deleted anything */
    FacadeAnswer answer(GoogleDocuments documents, Functions.@Nullable Served served, Instant now) {
        boolean first = documents.first();
        String types = "type.googleapis.com/google.cloud.functions." + (first ? "v1." : "v2.");
        ObjectNode operation = JsonMapper.shared().createObjectNode();
        operation.put("name", first ? "operations/" + id() : documents.parent() + "/operations/" + id());
        ObjectNode metadata = operation.putObject("metadata");
        if (first) {
            metadata.put("@type", types + "OperationMetadataV1")
                    .put("target", documents.resource(function))
                    .put("type", kind + "_FUNCTION")
                    .put("updateTime", now.toString());
        } else {
            metadata.put("@type", types + "OperationMetadata")
                    .put("createTime", now.toString())
                    .put("endTime", now.toString())
                    .put("target", documents.resource(function))
                    .put("verb", kind.toLowerCase(java.util.Locale.ROOT))
                    .put("apiVersion", "v2")
                    .put("operationType", kind + "_FUNCTION");
            // gcloud wants some
            metadata.putArray("stages")
                    .addObject()
                    .put("name", "SERVICE")
                    .put("message", "")
                    .put("state", "COMPLETE");
        }
        operation.put("done", true);
        ObjectNode response = operation.putObject("response");
        if (kind.equals("DELETE") || served == null) {
            response.put("@type", "type.googleapis.com/google.protobuf.Empty");
        } else {
            response.put("@type", types + (first ? "CloudFunction" : "Function"))
                    .setAll(documents.document(served));
        }
        return GoogleDocuments.answer(operation);
    }
}
