// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import dev.weft.api.facade.Alias;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions.Edited;
import dev.weft.api.facade.Functions.Served;
import dev.weft.api.facade.Wish;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Lambda's operations on function URLs. Source: AWS Lambda API reference, "CreateFunctionUrlConfig" and its kin. */
record Urls(Editing editing, FacadeRequest request, Instant now) {
    private static final Set<String> TAKEN = Set.of("AuthType", "InvokeMode");

    /** @param alias empty for the function itself */
    Wish wish(LambdaName name, String alias) throws Described.Wrong {
        return switch (editing.operation().action()) {
            case "CreateFunctionUrlConfig" -> {
                FunctionUrl wanted = wanted(Settings.checked(request.body(), TAKEN), alias, null);
                yield editing.change(
                        name,
                        before -> {
                            if (!alias.isEmpty()
                                    && !Alias.all(before.annotations()).containsKey(alias)) {
                                return new Edited.Leave(Answers.noAlias(editing.arn(name) + ':' + alias));
                            }
                            return FunctionUrl.of(before.annotations(), alias) == null
                                    ? put(before, wanted)
                                    : new Edited.Leave(Answers.error(
                                            409,
                                            "ResourceConflictException",
                                            "FunctionUrlConfig exists for this Lambda function"));
                        },
                        (_, served) -> shown(name, served, alias, 201));
            }
            case "UpdateFunctionUrlConfig" -> {
                JsonNode said = Settings.checked(request.body(), TAKEN);
                yield editing.change(
                        name,
                        before -> {
                            FunctionUrl url = FunctionUrl.of(before.annotations(), alias);
                            return url == null
                                    ? new Edited.Leave(Answers.noResource())
                                    : put(before, wanted(said, alias, url));
                        },
                        (_, served) -> shown(name, served, alias, 200));
            }
            case "DeleteFunctionUrlConfig" ->
                Settings.forget(editing, name, FunctionUrl.setting(alias), Answers.noResource());
            case "GetFunctionUrlConfig" -> Settings.show(editing, name, (_, served) -> shown(name, served, alias, 200));
            default ->
                Settings.show(editing, name, (_, served) -> {
                    List<Map<String, Object>> all =
                            FunctionUrl.all(served.function().metadata().annotations()).values().stream()
                                    .map(each -> shown(name, each))
                                    .toList();
                    return Answers.json(200, Map.of("FunctionUrlConfigs", all));
                });
        };
    }

    private FunctionUrl wanted(JsonNode said, String alias, @Nullable FunctionUrl was) throws Described.Wrong {
        String auth =
                Settings.oneOf(said, "AuthType", was == null ? "" : was.auth(), FunctionUrl.OPEN, FunctionUrl.SIGNED);
        String mode = Settings.oneOf(
                said,
                "InvokeMode",
                was == null ? FunctionUrl.WHOLE : was.mode(),
                FunctionUrl.WHOLE,
                FunctionUrl.STREAMED);
        Instant time = now.truncatedTo(ChronoUnit.SECONDS);
        return new FunctionUrl(
                alias,
                was == null ? FunctionUrl.newId() : was.id(),
                auth,
                mode,
                was == null ? time : was.created(),
                time);
    }

    private static Edited put(Draft before, FunctionUrl url) {
        return new Edited.Put(before.with(Settings.annotation(FunctionUrl.setting(url.alias())), url.kept()), null);
    }

    private FacadeAnswer shown(LambdaName name, Served served, String alias, int status) {
        FunctionUrl url = FunctionUrl.of(served.function(), alias);
        return url == null ? Answers.noResource() : Answers.json(status, shown(name, url));
    }

    private Map<String, Object> shown(LambdaName name, FunctionUrl url) {
        return url.shown(editing.arn(name), editing.key().namespace(), name.function(), request);
    }
}
