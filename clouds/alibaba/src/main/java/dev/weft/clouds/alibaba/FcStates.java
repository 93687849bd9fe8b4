// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudAccount.Finding;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.rest.RestFailure;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.clouds.alibaba.account.AcsKeyChain;
import dev.weft.clouds.alibaba.account.FcApi;
import dev.weft.clouds.alibaba.account.FcDocument;
import dev.weft.clouds.alibaba.account.OssBucket;
import dev.weft.clouds.alibaba.account.SlsApi;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What is there, read: a function with what its calls reach, the state it is in, and what the account may do. */
final class FcStates {
    /** How long a creation or a change may take. */
    static final Duration READY_MAX = Duration.ofMinutes(5);

    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final List<String> ACTIONS = List.of(
            "CreateFunction",
            "UpdateFunction",
            "DeleteFunction",
            "GetFunction",
            "GetFunctionCode",
            "PublishFunctionVersion",
            "ListFunctionVersions",
            "DeleteFunctionVersion",
            "CreateAlias",
            "GetAlias",
            "UpdateAlias",
            "DeleteAlias",
            "CreateTrigger",
            "GetTrigger",
            "DeleteTrigger",
            "TagResources",
            "UntagResources",
            "InvokeFunction");

    private final Cloud cloud;
    private final FcApi api;

    FcStates(Cloud cloud, FcApi api) {
        this.cloud = cloud;
        this.api = api;
    }

    /** The function whose draft that is. */
    Seen seen(JsonNode draft) {
        String name = draft.path("functionName").asString("");
        Map<String, String> tags = FcDocument.tags(draft);
        Ownership owner = FcDocument.owner(tags);
        JsonNode alias = owner == null ? null : api.alias(name, AlibabaAccount.ALIAS);
        JsonNode frozen = alias == null ? null : api.function(name, AlibabaAccount.ALIAS);
        JsonNode reached = frozen == null ? draft : frozen;
        JsonNode trigger =
                frozen != null && FcDocument.custom(draft.path("runtime").asString(""))
                        ? api.trigger(name, AlibabaAccount.ALIAS)
                        : null;
        String checksum = tags.get(FcDocument.CHECKSUM);
        String state = state(draft);
        InvokeDialect.@Nullable Target reachable =
                state.equals(Seen.READY) ? target(name, frozen != null, trigger) : null;
        return new Seen(
                name,
                owner,
                settings(reached, name, tags),
                owner != null
                        && checksum != null
                        && !checksum.equals(reached.path("codeChecksum").asString("")),
                revision(draft),
                alias == null ? null : alias.path("versionId").asString(""),
                state,
                reachable);
    }

    /** What is compared; a log that the document does not name is left as it is. */
    Map<String, String> settings(JsonNode document, String name, Map<String, String> tags) {
        Map<String, String> settings = FcDocument.settings(document, name, tags);
        if (FcLogs.named(cloud) == null) {
            settings.remove(FcDocument.LOG);
        }
        return settings;
    }

    /** When the draft was changed last: what there is to compare. */
    static String revision(JsonNode draft) {
        return draft.path("lastModifiedTime").asString("");
    }

    private static String state(JsonNode draft) {
        String state = draft.path("state").asString("Active");
        String update = draft.path("lastUpdateStatus").asString("Successful");
        if (!state.equals("Active")) {
            return state;
        }
        return update.equals("Successful") ? Seen.READY : update;
    }

    private InvokeDialect.Target target(String name, boolean published, @Nullable JsonNode trigger) {
        Map<String, String> parts = new LinkedHashMap<>();
        String url = trigger == null
                ? ""
                : trigger.path("httpTrigger").path("urlInternet").asString("");
        if (published) {
            parts.put(FcInvokeDialect.QUALIFIER, AlibabaAccount.ALIAS);
        }
        if (!url.isEmpty()) {
            parts.put(FcInvokeDialect.TRIGGER, "http");
        }
        String region = cloud.spec().region();
        URI endpoint = url.isEmpty() ? AlibabaVendor.endpoint(cloud) : URI.create(url);
        return new InvokeDialect.Target(endpoint, name, region == null ? "" : region, parts);
    }

    /** Waits until {@code document}'s function can be called or changed. */
    JsonNode ready(JsonNode document, Progress progress) {
        JsonNode now = document;
        String name = document.path("functionName").asString("");
        for (long looks = READY_MAX.dividedBy(LOOK_EVERY); ; looks--) {
            String state = state(now);
            if (state.equals(Seen.READY)) {
                return now;
            }
            if (state.equals("Failed") || looks <= 0) {
                String why = now.path("stateReason")
                        .asString(now.path("lastUpdateStatusReason").asString("no reason given"));
                throw new CloudException(
                        CloudException.Kind.INVALID, name + " is " + state + " on " + cloud.name() + ": " + why, null);
            }
            progress.did(name + " is " + state);
            try {
                Thread.sleep(LOOK_EVERY);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new CloudException(CloudException.Kind.UNKNOWN, "interrupted while waiting for " + name, stopped);
            }
            JsonNode again = api.function(name, null);
            if (again == null) {
                throw new CloudException(CloudException.Kind.ABSENT, name + " is gone while it was waited for", null);
            }
            now = again;
        }
    }

    /** How policies and tags name a function. */
    static String arn(Cloud cloud, String name) {
        return "acs:fc:" + cloud.spec().region() + ":" + cloud.spec().account().getOrDefault(AlibabaVendor.ACCOUNT, "*")
                + ":functions/" + name;
    }

    /** Credentials, then the list, then the log, then the bucket. */
    static List<Finding> examine(AcsKeyChain keys, FcApi api, FcLogs logs, @Nullable OssBucket bucket) {
        List<Finding> findings = new ArrayList<>();
        try {
            findings.add(new Finding("credentials", true, keys.keys().toString(), null));
        } catch (CloudException none) {
            findings.add(new Finding("credentials", false, String.valueOf(none.getMessage()), "see the message"));
            return findings;
        }
        try {
            api.glance();
            findings.add(new Finding("list functions", true, "allowed", null));
        } catch (CloudException refused) {
            String advice = refused.getCause() instanceof RestFailure said ? said.advice() : null;
            findings.add(new Finding(
                    "list functions",
                    false,
                    String.valueOf(refused.getMessage()),
                    advice == null ? "check spec.region, spec.account and the network" : advice));
        }
        Finding log = logs.examine();
        if (log != null) {
            findings.add(log);
        }
        if (bucket != null) {
            findings.add(bucket(bucket));
        }
        return findings;
    }

    private static Finding bucket(OssBucket bucket) {
        try {
            bucket.look();
            return new Finding("bucket", true, bucket.name() + " is there", null);
        } catch (CloudException refused) {
            String advice = refused.getCause() instanceof RestFailure said ? said.advice() : null;
            return new Finding(
                    "bucket",
                    false,
                    String.valueOf(refused.getMessage()),
                    advice == null ? "check spec.account." + OssBucket.BUCKET + " and the network" : advice);
        }
    }

    /** A RAM policy. */
    static String permissions(Cloud cloud, List<Wanted> wanted) {
        JsonMapper json = JsonMapper.shared();
        ObjectNode policy = json.createObjectNode().put("Version", "1");
        ArrayNode statements = policy.putArray("Statement");
        ObjectNode list = statements.addObject().put("Effect", "Allow");
        list.putArray("Action").add("fc:ListFunctions");
        list.putArray("Resource").add(arn(cloud, "*"));
        if (!wanted.isEmpty()) {
            ObjectNode own = statements.addObject().put("Effect", "Allow");
            ArrayNode actions = own.putArray("Action");
            ACTIONS.forEach(each -> actions.add("fc:" + each));
            ArrayNode resources = own.putArray("Resource");
            wanted.forEach(each -> resources.add(arn(cloud, each.name())).add(arn(cloud, each.name()) + "/*"));
        }
        String role = cloud.spec().account().get(AlibabaVendor.ROLE);
        if (role != null) {
            ObjectNode pass = statements.addObject().put("Effect", "Allow");
            pass.putArray("Action").add("ram:PassRole");
            pass.putArray("Resource").add(role);
        }
        SlsApi.Logstore log = FcLogs.named(cloud);
        if (log != null) {
            ObjectNode read = statements.addObject().put("Effect", "Allow");
            read.putArray("Action").add("log:GetLogStoreLogs");
            read.putArray("Resource")
                    .add("acs:log:" + cloud.spec().region() + ":"
                            + cloud.spec().account().getOrDefault(AlibabaVendor.ACCOUNT, "*") + ":project/"
                            + log.project() + "/logstore/" + log.name());
        }
        String bucket = cloud.spec().account().get(OssBucket.BUCKET);
        if (bucket != null) {
            ObjectNode packages = statements.addObject().put("Effect", "Allow");
            ArrayNode actions = packages.putArray("Action");
            List.of("GetObject", "PutObject", "PutObjectTagging", "DeleteObject")
                    .forEach(each -> actions.add("oss:" + each));
            packages.putArray("Resource").add("acs:oss:*:*:" + bucket + "/weft/*");
            ObjectNode look = statements.addObject().put("Effect", "Allow");
            look.putArray("Action").add("oss:ListObjects");
            look.putArray("Resource").add("acs:oss:*:*:" + bucket);
        }
        return json.writerWithDefaultPrettyPrinter().writeValueAsString(policy);
    }
}
