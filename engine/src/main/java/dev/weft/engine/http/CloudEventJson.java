// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.http;

import dev.weft.api.Body;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.event.Posted;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/** CloudEvents in structured mode. Source: CloudEvents 1.0.2, JSON event format. */
final class CloudEventJson {
    private static final String TYPE_OF_DATA = "datacontenttype";

    /** Strict: what two readers could understand in two ways is no event. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final JsonParser in;
    private final String which;
    private final Map<String, String> attributes = new TreeMap<>();
    private boolean hasData;
    private byte[] data = new byte[0];
    private @Nullable String dataText;
    private @Nullable String base64;

    private CloudEventJson(JsonParser in, String which) {
        this.in = in;
        this.which = which;
    }

    /** Refuses what is not one event. */
    static void check(byte[] bytes) {
        CloudEventJson ignored = parsed(bytes, CloudEventJson::one);
    }

    /** Refuses what is not a list of events. */
    static void checkBatch(byte[] bytes) {
        int ignored = parsed(bytes, in -> {
            if (in.nextToken() != JsonToken.START_ARRAY) {
                throw CloudEventsDialect.refused("a batch is a JSON list");
            }
            int count = 0;
            while (in.nextToken() != JsonToken.END_ARRAY) {
                new CloudEventJson(in, "[" + count + "] of the batch: ").read(in.currentToken(), false);
                count++;
            }
            return count;
        });
    }

    /** The function's answer: data as body, attributes by their names. */
    static Outcome.Result result(byte[] bytes) {
        return parsed(bytes, in -> {
            CloudEventJson event = new CloudEventJson(in, "");
            event.read(in.nextToken(), true);
            return event.result();
        });
    }

    /** One that somebody sends. */
    static Posted posted(byte[] bytes) {
        return parsed(bytes, in -> {
            CloudEventJson event = new CloudEventJson(in, "");
            event.read(in.nextToken(), true);
            String type = event.typeOfData();
            return new Posted(type, event.attributes, event.bytes(type));
        });
    }

    private static CloudEventJson one(JsonParser in) {
        CloudEventJson event = new CloudEventJson(in, "");
        event.read(in.nextToken(), false);
        return event;
    }

    private static <T> T parsed(byte[] bytes, java.util.function.Function<JsonParser, T> reading) {
        try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), bytes)) {
            T read = reading.apply(in);
            if (in.nextToken() != null) {
                throw CloudEventsDialect.refused("something follows its JSON");
            }
            return read;
        } catch (JacksonException malformed) {
            // where and not what: the body is the sender's own business
            TokenStreamLocation at = malformed.getLocation();
            throw CloudEventsDialect.refused("its JSON can't be read"
                    + (at == null ? "" : ": line " + at.getLineNr() + ", column " + at.getColumnNr()));
        }
    }

    private void read(@Nullable JsonToken first, boolean keeping) {
        if (first != JsonToken.START_OBJECT) {
            throw refused("an event is a JSON object");
        }
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = in.currentName();
            JsonToken value = in.nextToken();
            switch (name) {
                case "data" -> data(value, keeping);
                case "data_base64" -> {
                    if (value != JsonToken.VALUE_STRING) {
                        throw refused("its data_base64 is no text");
                    }
                    base64 = in.getString();
                }
                default -> attribute(name, value);
            }
        }
        if (hasData && base64 != null) {
            throw refused("it has both data and data_base64");
        }
        CloudEventFields.required(which, attributes::get);
    }

    private void attribute(String name, JsonToken value) {
        if (value.isStructStart()) {
            throw refused("its attribute " + CloudEventFields.shown(name) + " is a list or an object");
        }
        boolean text = value == JsonToken.VALUE_STRING;
        boolean mustBeText = name.equals("specversion") || CloudEventFields.REQUIRED.contains(name);
        if (text || (value != JsonToken.VALUE_NULL && !mustBeText)) {
            attributes.put(name, in.getString());
        }
    }

    private void data(JsonToken value, boolean keeping) {
        hasData = true;
        if (!keeping) {
            in.skipChildren();
            return;
        }
        if (value == JsonToken.VALUE_STRING) {
            dataText = in.getString();
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator copy = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            copy.copyCurrentStructureExact(in);
        }
        data = out.toByteArray();
    }

    private Outcome.Result result() {
        String type = typeOfData();
        Headers.Builder said = Headers.builder();
        attributes.forEach(said::add);
        return new Outcome.Result(type, said.build(), Body.of(bytes(type)));
    }

    /** It is no attribute any more then. */
    private @Nullable String typeOfData() {
        String named = attributes.remove(TYPE_OF_DATA);
        return named == null && hasData ? "application/json" : named;
    }

    private byte[] bytes(@Nullable String type) {
        String text = base64;
        if (text != null) {
            try {
                return Base64.getDecoder().decode(text);
            } catch (IllegalArgumentException malformed) {
                throw refused("its data_base64 is not base64");
            }
        }
        // text is itself unless its type says that it is JSON
        String plain = dataText;
        return plain == null || json(type) ? data : plain.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean json(@Nullable String type) {
        if (type == null) {
            return true;
        }
        int end = type.indexOf(';');
        String bare = (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        return bare.endsWith("/json") || bare.endsWith("+json");
    }

    private dev.weft.api.CloudException refused(String why) {
        return CloudEventsDialect.refused(which + why);
    }
}
