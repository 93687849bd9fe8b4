// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.weft.facade;

import dev.weft.api.Headers;
import dev.weft.api.Sha256;
import dev.weft.api.account.Ownership;
import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Functions.Edited;
import dev.weft.api.facade.Functions.Served;
import dev.weft.api.facade.Operations;
import dev.weft.api.facade.Said;
import dev.weft.api.facade.Versions;
import dev.weft.api.facade.Wish;
import dev.weft.api.resource.Cloud;
import dev.weft.clouds.weft.Wire;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What changes functions. Each change says which revision it is made of, so that nobody's is lost: {@code revision} is left out where
 * there must be none yet.
 */
record Changing(String namespace, byte[] body) {
    /** Annotations that another Weft may write: its ownership tags, and which package they are of. */
    private static final Set<String> ANNOTATIONS =
            Set.of(Ownership.APPLICATION, Ownership.FUNCTION, Ownership.CODE, Ownership.SETTINGS, Wire.PACKAGE);

    private static final Set<String> PUT =
            Set.of("labels", "annotations", "spec", "env", "code", "revision", "publish");
    private static final Set<String> SPEC_NOT = Set.of("code", "env", "placement", "existing", "limits", "budget");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final FacadeAnswer NOTHING = new FacadeAnswer(204, Headers.none(), new byte[0]);

    /** What is done; null where it is nothing that changes something. */
    Wish.@Nullable Work work(Operations.Asked asked) throws Wrong {
        String name = asked.on();
        return switch (asked.action()) {
            case "PutCode" -> stage(name);
            case "PutFunction" -> put(name);
            case "AnnotateFunction" -> annotate(name);
            case "RollBack" -> rollBack(name);
            case "DeleteFunction" -> functions -> told(functions, functions.delete(namespace, name));
            case "DeleteVersion" -> deleteVersion(name, asked.names().getLast());
            default -> null;
        };
    }

    /** By its own hash, so that the same code sent twice is there once. */
    private Wish.Work stage(String hash) throws Wrong {
        if (!HASH.matcher(hash).matches() || !Sha256.hex(body).equals(hash)) {
            throw new Wrong(Refusal.wrong("the code's SHA-256 is not what the path says: 64 hexadecimal digits"));
        }
        return functions -> {
            Changed.Refused refused = functions.stage(namespace, hash, body);
            return refused == null ? NOTHING : Refusal.of(refused).answer();
        };
    }

    private Wish.Work put(String name) throws Wrong {
        Wanted wanted = Wanted.of(body, PUT);
        Map<String, String> annotations = annotations(wanted);
        Map<String, Object> spec = wanted.words("spec");
        for (String each : spec.keySet()) {
            if (SPEC_NOT.contains(each)) {
                throw new Wrong(Refusal.notDone("field 'spec." + Said.value(each) + "'"));
            }
        }
        Draft draft = new Draft(name, wanted.texts("labels"), annotations, spec, wanted.texts("env"), Cloud.Type.WEFT);
        String hash = wanted.text("code");
        if (hash != null && !HASH.matcher(hash).matches()) {
            throw new Wrong(Refusal.wrong("code must be the SHA-256 of a zip file: 64 hexadecimal digits"));
        }
        String revision = wanted.text("revision");
        boolean publish = wanted.flag("publish");
        return functions -> {
            FacadeAnswer answer = told(functions, functions.put(namespace, name, before -> {
                Served now = functions.find(namespace, name);
                Refusal raced = raced(name, now, revision);
                if (raced != null) {
                    return new Edited.Leave(raced.answer());
                }
                boolean same = now != null && (hash == null || hash.equals(now.code()));
                byte[] zip = same || hash == null ? null : functions.staged(namespace, hash);
                if (!same && zip == null) {
                    return new Edited.Leave(Refusal.conflict(
                                    hash == null
                                            ? "a new function needs code"
                                            : "its code is not here: send it first, to /v1/code/SHA-256")
                            .answer());
                }
                return edited(before == null ? draft : over(before, draft), zip, publish);
            }));
            if (hash != null && answer.status() == 200) {
                functions.unstage(namespace, hash);
            }
            return answer;
        };
    }

    private static Edited edited(Draft draft, byte @Nullable [] zip, boolean publish) {
        if (!publish) {
            return new Edited.Put(draft, zip);
        }
        Versions.Published published = Versions.publish(draft);
        return new Edited.Put(published.function(), zip, List.of(Published.resting(published.version())));
    }

    /** What other clients said of it stays. */
    private static Draft over(Draft before, Draft wanted) {
        Map<String, String> annotations = new TreeMap<>(before.annotations());
        annotations.putAll(wanted.annotations());
        return new Draft(before.name(), wanted.labels(), annotations, wanted.spec(), wanted.env(), before.home());
    }

    private static Map<String, String> annotations(Wanted wanted) throws Wrong {
        Map<String, String> annotations = wanted.texts("annotations");
        for (String each : annotations.keySet()) {
            if (!ANNOTATIONS.contains(each)) {
                throw new Wrong(Refusal.notDone("field 'annotations." + Said.value(each) + "'"));
            }
        }
        return annotations;
    }

    private static @Nullable Refusal raced(String name, @Nullable Served now, @Nullable String revision) {
        String is = now == null ? null : Showing.revision(now);
        if (Objects.equals(is, revision)) {
            return null;
        }
        return Refusal.conflict(
                is == null
                        ? "function " + name + " is gone meanwhile"
                        : "function " + name + (revision == null ? " is there already" : " was changed meanwhile"));
    }

    private Wish.Work annotate(String name) throws Wrong {
        Wanted wanted = Wanted.of(body, Set.of("annotations", "revision"));
        Map<String, String> annotations = annotations(wanted);
        String revision = wanted.text("revision");
        return functions -> told(functions, functions.put(namespace, name, before -> {
            Served now = functions.find(namespace, name);
            if (before == null || now == null) {
                return new Edited.Leave(Refusal.absent("function " + name).answer());
            }
            Refusal raced = raced(name, now, revision);
            Draft draft = before;
            for (Map.Entry<String, String> each : annotations.entrySet()) {
                draft = draft.with(each.getKey(), each.getValue());
            }
            return raced == null ? new Edited.Put(draft, null) : new Edited.Leave(raced.answer());
        }));
    }

    private Wish.Work rollBack(String name) throws Wrong {
        Wanted wanted = Wanted.of(body, Set.of("version", "revision"));
        String version = wanted.text("version");
        if (version == null || !Versions.isNumber(version)) {
            throw new Wrong(Refusal.wrong("version must be a published version's number"));
        }
        String revision = wanted.text("revision");
        return functions -> told(functions, functions.put(namespace, name, before -> {
            Served now = functions.find(namespace, name);
            Served to = now == null ? null : Versions.find(functions, namespace, now.shownName(), version);
            byte[] zip = to == null
                    ? null
                    : functions.code(namespace, to.function().metadata().name());
            if (before == null || to == null || zip == null) {
                return new Edited.Leave(
                        Refusal.absent("version " + version + " of " + name).answer());
            }
            Refusal raced = raced(name, now, revision);
            return raced == null ? new Edited.Put(Published.again(before, to), zip) : new Edited.Leave(raced.answer());
        }));
    }

    private Wish.Work deleteVersion(String name, String version) throws Wrong {
        if (!Versions.isNumber(version)) {
            throw new Wrong(Refusal.wrong("version must be a published version's number"));
        }
        return functions -> {
            Served function = functions.find(namespace, name);
            if (function == null || !function.put()) {
                return Refusal.absent("version " + version + " of " + name).answer();
            }
            List<String> leading = Versions.leading(function.function(), version);
            if (!leading.isEmpty()) {
                return Refusal.conflict("version " + version + " of " + name + " stays: aliases lead to it: " + leading)
                        .answer();
            }
            return told(functions, Versions.delete(functions, namespace, function, version));
        };
    }

    private FacadeAnswer told(Functions functions, Changed changed) {
        return switch (changed) {
            case Changed.Done(Served now) -> Showing.json(200, new Showing(namespace, Map.of()).shown(functions, now));
            case Changed.Left(FacadeAnswer answer) -> answer;
            case Changed.Refused refused -> Refusal.of(refused).answer();
        };
    }
}
