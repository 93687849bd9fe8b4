// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Functions.Edited;
import dev.weft.api.facade.Functions.Served;
import dev.weft.api.facade.Said;
import dev.weft.api.facade.Wish;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a function has besides code and configuration, kept as JSON in annotations of it; versions have none of it. Pure. */
final class Settings {
    private static final String PREFIX = Draft.ITSELF + "aws.";
    private static final JsonMapper JSON = JsonMapper.shared();

    private Settings() {}

    static String annotation(String name) {
        return PREFIX + name;
    }

    /** The one of that name; null where there is none. */
    static @Nullable JsonNode read(Map<String, String> annotations, String name) {
        String kept = annotations.get(annotation(name));
        if (kept == null) {
            return null;
        }
        try {
            return JSON.readTree(kept);
        } catch (JacksonException changedByHand) {
            return null;
        }
    }

    static String json(Object value) {
        return JSON.writeValueAsString(value);
    }

    /** An id of what is kept: another one for other text. */
    static String revision(@Nullable String kept) {
        return UUID.nameUUIDFromBytes(String.valueOf(kept).getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .toString();
    }

    /** Refuses every field of a request's body that is not among {@code taken}. */
    static JsonNode checked(byte[] body, Set<String> taken) throws Described.Wrong {
        JsonNode said = Described.json(body);
        for (Map.Entry<String, JsonNode> each : said.properties()) {
            if (!taken.contains(each.getKey()) && !each.getValue().isNull()) {
                throw Described.wrong(Said.value(each.getKey()) + " is not done by Weft's Lambda façade; leave it out");
            }
        }
        return said;
    }

    /** One of {@code values}; {@code missing} where nothing is said. */
    static String oneOf(JsonNode said, String field, String missing, String... values) throws Described.Wrong {
        JsonNode value = said.path(field);
        String text = value.isMissingNode() || value.isNull() ? missing : value.asString("");
        for (String each : values) {
            if (each.equals(text)) {
                return text;
            }
        }
        throw Described.wrong(
                field + " must be " + String.join(" or ", values) + ", got " + Said.value(value.toString()));
    }

    /** Shows something of the function itself. */
    static Wish show(Editing editing, LambdaName name, BiFunction<Functions, Served, FacadeAnswer> shown) {
        return editing.control(name, functions -> {
            Served found = Versions.latest(functions, editing.key().namespace(), name.function());
            return found == null ? Answers.absent(editing.arn(name)) : shown.apply(functions, found);
        });
    }

    /** Forgets one; {@code absent} where it is not there. */
    static Wish forget(Editing editing, LambdaName name, String setting, FacadeAnswer absent) {
        return editing.change(
                name,
                before -> before.annotations().containsKey(annotation(setting))
                        ? new Edited.Put(before.with(annotation(setting), null), null)
                        : new Edited.Leave(absent),
                (_, _) -> Editing.nothing());
    }
}
