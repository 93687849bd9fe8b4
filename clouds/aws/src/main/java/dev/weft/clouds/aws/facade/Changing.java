// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Functions.Edited;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Wish;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Lambda's operations that change functions. Source: AWS Lambda API reference.
 *
 * @param region that the client signed for
 */
record Changing(Operation operation, Key key, String region, FacadeRequest request, Map<String, String> query) {
    /** Instances that a function may be limited to. */
    private static final int RESERVED_MAX = 1000;

    /** What of a draft is to change. */
    @FunctionalInterface
    private interface Change {
        Draft of(Draft before) throws Described.Wrong;
    }

    Wish wish() throws Described.Wrong {
        byte[] body = request.body();
        return switch (operation.kind()) {
            case CREATE -> create();
            case CODE -> code();
            case CONFIGURE -> {
                Described described = Described.configuration(body);
                yield change(named(), described::changed, Changing.this::configured);
            }
            case DELETE -> delete();
            case TAG -> {
                Map<String, String> tags =
                        Described.strings(Described.json(body).path("Tags"), "Tags");
                yield change(
                        named(),
                        before -> {
                            Map<String, String> all = new TreeMap<>(before.labels());
                            all.putAll(tags);
                            return before.withLabels(all);
                        },
                        served -> nothing());
            }
            case UNTAG -> {
                List<String> keys = tagKeys();
                yield change(
                        named(),
                        before -> {
                            Map<String, String> all = new TreeMap<>(before.labels());
                            keys.forEach(all::remove);
                            return before.withLabels(all);
                        },
                        served -> nothing());
            }
            case RESERVE -> reserve();
            case UNRESERVE -> change(named(), Changing::unreserved, served -> nothing());
            default -> new Publishing(operation, key, region, request).wish(named());
        };
    }

    private LambdaName named() throws Described.Wrong {
        LambdaName name = LambdaName.of(operation.subject(), null, key);
        if (name == null) {
            throw new Described.Wrong("ResourceNotFoundException", "Function not found: " + cut(operation.subject()));
        }
        String qualifier = query.getOrDefault("Qualifier", LambdaName.LATEST);
        if (!name.latest() || !qualifier.equals(LambdaName.LATEST)) {
            throw Described.wrong("a version or an alias can't be changed; name the function without a qualifier");
        }
        return name;
    }

    private static String cut(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + '…';
    }

    private String arn(LambdaName name) {
        return LambdaName.arn(region, key.namespace(), name.function());
    }

    private Wish create() throws Described.Wrong {
        Described described = Described.create(request.body());
        String theirs = described.name();
        LambdaName name = LambdaName.of(theirs, null, key);
        if (name == null || !name.latest()) {
            throw Described.wrong(
                    "FunctionName '" + cut(theirs) + "' must be letters, digits, '-' and '_', at most 64 characters");
        }
        byte[] zip = described.zip();
        Draft draft = described.draft(name.function());
        boolean publish = described.publish();
        return new Wish.Control(
                key,
                operation.action(),
                name.function(),
                functions -> told(
                        name,
                        functions.put(
                                key.namespace(),
                                draft.name(),
                                before -> before == null ? put(draft, zip, publish) : new Edited.Leave(exists(name))),
                        served -> configured(functions, served, publish, 201)));
    }

    private FacadeAnswer exists(LambdaName name) {
        return Answers.error(409, "ResourceConflictException", "Function already exist: " + name.function());
    }

    private Wish code() throws Described.Wrong {
        Described described = Described.code(request.body());
        byte[] zip = described.zip();
        boolean publish = described.publish();
        LambdaName name = named();
        return new Wish.Control(
                key,
                operation.action(),
                name.function(),
                functions -> told(
                        name,
                        functions.put(
                                key.namespace(),
                                Names.weft(name.function()),
                                before -> before == null
                                        ? new Edited.Leave(Answers.absent(arn(name)))
                                        : edited(before, described::changed, zip, publish)),
                        served -> configured(functions, served, publish, 200)));
    }

    private static Edited edited(Draft before, Change change, byte @Nullable [] zip, boolean publish) {
        try {
            return put(change.of(before), zip, publish);
        } catch (Described.Wrong wrong) {
            return new Edited.Leave(wrong.answer());
        }
    }

    private static Edited put(Draft draft, byte @Nullable [] zip, boolean publish) {
        if (!publish) {
            return new Edited.Put(draft, zip);
        }
        Versions.Published published = Versions.publish(draft, null);
        return new Edited.Put(published.function(), zip, List.of(published.version()));
    }

    private Wish change(LambdaName name, Change change, Function<Functions.Served, FacadeAnswer> answer) {
        return new Wish.Control(
                key,
                operation.action(),
                name.function(),
                functions -> told(
                        name,
                        functions.put(
                                key.namespace(),
                                Names.weft(name.function()),
                                before -> before == null
                                        ? new Edited.Leave(Answers.absent(arn(name)))
                                        : edited(before, change, null, false)),
                        answer));
    }

    private Wish delete() throws Described.Wrong {
        LambdaName qualified = LambdaName.of(operation.subject(), query.get("Qualifier"), key);
        String version = qualified == null ? null : qualified.qualifier();
        if (qualified != null && version != null && !qualified.latest()) {
            return new Publishing(operation, key, region, request).deleteVersion(qualified, version);
        }
        LambdaName name = named();
        return new Wish.Control(
                key,
                operation.action(),
                name.function(),
                functions -> told(
                        name,
                        functions.delete(key.namespace(), Names.weft(name.function())),
                        served -> new FacadeAnswer(204, Headers.none(), new byte[0])));
    }

    private Wish reserve() throws Described.Wrong {
        JsonNode most = Described.json(request.body()).path("ReservedConcurrentExecutions");
        if (!most.isInt() || most.asInt() < 1 || most.asInt() > RESERVED_MAX) {
            throw Described.wrong("ReservedConcurrentExecutions must be from 1 to " + RESERVED_MAX
                    + "; 0, which would keep every call out, is not done by Weft's Lambda façade");
        }
        Map<String, Object> said = Map.of("ReservedConcurrentExecutions", most.asInt());
        return change(named(), before -> instances(before, most.asInt()), served -> Answers.json(200, said));
    }

    private static Draft unreserved(Draft before) {
        return instances(before, Described.INSTANCES).with(RESERVED, null);
    }

    /** Annotation of a function whose client limits its instances. */
    static final String RESERVED = "aws.weft.dev/reserved-concurrency";

    private static Draft instances(Draft before, int most) {
        Map<String, Object> spec = new TreeMap<>(before.spec());
        spec.put("maxInstances", most);
        return new Draft(before.name(), before.labels(), before.annotations(), spec, before.env(), before.home())
                .with(RESERVED, Integer.toString(most));
    }

    private List<String> tagKeys() throws Described.Wrong {
        List<String> keys = new ArrayList<>();
        String query = request.line().query() == null ? "" : request.line().query();
        for (String pair : query.split("&", -1)) {
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

    private FacadeAnswer configured(Functions.Served served) {
        return configured(served, 200);
    }

    /** The version that was published with it, where one was. */
    private FacadeAnswer configured(Functions functions, Functions.Served served, boolean published, int status) {
        String number = served.function().metadata().annotations().get(Versions.PUBLISHED);
        Functions.Served version = published && number != null
                ? functions.find(key.namespace(), Versions.name(served.shownName(), number))
                : null;
        return configured(version == null ? served : version, status);
    }

    private FacadeAnswer configured(Functions.Served served, int status) {
        String arn = LambdaName.arn(region, key.namespace(), served.shownName());
        return Answers.json(status, new LinkedHashMap<>(Answers.configuration(served, arn)));
    }

    private static FacadeAnswer nothing() {
        return new FacadeAnswer(204, Headers.none(), new byte[0]);
    }

    private FacadeAnswer told(LambdaName name, Changed changed, Function<Functions.Served, FacadeAnswer> done) {
        boolean making = operation.kind() == Operation.Kind.CREATE;
        return switch (changed) {
            case Changed.Done(Functions.Served now) -> done.apply(now);
            case Changed.Left(FacadeAnswer answer) -> answer;
            case Changed.Refused refused ->
                making && refused.reason() == Changed.Reason.DECLARED
                        ? exists(name)
                        : Answers.refused(refused, arn(name));
        };
    }
}
