// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Key;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Open;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Weft's functions as documents of Function Compute. What Weft does not know is left out; so are the variables' values. */
final class FcFunctions {
    /** Where nothing names a runtime, as Function Compute calls a program of one's own. */
    static final String OWN_PROGRAM = "custom";

    /** Before a function's name in its ARN: no real region or account. */
    static final String ARN = "acs:fc:weft:0000000000000000:functions/";

    private static final JsonMapper JSON = JsonMapper.shared();

    private FcFunctions() {}

    static FacadeAnswer get(Functions functions, Key key, String name) {
        Functions.Served served = functions.find(key.namespace(), name);
        return served == null ? FcError.noFunction(name).answer() : answer(document(served));
    }

    static FacadeAnswer list(Functions functions, Key key, FcPage.Of page) {
        List<Functions.Served> left = functions.list(key.namespace()).stream()
                .filter(each -> each.function().name().startsWith(page.prefix()))
                .filter(each -> each.function().name().compareTo(page.after()) > 0)
                .limit(page.limit() + 1L)
                .toList();
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode entries = answer.putArray("functions");
        left.stream().limit(page.limit()).map(FcFunctions::document).forEach(entries::add);
        if (left.size() > page.limit()) {
            answer.put(
                    "nextToken",
                    FcPage.token(left.get(page.limit() - 1).function().name()));
        }
        return answer(answer);
    }

    private static ObjectNode document(Functions.Served served) {
        Function function = served.function();
        Function.Spec spec = function.spec();
        String runtime = spec.runtime();
        ObjectNode document = JSON.createObjectNode()
                .put("functionName", function.name())
                .put("functionArn", ARN + function.name())
                .put("runtime", runtime == null ? OWN_PROGRAM : runtime);
        String handler = spec.handler();
        if (handler != null) {
            document.put("handler", handler);
        }
        if (!spec.open().contains(Open.MEMORY)) {
            document.put("memorySize", spec.memory().mebibytes());
        }
        document.put("timeout", Math.max(1, spec.timeout().plusMillis(999).toSeconds()))
                .put(
                        "lastModifiedTime",
                        served.changed().truncatedTo(ChronoUnit.SECONDS).toString())
                .put("state", "Active")
                .put("lastUpdateStatus", "Successful");
        if (served.codeBytes() > 0) {
            document.put("codeSize", served.codeBytes());
        }
        ArrayNode tags = document.putArray("tags");
        new TreeMap<>(function.metadata().labels())
                .forEach((key, value) -> tags.addObject().put("Key", key).put("Value", value));
        return document;
    }

    private static FacadeAnswer answer(ObjectNode document) {
        return new FacadeAnswer(
                200,
                Headers.of("content-type", "application/json", AlibabaFacade.REQUEST_ID, RequestIds.next()),
                JSON.writeValueAsBytes(document));
    }
}
