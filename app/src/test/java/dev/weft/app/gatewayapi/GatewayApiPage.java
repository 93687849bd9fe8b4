// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.gatewayapi;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** docs/reference/gateway-api.md: what came of each of the standard's cases. */
final class GatewayApiPage {
    static final Path FILE = Path.of("../docs/reference/gateway-api.md");

    private GatewayApiPage() {}

    /** The page's text. @param failed by name, the cases that did not hold */
    static String text(List<Case> cases, Map<String, Boolean> held) {
        long applies = cases.stream().filter(each -> each.steps() != null).count();
        StringBuilder out = new StringBuilder("""
                <!-- Written by GatewayApiIT from what passed; a test compares. Do not edit. -->
                # Gateway API: every HTTPRoute case of the standard

                The [Gateway API](https://gateway-api.sigs.k8s.io/)'s own conformance cases for `HTTPRoute` (release 1.5,
                `conformance/tests/httproute-*.go`), with the same requests and expectations in our own words:
                a real gateway, in front of real servers that are `Service` documents, asked over a bare socket. The code is in
                [app/src/test/java/dev/weft/app/gatewayapi](../../app/src/test/java/dev/weft/app/gatewayapi).

                """);
        out.append("Of ")
                .append(cases.size())
                .append(" cases ")
                .append(applies)
                .append(" apply outside Kubernetes, and ");
        out.append(held.values().stream().filter(each -> each).count()).append(" of these hold.\n\n");
        out.append("| case | what it asks for | result |\n|---|---|---|\n");
        for (Case each : cases) {
            String result =
                    each.steps() != null && !held.getOrDefault(each.name(), false) ? "**fails**" : each.result();
            out.append("| `")
                    .append(each.name())
                    .append("` | ")
                    .append(each.says())
                    .append(" | ");
            out.append(result).append(" |\n");
        }
        return out.toString();
    }
}
