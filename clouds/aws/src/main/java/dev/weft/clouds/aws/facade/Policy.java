// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions.Edited;
import dev.weft.api.facade.Said;
import dev.weft.api.facade.Wish;
import dev.weft.api.resource.Function;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Lambda's operations on who may call a function. Keys of the namespace may in any case; what a statement can add is that
 * everybody who knows a function's URL may. Source: AWS Lambda API reference, "AddPermission", and developer guide, "Control
 * access to Lambda function URLs".
 */
record Policy(Editing editing, FacadeRequest request, Map<String, String> query) {
    /** Statements of one function. */
    static final int STATEMENTS_MAX = 100;

    private static final String SETTING = "policy";
    private static final String BY_URL = "lambda:InvokeFunctionUrl";
    private static final String BY_API = "lambda:InvokeFunction";
    private static final String AUTH = "FunctionUrlAuthType";
    private static final String VIA_URL = "InvokedViaFunctionUrl";
    private static final Pattern SID = Pattern.compile("[-A-Za-z0-9_]{1,100}");
    private static final Set<String> TAKEN = Set.of("StatementId", "Action", "Principal", "RevisionId", AUTH, VIA_URL);

    /** Whether who knows the URL of {@code function} may call it. */
    static boolean letsEverybody(Function function) {
        return statements(function.metadata().annotations()).values().stream()
                .anyMatch(each -> each.path("Action").asString("").equals(BY_URL)
                        && each.path("Principal").asString("").equals("*"));
    }

    private static Map<String, JsonNode> statements(Map<String, String> annotations) {
        Map<String, JsonNode> statements = new TreeMap<>();
        JsonNode kept = Settings.read(annotations, SETTING);
        if (kept != null) {
            kept.properties().forEach(each -> statements.put(each.getKey(), each.getValue()));
        }
        return statements;
    }

    Wish wish(LambdaName name) throws Described.Wrong {
        return switch (editing.operation().action()) {
            case "AddPermission" -> add(name);
            case "RemovePermission" -> remove(name, editing.operation().alias());
            default ->
                Settings.show(editing, name, (_, served) -> {
                    Map<String, String> annotations =
                            served.function().metadata().annotations();
                    Map<String, JsonNode> all = statements(annotations);
                    if (all.isEmpty()) {
                        return Answers.noResource();
                    }
                    Map<String, Object> policy = new LinkedHashMap<>();
                    policy.put("Version", "2012-10-17");
                    policy.put("Id", "default");
                    policy.put("Statement", all.values());
                    return Answers.json(
                            200, Map.of("Policy", Settings.json(policy), "RevisionId", revision(annotations)));
                });
        };
    }

    private Wish add(LambdaName name) throws Described.Wrong {
        JsonNode said = Settings.checked(request.body(), TAKEN);
        String sid = said.path("StatementId").asString("");
        if (!SID.matcher(sid).matches()) {
            throw Described.wrong("StatementId must be letters, digits, '-' and '_', at most 100");
        }
        Map<String, Object> statement = statement(sid, said, name);
        String expected = said.path("RevisionId").asString("");
        return editing.change(
                name,
                before -> {
                    Map<String, JsonNode> all = statements(before.annotations());
                    if (all.containsKey(sid)) {
                        return new Edited.Leave(Answers.error(
                                409,
                                "ResourceConflictException",
                                "The statement id (" + sid + ") provided already exists. Please provide a new"
                                        + " statement id, or remove the existing statement."));
                    }
                    if (all.size() >= STATEMENTS_MAX) {
                        throw Described.wrong("a function has at most " + STATEMENTS_MAX + " statements here");
                    }
                    Map<String, Object> more = new TreeMap<>(all);
                    more.put(sid, statement);
                    FacadeAnswer moved = moved(expected, before.annotations());
                    return moved == null
                            ? new Edited.Put(before.with(Settings.annotation(SETTING), Settings.json(more)), null)
                            : new Edited.Leave(moved);
                },
                (_, _) -> Answers.json(201, Map.of("Statement", Settings.json(statement))));
    }

    private Wish remove(LambdaName name, String sid) {
        String expected = query.getOrDefault("RevisionId", "");
        return editing.change(
                name,
                before -> {
                    Map<String, JsonNode> left = statements(before.annotations());
                    if (left.remove(sid) == null) {
                        return new Edited.Leave(Answers.noResource());
                    }
                    FacadeAnswer moved = moved(expected, before.annotations());
                    String kept = left.isEmpty() ? null : Settings.json(left);
                    return moved == null
                            ? new Edited.Put(before.with(Settings.annotation(SETTING), kept), null)
                            : new Edited.Leave(moved);
                },
                (_, _) -> Editing.nothing());
    }

    private static String revision(Map<String, String> annotations) {
        return Settings.revision(annotations.get(Settings.annotation(SETTING)));
    }

    /** What is answered to who changes another policy than is there. */
    private static @Nullable FacadeAnswer moved(String expected, Map<String, String> annotations) {
        return expected.isEmpty() || expected.equals(revision(annotations))
                ? null
                : Answers.error(
                        412,
                        "PreconditionFailedException",
                        "The RevisionId provided does not match the latest RevisionId. Call the GetPolicy API to"
                                + " retrieve the latest RevisionId");
    }

    private Map<String, Object> statement(String sid, JsonNode said, LambdaName name) throws Described.Wrong {
        String action = Settings.oneOf(said, "Action", "", BY_URL, BY_API);
        String principal = said.path("Principal").asString("");
        String account = LambdaName.account(editing.key().namespace());
        boolean everybody = principal.equals("*");
        boolean own = principal.equals(account) || principal.startsWith("arn:aws:iam::" + account + ':');
        boolean viaUrl = said.path(VIA_URL).asBoolean(false);
        if (!everybody && !own) {
            throw Described.wrong("Principal '" + Said.value(principal) + "' must be * or of account " + account
                    + ": nobody else calls functions here");
        }
        Map<String, Object> conditions = new LinkedHashMap<>();
        if (action.equals(BY_URL)) {
            String auth = Settings.oneOf(said, AUTH, "", FunctionUrl.OPEN, FunctionUrl.SIGNED);
            if (everybody && !auth.equals(FunctionUrl.OPEN)) {
                throw Described.wrong(
                        AUTH + " must be NONE where Principal is *: a key signs for its own account only");
            }
            conditions.put("StringEquals", Map.of("lambda:" + AUTH, auth));
        } else if (everybody && !viaUrl) {
            throw Described.wrong("Action " + BY_API + " for Principal * needs " + VIA_URL
                    + " true: whoever calls the API needs a key");
        }
        if (viaUrl) {
            conditions.put("Bool", Map.of("lambda:" + VIA_URL, "true"));
        }
        Map<String, Object> statement = new LinkedHashMap<>();
        statement.put("Sid", sid);
        statement.put("Effect", "Allow");
        statement.put("Principal", everybody ? "*" : Map.of("AWS", principal));
        statement.put("Action", action);
        statement.put("Resource", editing.arn(name));
        if (!conditions.isEmpty()) {
            statement.put("Condition", conditions);
        }
        return statement;
    }
}
