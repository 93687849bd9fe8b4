// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Functions.Edited;
import dev.weft.api.facade.Functions.Served;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Reserved;
import dev.weft.api.facade.Said;
import dev.weft.api.facade.Versions.Published;
import dev.weft.api.facade.Wish;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Lambda's operations that change functions. Source: AWS Lambda API reference. */
record Changing(Editing editing, FacadeRequest request, Map<String, String> query) {
    /** Characters of a name that are said again: an ARN may be that long. */
    private static final int NAME_CHARS_MAX = 200;

    Wish wish() throws Described.Wrong {
        byte[] body = request.body();
        return switch (editing.operation().kind()) {
            case CREATE -> create();
            case CODE -> code();
            case CONFIGURE -> {
                Described described = Described.configuration(body);
                yield editing.change(
                        named(),
                        before -> new Edited.Put(described.changed(before), null),
                        (_, now) -> configured(now, 200));
            }
            case DELETE -> delete();
            case TAG -> {
                Map<String, String> tags =
                        Described.strings(Described.json(body).path("Tags"), "Tags");
                yield editing.silently(named(), before -> tagged(before, all -> all.putAll(tags)));
            }
            case UNTAG -> {
                List<String> keys = tagKeys();
                yield editing.silently(
                        named(), before -> tagged(before, all -> all.keySet().removeAll(keys)));
            }
            case RESERVE -> reserve();
            case UNRESERVE -> editing.silently(named(), Reserved::lifted);
            default -> new Publishing(editing, request).wish(named());
        };
    }

    /** URLs, who may call, and what becomes of events; of them only URLs may be of an alias. */
    Wish setting(Instant now) throws Described.Wrong {
        return switch (editing.operation().kind()) {
            case POLICY -> new Policy(editing, request, query).wish(named());
            case EVENT_CONFIG -> new EventConfig(editing, request, now).wish(named());
            default -> {
                String alias = query.getOrDefault("Qualifier", "");
                if (alias.equals(LambdaName.LATEST) || alias.matches("[0-9]+")) {
                    throw Described.wrong("Qualifier '" + Said.value(alias) + "' must be an alias");
                }
                yield new Urls(editing, request, now).wish(alias.isEmpty() ? named() : ofSubject(), alias);
            }
        };
    }

    private LambdaName named() throws Described.Wrong {
        LambdaName name = ofSubject();
        String qualifier = query.getOrDefault("Qualifier", LambdaName.LATEST);
        if (!name.latest() || !qualifier.equals(LambdaName.LATEST)) {
            throw Described.wrong("a version or an alias can't be changed; name the function without a qualifier");
        }
        return name;
    }

    private LambdaName ofSubject() throws Described.Wrong {
        String subject = editing.operation().subject();
        LambdaName name = LambdaName.of(subject, null, editing.key());
        if (name == null) {
            throw new Described.Wrong(
                    "ResourceNotFoundException", "Function not found: " + Said.cut(subject, NAME_CHARS_MAX));
        }
        return name;
    }

    private Wish create() throws Described.Wrong {
        Described described = Described.create(request.body());
        String theirs = described.name();
        LambdaName name = LambdaName.of(theirs, null, editing.key());
        if (name == null || !name.latest()) {
            throw Described.wrong("FunctionName '" + Said.cut(theirs, NAME_CHARS_MAX)
                    + "' must be letters, digits, '-' and '_', at most 64 characters");
        }
        byte[] zip = described.zip();
        Draft draft = described.draft(name.function());
        boolean publish = described.publish();
        return editing.control(name, functions -> {
            Changed changed = functions.put(
                    editing.key().namespace(),
                    draft.name(),
                    before -> before == null ? put(draft, zip, publish) : new Edited.Leave(exists(name)));
            boolean theUsers = changed instanceof Changed.Refused refused
                    && refused.reason() == Changed.Reason.DECLARED; // one of that name is there, whosever it is
            return theUsers
                    ? exists(name)
                    : editing.told(name, changed, now -> configured(functions, now, publish, 201));
        });
    }

    private static FacadeAnswer exists(LambdaName name) {
        return Answers.error(409, "ResourceConflictException", "Function already exist: " + name.function());
    }

    private Wish code() throws Described.Wrong {
        Described described = Described.code(request.body());
        byte[] zip = described.zip();
        boolean publish = described.publish();
        return editing.change(
                named(),
                before -> put(described.changed(before), zip, publish),
                (functions, now) -> configured(functions, now, publish, 200));
    }

    private static Edited put(Draft draft, byte @Nullable [] zip, boolean publish) {
        if (!publish) {
            return new Edited.Put(draft, zip);
        }
        Published published = Versions.publish(draft, null);
        return new Edited.Put(published.function(), zip, List.of(published.version()));
    }

    private Wish delete() throws Described.Wrong {
        LambdaName qualified = LambdaName.of(editing.operation().subject(), query.get("Qualifier"), editing.key());
        String version = qualified == null ? null : qualified.qualifier();
        if (qualified != null && version != null && !qualified.latest()) {
            return new Publishing(editing, request).deleteVersion(qualified, version);
        }
        LambdaName name = named();
        return editing.control(
                name,
                functions -> editing.told(
                        name,
                        functions.delete(editing.key().namespace(), Names.weft(name.function())),
                        _ -> Editing.nothing()));
    }

    private Wish reserve() throws Described.Wrong {
        JsonNode most = Described.json(request.body()).path("ReservedConcurrentExecutions");
        if (!most.isInt() || most.asInt() < 1 || most.asInt() > Reserved.MOST) {
            throw Described.wrong("ReservedConcurrentExecutions must be from 1 to " + Reserved.MOST
                    + "; 0, which would keep every call out, is not done by Weft's Lambda façade");
        }
        return editing.change(
                named(),
                before -> new Edited.Put(Reserved.put(before, most.asInt()), null),
                (_, now) -> Answers.json(200, Answers.reserved(now)));
    }

    private static Draft tagged(Draft before, Consumer<Map<String, String>> change) {
        Map<String, String> tags = new TreeMap<>(before.labels());
        change.accept(tags);
        return before.withLabels(tags);
    }

    private List<String> tagKeys() throws Described.Wrong {
        List<String> keys = new ArrayList<>();
        String asked = request.line().query() == null ? "" : request.line().query();
        for (String pair : asked.split("&", -1)) {
            if (pair.startsWith("tagKeys=")) {
                try {
                    keys.add(URLDecoder.decode(pair.substring("tagKeys=".length()), StandardCharsets.UTF_8));
                } catch (IllegalArgumentException notEncoded) {
                    throw Described.wrong("tagKeys is not encoded as it must be");
                }
            }
        }
        if (keys.isEmpty()) {
            throw Described.wrong("tagKeys is required");
        }
        return keys;
    }

    /** The version that was published with it, where one was. */
    private FacadeAnswer configured(Functions functions, Served served, boolean published, int status) {
        String number = served.function().metadata().annotations().get(dev.weft.api.facade.Versions.PUBLISHED);
        Served version = published && number != null
                ? functions.find(editing.key().namespace(), Versions.name(served.shownName(), number))
                : null;
        return configured(version == null ? served : version, status);
    }

    private FacadeAnswer configured(Served served, int status) {
        String arn = LambdaName.arn(editing.region(), editing.key().namespace(), served.shownName());
        return Answers.json(status, Answers.configuration(served, arn));
    }
}
