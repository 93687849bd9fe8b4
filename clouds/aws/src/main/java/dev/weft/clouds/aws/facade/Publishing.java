// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import dev.weft.api.facade.Alias;
import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Functions.Edited;
import dev.weft.api.facade.Functions.Served;
import dev.weft.api.facade.Versions.Published;
import dev.weft.api.facade.Wish;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Lambda's operations that make and delete versions and aliases. Source: AWS Lambda API reference. */
record Publishing(Editing editing, FacadeRequest request) {
    Wish wish(LambdaName name) throws Described.Wrong {
        Operation operation = editing.operation();
        return switch (operation.kind()) {
            case PUBLISH -> publish(name, Described.json(request.body()));
            case CREATE_ALIAS, UPDATE_ALIAS -> alias(name, Described.json(request.body()));
            case DELETE_ALIAS ->
                editing.silently(name, before -> before.with(Alias.annotation(operation.alias()), null));
            default -> throw new IllegalStateException(operation.action() + " publishes nothing");
        };
    }

    private Wish publish(LambdaName name, JsonNode said) {
        String description =
                said.path("Description").isString() ? said.path("Description").asString() : null;
        return editing.control(name, functions -> {
            Served found = Versions.latest(functions, editing.key().namespace(), name.function());
            String sha = said.path("CodeSha256").asString("");
            if (found != null && !sha.isEmpty() && !sha.equals(sha256(found))) {
                return Answers.error(
                        400,
                        "InvalidParameterValueException",
                        "CodeSha256 (" + sha256(found) + ") is different from current CodeSha256 in request");
            }
            Changed changed = editing.edit(functions, name, before -> {
                Served version = dev.weft.api.facade.Versions.same(
                        functions, editing.key().namespace(), before);
                if (version != null) { // nothing has changed since
                    return new Edited.Leave(shown(version, name));
                }
                Published published = Versions.publish(before, description);
                return new Edited.Put(published.function(), null, List.of(published.version()));
            });
            return editing.told(name, changed, now -> {
                String number = now.function()
                        .metadata()
                        .annotations()
                        .getOrDefault(dev.weft.api.facade.Versions.PUBLISHED, "");
                Served version = version(functions, name, number);
                return version == null ? Answers.absent(editing.arn(name) + ':' + number) : shown(version, name);
            });
        });
    }

    private @Nullable Served version(Functions functions, LambdaName name, String number) {
        return functions.find(editing.key().namespace(), Versions.name(name.function(), number));
    }

    private static String sha256(Served served) {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(served.code()));
    }

    private FacadeAnswer shown(Served version, LambdaName name) {
        return Answers.json(
                201, Answers.configuration(version, editing.arn(name) + ':' + Versions.of(version.function())));
    }

    private Wish alias(LambdaName name, JsonNode said) throws Described.Wrong {
        boolean fresh = editing.operation().kind() == Operation.Kind.CREATE_ALIAS;
        String alias =
                fresh ? said.path("Name").asString("") : editing.operation().alias();
        if (fresh) {
            Alias _ = AliasForm.of(alias, said, null); // what is wrong in itself is told before all else
        }
        String arn = editing.arn(name);
        return editing.control(name, functions -> {
            Changed changed = editing.edit(
                    functions,
                    name,
                    before -> new Edited.Put(
                            before.with(
                                    Alias.annotation(alias),
                                    wanted(functions, name, alias, before, said).kept()),
                            null));
            return editing.told(name, changed, now -> {
                Alias made = Alias.of(now.function(), alias);
                return made == null
                        ? Answers.noAlias(arn + ':' + alias)
                        : Answers.json(fresh ? 201 : 200, AliasForm.shown(made, arn));
            });
        });
    }

    /** What the alias is to be, of a function that is {@code before}. */
    private Alias wanted(Functions functions, LambdaName name, String alias, Draft before, JsonNode said)
            throws Described.Wrong {
        boolean fresh = editing.operation().kind() == Operation.Kind.CREATE_ALIAS;
        String arn = editing.arn(name);
        Map<String, Alias> all = Alias.all(before.annotations());
        Alias was = all.get(alias);
        if (fresh && was != null) {
            throw new Described.Wrong("ResourceConflictException", "Alias already exists: " + arn + ':' + alias);
        }
        if (!fresh && was == null) {
            throw new Described.Wrong("ResourceNotFoundException", "Cannot find alias arn: " + arn + ':' + alias);
        }
        if (fresh && all.size() >= Alias.EACH_MAX) {
            throw Described.wrong("a function has at most " + Alias.EACH_MAX + " aliases here");
        }
        Alias wanted = AliasForm.of(alias, said, was);
        for (String version : Stream.concat(Stream.of(wanted.version()), wanted.weights().keySet().stream())
                .toList()) {
            if (version(functions, name, version) == null) {
                throw new Described.Wrong("ResourceNotFoundException", "Function not found: " + arn + ':' + version);
            }
        }
        return wanted;
    }

    /** Deletes one version; one that an alias leads to stays. */
    Wish deleteVersion(LambdaName name, String version) {
        return editing.control(name, functions -> {
            Served found = Versions.latest(functions, editing.key().namespace(), name.function());
            if (found == null || !version.matches("[0-9]{1,9}")) {
                return Answers.absent(editing.arn(name) + ':' + version);
            }
            List<String> leading = dev.weft.api.facade.Versions.leading(found.function(), version);
            if (!leading.isEmpty()) {
                return Answers.error(
                        409,
                        "ResourceConflictException",
                        "Unable to delete version because the following aliases reference it: " + leading);
            }
            return editing.told(
                    name,
                    dev.weft.api.facade.Versions.delete(functions, editing.key().namespace(), found, version),
                    _ -> Editing.nothing());
        });
    }
}
