// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle;

import dev.weft.api.Mistake;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.resource.Cloud;
import dev.weft.clouds.oracle.account.FnAccount;
import dev.weft.clouds.oracle.account.OciAccount;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Opens Fn servers and OCI Functions. */
public final class OracleVendor implements CloudVendor {
    @Override
    public Set<Cloud.Type> types() {
        return Set.of(Cloud.Type.FN, Cloud.Type.OCI);
    }

    @Override
    public List<Option> options(Cloud.Type type) {
        return switch (type) {
            case FN ->
                List.of(new Option(
                        "app",
                        "The Fn application that functions are put into, made when the first one is; " + FnAccount.APP
                                + " if left out.",
                        false,
                        "[A-Za-z0-9_-]{1,30}",
                        "letters, digits, '-' and '_', at most 30"));
            case OCI ->
                List.of(
                        new Option(
                                "compartment",
                                "OCID of the compartment that the functions are in.",
                                true,
                                "ocid1\\.(compartment|tenancy)\\.[a-zA-Z0-9._-]{1,255}",
                                "an OCID, for example ocid1.compartment.oc1..aaaa"),
                        new Option(
                                "application",
                                "Name or OCID of the Functions application that functions are put into; "
                                        + OciAccount.APPLICATION + " if left out.",
                                false,
                                "[a-zA-Z0-9._-]{1,255}",
                                "a name of letters, digits, '-' and '_', or an OCID"),
                        new Option(
                                "subnets",
                                "OCIDs of the subnets for an application that Weft makes, with commas between them; without"
                                        + " them the application must be there.",
                                false,
                                "ocid1\\.subnet\\.[a-zA-Z0-9._-]{1,255}( *, *ocid1\\.subnet\\.[a-zA-Z0-9._-]{1,255}){0,2}",
                                "up to three OCIDs with commas between them, for example ocid1.subnet.oc1.."),
                        new Option(
                                "log",
                                "Compartment, log group and log of the application's invocations, for weft logs; looked"
                                        + " for in the compartment if left out.",
                                false,
                                "ocid1\\.(compartment|tenancy)\\.[a-zA-Z0-9._-]{1,255}/ocid1\\.loggroup\\.[a-zA-Z0-9._-]{1,255}/ocid1\\.log\\.[a-zA-Z0-9._-]{1,255}",
                                "three OCIDs with slashes between them: ocid1.compartment.oc1../ocid1.loggroup.oc1../ocid1.log.oc1.."),
                        new Option(
                                "logsEndpoint",
                                "Another address of OCI Logging than https://logging.REGION.oci.oraclecloud.com.",
                                false,
                                "https?://[A-Za-z0-9.-]{1,255}(:[0-9]{1,5})?",
                                "an address such as https://logging.us-gov-ashburn-1.oraclegovcloud.com"));
            default -> throw new IllegalArgumentException(type + " is not Oracle's");
        };
    }

    @Override
    public List<Mistake> check(Cloud cloud) {
        List<Mistake> mistakes = new ArrayList<>();
        URI endpoint = cloud.spec().endpoint();
        if (endpoint != null
                && (endpoint.getHost() == null
                        || !("http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme()))
                        || endpoint.getRawQuery() != null
                        || endpoint.getRawUserInfo() != null)) {
            mistakes.add(Mistake.at(
                    "spec.endpoint",
                    endpoint.getRawUserInfo() == null ? endpoint.toString() : null,
                    "an address such as http://fn.example:8080, without user and query"));
        }
        if (cloud.spec().type() == Cloud.Type.OCI
                && endpoint == null
                && cloud.spec().region() == null) {
            mistakes.add(Mistake.at("spec.region", null, "OCI needs a region, for example eu-frankfurt-1"));
        }
        return mistakes;
    }

    @Override
    public CloudAccount open(Cloud cloud, Around around) {
        return switch (cloud.spec().type()) {
            case FN -> new FnAccount(cloud, around);
            case OCI -> new OciAccount(cloud, around);
            default -> throw new IllegalArgumentException(cloud.spec().type() + " is not Oracle's");
        };
    }
}
