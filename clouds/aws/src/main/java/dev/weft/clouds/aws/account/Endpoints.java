// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import java.net.URI;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a region's services are: the document's endpoint before the variables AWS_ENDPOINT_URL_…, before AWS's own names.
 *
 * @param own one address for all services; null for AWS's own
 */
public record Endpoints(@Nullable URI own, Map<String, String> environment, String region) {
    private static final String CHINA = "cn-";

    /** Of a service by its name in addresses, for example {@code lambda}. */
    public URI of(String service) {
        return at(service, service + '.' + region);
    }

    /** Of a service that is not in any region. */
    public URI global(String service) {
        return at(service, service);
    }

    /** The region in which requests to such a service are signed. */
    public String globalRegion() {
        return region.startsWith(CHINA) ? "cn-north-1" : region.startsWith("us-gov-") ? "us-gov-west-1" : "us-east-1";
    }

    private URI at(String service, String name) {
        if (own != null) {
            return own;
        }
        String said = environment.get("AWS_ENDPOINT_URL_" + variable(service));
        if (said == null) {
            said = environment.get("AWS_ENDPOINT_URL");
        }
        if (said != null && !said.isBlank()) {
            return URI.create(said.strip());
        }
        String domain = region.startsWith(CHINA) ? "amazonaws.com.cn" : "amazonaws.com";
        return URI.create(
                "https://" + (name.equals("iam") && region.startsWith("us-gov-") ? "iam.us-gov" : name) + '.' + domain);
    }

    /** What AWS calls a service in its variables is not always what it calls it in addresses. */
    private static String variable(String service) {
        return service.equals("logs") ? "CLOUDWATCH_LOGS" : service.toUpperCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return "Endpoints[" + own + ", " + region + ']';
    }
}
