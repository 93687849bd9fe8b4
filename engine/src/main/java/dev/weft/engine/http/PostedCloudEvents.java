// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.http;

import dev.weft.api.Headers;
import dev.weft.api.event.Posted;
import java.util.Map;
import java.util.TreeMap;

/** CloudEvents that are posted to be delivered later: one each, in binary or in structured mode. */
public final class PostedCloudEvents {
    private PostedCloudEvents() {}

    /** See {@link Posted.Reader}. */
    public static Posted read(Headers fields, byte[] body) {
        String type = fields.first("content-type");
        Posted read =
                switch (EventMode.of(type)) {
                    case STRUCTURED -> CloudEventJson.posted(body);
                    case BINARY -> {
                        CloudEventFields.check(fields);
                        yield new Posted(type, attributes(fields), body);
                    }
                    case BATCHED ->
                        throw CloudEventsDialect.refused("a batch can't be kept; send each event by itself");
                    case UNKNOWN_FORMAT ->
                        throw CloudEventsDialect.refused(
                                "structured mode is understood as " + EventMode.STRUCTURED_TYPE + " only");
                };
        // what no delivery could write would be a dead letter
        CloudEventFields.write(read.attributes(), Headers.builder());
        return read;
    }

    private static Map<String, String> attributes(Headers fields) {
        Map<String, String> attributes = new TreeMap<>();
        CloudEventFields.read(fields).forEach((name, value) -> {
            if (attributes.put(name, value) != null) {
                throw CloudEventsDialect.refused("ce-" + CloudEventFields.shown(name) + " stands there twice");
            }
        });
        return attributes;
    }
}
