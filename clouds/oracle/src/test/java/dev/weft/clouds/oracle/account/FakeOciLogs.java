// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** OCI Logging in memory, for {@link FakeOci}: log groups, logs, and a search that understands one shape of query. */
final class FakeOciLogs {
    static final String GROUP = "ocid1.loggroup.oc1..group2";
    static final String LOG = "ocid1.log.oc1..log1";

    private static final Pattern QUERY =
            Pattern.compile("search \"([^\"/]+)/([^\"/]+)/([^\"/]+)\" \\| where source = '([^']+)'"
                    + " and subject = '([^']+)' \\| sort by datetime desc");

    private final List<ObjectNode> entries = new CopyOnWriteArrayList<>();

    /** The application whose log is switched on; empty for none. */
    volatile String loggedApp = "";

    /** Whether the log is enabled. */
    volatile boolean enabled = true;

    /** Whether pages are told by tokens. */
    volatile boolean tokens = true;

    /** Results of one answer at most, whatever was asked for. */
    volatile int answerMax = 1000;

    /** Whether a search's end counts in. */
    volatile boolean endCountsIn;

    void clear() {
        entries.clear();
        loggedApp = "";
        enabled = true;
        tokens = true;
        answerMax = 1000;
        endCountsIn = false;
    }

    /** A line that a function wrote. */
    void write(String function, Instant time, String id, String message) {
        ObjectNode content = FakeServer.JSON.createObjectNode();
        content.putObject("data")
                .put("applicationId", loggedApp)
                .put("containerId", "container-1")
                .put("functionId", "ocid1.fnfunc.oc1..one")
                .put("message", message)
                .put("opcRequestId", "/opc/" + id)
                .put("requestId", "/01HZ/" + id)
                .put("src", "STDOUT");
        content.put("id", id)
                .put("source", OciAccount.APPLICATION)
                .put("specversion", "1.0")
                .put("subject", function)
                .put("time", time.toString())
                .put("type", "com.oraclecloud.functions.application.functioninvoke");
        content.putObject("oracle").put("logid", LOG).put("loggroupid", GROUP);
        ObjectNode entry = FakeServer.JSON.createObjectNode().put("datetime", time.toEpochMilli());
        entry.set("logContent", content);
        entries.add(entry);
    }

    FakeServer.Answer management(FakeServer.Asked request) {
        ArrayNode list = FakeServer.JSON.createArrayNode();
        if (request.path().endsWith("/logGroups")) {
            if (!OciUser.COMPARTMENT.equals(request.query().get("compartmentId"))) {
                throw new FakeServer.Refused(404, "NotAuthorizedOrNotFound", "Authorization failed");
            }
            boolean second = "2".equals(request.query().get("page"));
            list.addObject()
                    .put("id", second ? GROUP : "ocid1.loggroup.oc1..group1")
                    .put("lifecycleState", "ACTIVE");
            return new FakeServer.Answer(200, list, second ? Map.of() : Map.of("opc-next-page", "2"));
        }
        boolean here = request.path().contains(GROUP)
                && "functions".equals(request.query().get("sourceService"))
                && loggedApp.equals(request.query().get("sourceResource"));
        if (here) {
            list.addObject()
                    .put("id", LOG)
                    .put("logGroupId", GROUP)
                    .put("isEnabled", enabled)
                    .put("lifecycleState", "ACTIVE")
                    .put("logType", "SERVICE");
        }
        return FakeServer.Answer.of(200, list);
    }

    FakeServer.Answer search(FakeServer.Asked request) {
        String text = request.json().path("searchQuery").asString("");
        Matcher query = QUERY.matcher(text);
        if (!query.matches() || !query.group(3).equals(LOG)) {
            throw new FakeServer.Refused(400, "InvalidParameter", "query " + text);
        }
        Instant from = Instant.parse(request.json().path("timeStart").asString());
        Instant to = Instant.parse(request.json().path("timeEnd").asString());
        if (from.isBefore(to.minus(OciLogs.SPAN_MAX))) {
            throw new FakeServer.Refused(400, "InvalidParameter", "time range");
        }
        List<ObjectNode> found = new ArrayList<>(entries.stream()
                .filter(each -> each.path("logContent")
                                .path("source")
                                .asString()
                                .equals(query.group(4))
                        && each.path("logContent").path("subject").asString().equals(query.group(5)))
                .filter(each ->
                        within(Instant.ofEpochMilli(each.path("datetime").asLong()), from, to))
                .toList());
        found.sort(Comparator.comparingLong(
                        (ObjectNode each) -> each.path("datetime").asLong())
                .reversed());
        int first = Integer.parseInt(request.query().getOrDefault("page", "0"));
        int limit = Math.min(answerMax, Integer.parseInt(request.query().getOrDefault("limit", "100")));
        int last = Math.min(found.size(), first + limit);
        ObjectNode answer = FakeServer.JSON.createObjectNode();
        ArrayNode results = answer.putArray("results");
        found.subList(first, last).forEach(each -> results.addObject().set("data", each));
        answer.putObject("summary").put("resultCount", last - first);
        return new FakeServer.Answer(
                200,
                answer,
                tokens && last < found.size() ? Map.of("opc-next-page", Integer.toString(last)) : Map.of());
    }

    private boolean within(Instant time, Instant from, Instant to) {
        return !time.isBefore(from) && (time.isBefore(to) || (endCountsIn && time.equals(to)));
    }
}
