// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Functions.Edited;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Wish;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The operations that make functions, change and delete them. Each is over when it is answered.
 *
 * @param action the vendor's word
 * @param named the function in the path; empty where it is not there
 */
record Changing(
        Key key,
        String action,
        GoogleDocuments documents,
        String named,
        Map<String, String> query,
        byte[] body,
        Instant now) {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z]([-_a-zA-Z0-9]{0,61}[a-zA-Z0-9])?");
    private static final Duration SOON = Duration.ofSeconds(1);

    Wish wish() {
        try {
            return switch (action) {
                case "v1.CreateFunction", "v2.CreateFunction" -> create();
                case "v1.UpdateFunction", "v2.UpdateFunction" -> update();
                default -> delete();
            };
        } catch (Wrong wrong) {
            return new Wish.Refused(
                    action,
                    key.id(),
                    true,
                    wrong.error().message(),
                    wrong.error().answer());
        }
    }

    private Wish create() throws Wrong {
        if (documents.location().equals(GoogleDocuments.ANYWHERE)) {
            throw Wrong.invalid("the location must be named: '-' is for lists");
        }
        Described described = Described.read(documents.first(), body);
        String theirs = documents.first() ? described.name(documents.parent()) : query.getOrDefault("functionId", "");
        if (!NAME.matcher(theirs).matches()) {
            throw Wrong.invalid(
                    "a function's name begins with a letter, has letters, digits, '-' and '_', and at most 63"
                            + " characters");
        }
        Draft draft = described.draft(theirs);
        String object = described.source(null);
        if (object == null) {
            throw Wrong.invalid("the source must be what GenerateUploadUrl named");
        }
        return control(theirs, functions -> {
            byte[] zip = functions.staged(key.namespace(), object);
            FacadeAnswer wrong = unfit(zip);
            if (wrong != null) {
                return wrong;
            }
            Map<String, Secret> secrets = SecretReferences.secrets(key.namespace(), functions.shelf());
            Changed changed = functions.put(
                    key.namespace(),
                    draft.name(),
                    before -> before == null ? put(draft, zip, secrets) : new Edited.Leave(exists(theirs)));
            return told("CREATE", theirs, object, changed, functions);
        });
    }

    private static Edited put(Draft draft, byte @Nullable [] zip, Map<String, Secret> secrets) {
        try {
            return new Edited.Put(SecretReferences.resolved(draft, secrets), zip);
        } catch (Wrong refused) {
            return new Edited.Leave(refused.error().answer());
        }
    }

    private static @Nullable FacadeAnswer unfit(byte @Nullable [] zip) {
        if (zip == null) {
            return GoogleError.invalid("the source was not uploaded, or too long ago")
                    .answer();
        }
        try {
            SourceCheck.check(zip);
            return null;
        } catch (Wrong wrong) {
            return wrong.error().answer();
        }
    }

    private FacadeAnswer exists(String theirs) {
        return new GoogleError(409, "ALREADY_EXISTS", "Resource '" + documents.resource(theirs) + "' already exists")
                .answer();
    }

    private Wish update() throws Wrong {
        String mask = query.getOrDefault("updateMask", "").isEmpty() ? null : query.get("updateMask");
        Described described = Described.read(documents.first(), body);
        String object = described.source(mask);
        return control(named, functions -> {
            byte[] zip = object == null ? null : functions.staged(key.namespace(), object);
            FacadeAnswer wrong = object == null ? null : unfit(zip);
            if (wrong != null) {
                return wrong;
            }
            Map<String, Secret> secrets = SecretReferences.secrets(key.namespace(), functions.shelf());
            Changed changed = functions.put(key.namespace(), Names.weft(named), before -> {
                if (before == null) {
                    return new Edited.Leave(absent());
                }
                try {
                    return put(described.changed(before, mask), zip, secrets);
                } catch (Wrong refused) {
                    return new Edited.Leave(refused.error().answer());
                }
            });
            return told("UPDATE", named, object, changed, functions);
        });
    }

    private Wish delete() {
        return control(
                named,
                functions ->
                        told("DELETE", named, null, functions.delete(key.namespace(), Names.weft(named)), functions));
    }

    private Wish control(String on, Wish.Work work) {
        return new Wish.Control(key, action, on, work);
    }

    private FacadeAnswer absent() {
        return GoogleError.notFound(documents.resource(named)).answer();
    }

    private FacadeAnswer told(
            String kind, String theirs, @Nullable String object, Changed changed, Functions functions) {
        return switch (changed) {
            case Changed.Done(Functions.Served served) -> {
                if (object != null) {
                    functions.unstage(key.namespace(), object);
                }
                yield new LongRunning(kind, documents.location(), theirs).answer(documents, served, now);
            }
            case Changed.Left(FacadeAnswer answer) -> answer;
            case Changed.Refused(Changed.Reason reason, String message) -> refused(kind, theirs, reason, message);
        };
    }

    private FacadeAnswer refused(String kind, String theirs, Changed.Reason reason, String message) {
        return switch (reason) {
            case ABSENT -> absent();
            case DECLARED ->
                kind.equals("CREATE") ? exists(theirs) : new GoogleError(400, "FAILED_PRECONDITION", message).answer();
            case WRONG -> GoogleError.invalid(message).answer();
            case FULL -> new GoogleError(429, "RESOURCE_EXHAUSTED", message).answer();
            case UNABLE -> new GoogleError(501, "UNIMPLEMENTED", message).answer();
            case FAILED -> new GoogleError(400, "FAILED_PRECONDITION", message).answer();
            case BUSY -> new GoogleError(429, "RESOURCE_EXHAUSTED", message).answer(SOON);
        };
    }
}
