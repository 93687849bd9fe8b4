// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.facade;

import dev.weft.api.facade.Alias;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Functions.Edited;
import dev.weft.api.facade.Functions.Served;
import dev.weft.api.facade.Versions;
import dev.weft.api.facade.Wish;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Function Compute's operations on versions and aliases. What they are in Weft, {@link Versions} says. */
record FcPublishing(FcEditing editing, Map<String, String> query, byte[] body) {
    /** Annotation of a version: what its client said of it. */
    private static final String DESCRIPTION = FcPut.KEPT + "description";

    private static final Set<String> IN_VERSION = Set.of("description");

    Wish wish() throws FcPut.Wrong {
        return switch (editing.action()) {
            case "PublishFunctionVersion" -> publish();
            case "ListFunctionVersions" -> versions();
            case "DeleteFunctionVersion" -> deleteVersion(editing.names().get(1));
            case "CreateAlias" -> {
                JsonNode said = FcPut.json(body);
                yield alias(said.path("aliasName").asString(""), said, true);
            }
            case "UpdateAlias" -> alias(editing.names().get(1), FcPut.json(body), false);
            case "GetAlias" -> getAlias(editing.names().get(1));
            case "ListAliases" -> aliases();
            case "DeleteAlias" -> {
                String alias = editing.names().get(1);
                yield editing.change(
                        before -> new Edited.Put(before.with(Alias.annotation(alias), null), null),
                        (_, _) -> FcFunctions.nothing());
            }
            default -> throw new IllegalStateException(editing.action() + " publishes nothing");
        };
    }

    private Wish publish() throws FcPut.Wrong {
        JsonNode said = body.length == 0 ? FcPut.json(new byte[] {'{', '}'}) : FcPut.json(body);
        FcPut.onlyThese(said, IN_VERSION);
        String description = FcPut.text(said, "description");
        return editing.edit(
                functions -> before -> {
                    Served same = Versions.same(functions, editing.namespace(), before);
                    if (same != null) { // nothing has changed since
                        return new Edited.Leave(FcFunctions.answer(version(same)));
                    }
                    Versions.Published published = Versions.publish(before);
                    Draft version = description == null
                            ? published.version()
                            : published.version().with(DESCRIPTION, FcFunctions.text(description));
                    return new Edited.Put(published.function(), null, List.of(version));
                },
                (functions, now) -> {
                    String number = now.function().metadata().annotations().getOrDefault(Versions.PUBLISHED, "");
                    Served made = Versions.find(functions, editing.namespace(), editing.name(), number);
                    return made == null
                            ? FcError.noVersion(editing.name(), number).answer()
                            : FcFunctions.answer(version(made));
                });
    }

    private static ObjectNode version(Served served) {
        ObjectNode version = FcFunctions.object()
                .put("versionId", Versions.of(served.function()))
                .put(
                        "createdTime",
                        served.changed().truncatedTo(ChronoUnit.SECONDS).toString())
                .put(
                        "lastModifiedTime",
                        served.changed().truncatedTo(ChronoUnit.SECONDS).toString());
        String description = served.function().metadata().annotations().get(DESCRIPTION);
        if (description != null) {
            version.set("description", FcFunctions.read(description));
        }
        return version;
    }

    private Wish versions() throws FcPut.Wrong {
        FcPage.Of page = FcPage.wanted(query);
        String direction = query.getOrDefault("direction", "BACKWARD");
        if (!List.of("BACKWARD", "FORWARD").contains(direction)) {
            throw new FcPut.Wrong(FcError.invalid("direction must be BACKWARD or FORWARD"));
        }
        return editing.show((functions, _) -> {
            List<Served> all = new ArrayList<>(Versions.all(functions, editing.namespace(), editing.name()).stream()
                    .filter(each -> !Versions.of(each.function()).equals(Versions.LATEST))
                    .toList());
            if (direction.equals("BACKWARD")) {
                all = all.reversed();
            }
            ObjectNode listed =
                    paged("versions", all, each -> Versions.of(each.function()), FcPublishing::version, page);
            return FcFunctions.answer(listed.put("direction", direction));
        });
    }

    /** The page of {@code all} that begins after the one that {@code page} names. */
    private static <T> ObjectNode paged(
            String field, List<T> all, Function<T, String> id, Function<T, ObjectNode> shown, FcPage.Of page) {
        Stream<T> from = page.after().isEmpty()
                ? all.stream()
                : all.stream()
                        .dropWhile(each -> !id.apply(each).equals(page.after()))
                        .skip(1);
        List<T> left = from.limit(page.limit() + 1L).toList();
        ObjectNode answer = FcFunctions.object();
        ArrayNode entries = answer.putArray(field);
        left.stream().limit(page.limit()).map(shown).forEach(entries::add);
        if (left.size() > page.limit()) {
            answer.put("nextToken", FcPage.token(id.apply(left.get(page.limit() - 1))));
        }
        return answer;
    }

    private Wish deleteVersion(String version) {
        return editing.control(functions -> {
            Served found = Versions.latest(functions, editing.namespace(), editing.name());
            if (found == null) {
                return FcError.noFunction(editing.name()).answer();
            }
            if (!Versions.isNumber(version)
                    || Versions.find(functions, editing.namespace(), editing.name(), version) == null) {
                return FcError.noVersion(editing.name(), version).answer();
            }
            List<String> leading = Versions.leading(found.function(), version);
            return leading.isEmpty()
                    ? FcFunctions.told(
                            editing.name(),
                            Versions.delete(functions, editing.namespace(), found, version),
                            FcFunctions::gone)
                    : FcError.invalid("version '" + version + "' is used by aliases " + leading
                                    + "; delete them, or point them at another version")
                            .answer();
        });
    }

    private Wish alias(String name, JsonNode said, boolean fresh) throws FcPut.Wrong {
        if (fresh) {
            Alias _ = FcAlias.of(name, said, null); // what is wrong in itself is told before all else
        }
        return editing.edit(
                functions -> before -> {
                    Map<String, Alias> all = Alias.all(before.annotations());
                    Alias was = all.get(name);
                    if (fresh && was != null) {
                        throw new FcPut.Wrong(
                                new FcError(409, "AliasAlreadyExists", "alias '" + name + "' already exists"));
                    }
                    if (!fresh && was == null) {
                        throw new FcPut.Wrong(FcError.noAlias(editing.name(), name));
                    }
                    if (fresh && all.size() >= Alias.EACH_MAX) {
                        throw new FcPut.Wrong(
                                FcError.invalid("a function has at most " + Alias.EACH_MAX + " aliases here"));
                    }
                    Alias wanted = FcAlias.of(name, said, was);
                    checkVersions(functions, wanted);
                    return new Edited.Put(before.with(Alias.annotation(name), wanted.kept()), null);
                },
                (_, now) -> shown(now, name));
    }

    private void checkVersions(Functions functions, Alias wanted) throws FcPut.Wrong {
        List<String> versions = new ArrayList<>(wanted.weights().keySet());
        versions.add(wanted.version());
        for (String version : versions) {
            if (Versions.find(functions, editing.namespace(), editing.name(), version) == null) {
                throw new FcPut.Wrong(FcError.noVersion(editing.name(), version));
            }
        }
    }

    private FacadeAnswer shown(Served function, String name) {
        Alias alias = Alias.of(function.function(), name);
        return alias == null
                ? FcError.noAlias(editing.name(), name).answer()
                : FcFunctions.answer(FcAlias.shown(alias));
    }

    private Wish getAlias(String name) {
        return editing.show((_, found) -> shown(found, name));
    }

    private Wish aliases() throws FcPut.Wrong {
        FcPage.Of page = FcPage.wanted(query);
        return editing.show((_, found) -> {
            List<Alias> all = Alias.all(found.function().metadata().annotations()).values().stream()
                    .filter(each -> each.name().startsWith(page.prefix()))
                    .sorted(Comparator.comparing(Alias::name))
                    .toList();
            return FcFunctions.answer(paged("aliases", all, Alias::name, FcAlias::shown, page));
        });
    }
}
