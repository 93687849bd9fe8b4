// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Functions.Edited;
import dev.weft.api.facade.Functions.Served;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Wish;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Lambda's operations that make and delete versions and aliases. Source: AWS Lambda API reference. */
record Publishing(Operation operation, Key key, String region, FacadeRequest request) {
    /** Aliases of one function. */
    static final int ALIASES_MAX = 100;

    Wish wish(LambdaName name) throws Described.Wrong {
        return switch (operation.kind()) {
            case PUBLISH -> publish(name, Described.json(request.body()));
            case CREATE_ALIAS, UPDATE_ALIAS -> alias(name, Described.json(request.body()));
            case DELETE_ALIAS ->
                control(
                        name,
                        functions -> told(
                                name,
                                functions.put(
                                        key.namespace(),
                                        Names.weft(name.function()),
                                        before -> before == null
                                                ? new Edited.Leave(Answers.absent(arn(name)))
                                                : new Edited.Put(
                                                        before.with(Alias.annotation(operation.alias()), null), null)),
                                new FacadeAnswer(204, Headers.none(), new byte[0])));
            default -> throw new IllegalStateException(operation.action() + " publishes nothing");
        };
    }

    private String arn(LambdaName name) {
        return LambdaName.arn(region, key.namespace(), name.function());
    }

    private Wish control(LambdaName name, Wish.Work work) {
        return new Wish.Control(key, operation.action(), name.function(), work);
    }

    private Wish publish(LambdaName name, JsonNode said) {
        String description =
                said.path("Description").isString() ? said.path("Description").asString() : null;
        return control(name, functions -> {
            Served found = Versions.latest(functions, key.namespace(), name.function());
            String sha = said.path("CodeSha256").asString("");
            if (found != null && !sha.isEmpty() && !sha.equals(sha256(found))) {
                return Answers.error(
                        400,
                        "InvalidParameterValueException",
                        "CodeSha256 (" + sha256(found) + ") is different from current CodeSha256 in request");
            }
            Changed changed = functions.put(key.namespace(), Names.weft(name.function()), before -> {
                if (before == null) {
                    return new Edited.Leave(Answers.absent(arn(name)));
                }
                String same = before.annotations().get(Versions.PUBLISHED);
                Served version = same == null ? null : version(functions, name, same);
                if (version != null) { // nothing has changed since
                    return new Edited.Leave(shown(version, name));
                }
                Versions.Published published = Versions.publish(before, description);
                return new Edited.Put(published.function(), null, List.of(published.version()));
            });
            return switch (changed) {
                case Changed.Done(Served now) -> {
                    String number = now.function().metadata().annotations().getOrDefault(Versions.PUBLISHED, "");
                    Served version = version(functions, name, number);
                    yield version == null ? Answers.absent(arn(name) + ':' + number) : shown(version, name);
                }
                case Changed.Left(FacadeAnswer answer) -> answer;
                case Changed.Refused refused -> Answers.refused(refused, arn(name));
            };
        });
    }

    private @Nullable Served version(Functions functions, LambdaName name, String number) {
        return functions.find(key.namespace(), Versions.name(name.function(), number));
    }

    private static String sha256(Served served) {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(served.code()));
    }

    private FacadeAnswer shown(Served version, LambdaName name) {
        return Answers.json(201, Answers.configuration(version, arn(name) + ':' + Versions.of(version.function())));
    }

    private Wish alias(LambdaName name, JsonNode said) throws Described.Wrong {
        boolean fresh = operation.kind() == Operation.Kind.CREATE_ALIAS;
        String alias = fresh ? said.path("Name").asString("") : operation.alias();
        Alias first = fresh ? Alias.of(alias, said, null) : null; // what is wrong in itself is told before all else
        return control(name, functions -> {
            Changed changed = functions.put(
                    key.namespace(),
                    Names.weft(name.function()),
                    before -> edited(functions, name, alias, before, said));
            return switch (changed) {
                case Changed.Done(Served now) -> {
                    Alias made = Alias.of(now.function(), alias);
                    yield made == null || (first != null && !first.name().equals(made.name()))
                            ? Answers.noAlias(arn(name) + ':' + alias)
                            : Answers.json(fresh ? 201 : 200, made.shown(arn(name)));
                }
                case Changed.Left(FacadeAnswer answer) -> answer;
                case Changed.Refused refused -> Answers.refused(refused, arn(name));
            };
        });
    }

    private Edited edited(Functions functions, LambdaName name, String alias, @Nullable Draft before, JsonNode said) {
        boolean fresh = operation.kind() == Operation.Kind.CREATE_ALIAS;
        if (before == null) {
            return new Edited.Leave(Answers.absent(arn(name)));
        }
        Map<String, Alias> all = Alias.all(before.annotations());
        Alias was = all.get(alias);
        if (fresh && was != null) {
            return new Edited.Leave(Answers.error(
                    409, "ResourceConflictException", "Alias already exists: " + arn(name) + ':' + alias));
        }
        if (!fresh && was == null) {
            return new Edited.Leave(Answers.noAlias(arn(name) + ':' + alias));
        }
        if (fresh && all.size() >= ALIASES_MAX) {
            return new Edited.Leave(Answers.error(
                    400, "InvalidParameterValueException", "a function has at most " + ALIASES_MAX + " aliases here"));
        }
        try {
            Alias wanted = Alias.of(alias, said, was);
            for (String version : Stream.concat(Stream.of(wanted.version()), wanted.weights().keySet().stream())
                    .toList()) {
                if (version(functions, name, version) == null) {
                    return new Edited.Leave(Answers.absent(arn(name) + ':' + version));
                }
            }
            return new Edited.Put(before.with(Alias.annotation(alias), wanted.kept()), null);
        } catch (Described.Wrong wrong) {
            return new Edited.Leave(wrong.answer());
        }
    }

    /** Deletes one version; one that an alias leads to stays. */
    Wish deleteVersion(LambdaName name, String version) {
        return control(name, functions -> {
            Served found = Versions.latest(functions, key.namespace(), name.function());
            if (found == null || !version.matches("[0-9]{1,9}")) {
                return Answers.absent(arn(name) + ':' + version);
            }
            List<String> leading = Alias.all(found.function().metadata().annotations()).values().stream()
                    .filter(each -> each.leadsTo(version))
                    .map(Alias::name)
                    .toList();
            if (!leading.isEmpty()) {
                return Answers.error(
                        409,
                        "ResourceConflictException",
                        "Unable to delete version because the following aliases reference it: " + leading);
            }
            if (version.equals(found.function().metadata().annotations().get(Versions.PUBLISHED))) {
                Changed ignored = functions.put(
                        key.namespace(),
                        Names.weft(name.function()),
                        before -> before == null
                                ? new Edited.Leave(Answers.absent(arn(name)))
                                : new Edited.Put(before.with(Versions.PUBLISHED, null), null));
            }
            return told(
                    name,
                    functions.delete(key.namespace(), Versions.name(name.function(), version)),
                    new FacadeAnswer(204, Headers.none(), new byte[0]));
        });
    }

    private FacadeAnswer told(LambdaName name, Changed changed, FacadeAnswer done) {
        return switch (changed) {
            case Changed.Done(Served _) -> done;
            case Changed.Left(FacadeAnswer answer) -> answer;
            case Changed.Refused refused -> Answers.refused(refused, arn(name));
        };
    }
}
