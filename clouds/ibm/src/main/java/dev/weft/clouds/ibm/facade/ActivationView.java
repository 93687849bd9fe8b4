// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import dev.weft.clouds.ibm.ActionName;
import dev.weft.clouds.ibm.OpenWhiskHost;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/** An activation as OpenWhisk shows it. Source: its {@code WhiskActivation}. Pure. */
final class ActivationView {
    private static final JsonMapper JSON = JsonMapper.shared();

    private ActivationView() {}

    /** Who ran, when, and what it wrote. */
    record Ran(
            String invocation,
            String namespace,
            String function,
            String subject,
            Instant start,
            Duration took,
            List<String> logs,
            Kept kept) {}

    /**
     * What it is of.
     *
     * @param cause id of the activation that it is a part of; null where it is none
     */
    record Kept(boolean sequence, @Nullable String cause) {
        static final Kept FUNCTION = new Kept(false, null);
        static final Kept SEQUENCE = new Kept(true, null);
    }

    /** OpenWhisk writes a UUID without its hyphens. */
    static String id(String invocation) {
        return invocation.replace("-", "");
    }

    /** The UUID that is so written: 32 hexadecimal digits. */
    static String invocation(String id) {
        return id.substring(0, 8)
                + '-'
                + id.substring(8, 12)
                + '-'
                + id.substring(12, 16)
                + '-'
                + id.substring(16, 20)
                + '-'
                + id.substring(20);
    }

    /** All that is told. */
    static ObjectNode document(Ran ran, ActivationResult result) {
        ObjectNode record = begun(ran, result);
        ArrayNode logs = record.putArray("logs");
        ran.logs().forEach(logs::add);
        named(record, ran);
        record.set("response", response(result));
        record.put("start", ran.start().toEpochMilli());
        record.put("subject", ran.subject());
        return record.put("version", OpenWhiskHost.ACTION_VERSION);
    }

    /** What a list says of each. */
    static ObjectNode summary(Ran ran, ActivationResult result) {
        ObjectNode record = begun(ran, result);
        named(record, ran);
        record.put("start", ran.start().toEpochMilli());
        record.put("statusCode", result.state().code());
        return record.put("version", OpenWhiskHost.ACTION_VERSION);
    }

    private static ObjectNode begun(Ran ran, ActivationResult result) {
        ObjectNode record = JSON.createObjectNode();
        record.put("activationId", id(ran.invocation()));
        ArrayNode annotations = record.putArray("annotations");
        annotations.addObject().put("key", "path").put("value", ran.namespace() + '/' + ran.function());
        if (ran.kept().sequence()) {
            annotations.addObject().put("key", "kind").put("value", "sequence");
            annotations
                    .addObject()
                    .put("key", "topmost")
                    .put("value", ran.kept().cause() == null);
        }
        annotations.addObject().put("key", "timeout").put("value", result.timedOut());
        if (ran.kept().cause() != null) {
            record.put("cause", ran.kept().cause());
        }
        long millis = ran.took().toMillis();
        record.put("duration", millis);
        return record.put("end", ran.start().toEpochMilli() + millis);
    }

    private static void named(ObjectNode record, Ran ran) {
        record.put("name", ActionName.simple(ran.function()));
        record.put("namespace", ran.namespace());
        record.put("publish", false);
    }

    static ObjectNode response(ActivationResult result) {
        ObjectNode response = JSON.createObjectNode();
        response.putRawValue("result", new RawValue(result.json()));
        response.put("size", result.bytes());
        response.put("status", result.state().words());
        response.put("statusCode", result.state().code());
        response.put("success", result.state() == ActivationResult.State.SUCCESS);
        return response;
    }
}
