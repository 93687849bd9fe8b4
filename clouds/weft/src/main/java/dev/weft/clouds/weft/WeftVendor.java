// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.weft;

import dev.weft.api.Mistake;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.resource.Cloud;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Other Wefts: clouds of type {@code weft}. */
public final class WeftVendor implements CloudVendor {
    /** Option that names the clouds there that functions run on. */
    static final String CLOUDS = "clouds";

    /** Option that says how a call there picks one of them. */
    static final String STRATEGY = "strategy";

    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

    /** There is nothing to set up. */
    public WeftVendor() {}

    @Override
    public Set<Cloud.Type> types() {
        return Set.of(Cloud.Type.WEFT);
    }

    @Override
    public List<Option> options(Cloud.Type type) {
        return List.of(
                new Option(
                        WeftKey.VARIABLE_OPTION,
                        "Name of the variable that holds a key of that Weft's, ID.SECRET, as weft key create shows it; "
                                + WeftKey.VARIABLE + " if left out.",
                        false,
                        "[A-Za-z_][A-Za-z0-9_]{0,127}",
                        "a variable's name, never the key itself"),
                Option.of(WeftKey.FILE_OPTION, "A file that holds such a key, in place of a variable.", false),
                new Option(
                        CLOUDS,
                        "Names of that Weft's own clouds on which functions run there, in order of preference; its choice if"
                                + " left out.",
                        false,
                        "[a-z0-9][-a-z0-9]{0,62}(_[a-z0-9][-a-z0-9]{0,62}){0,15}",
                        "names of clouds with '_' between them, for example aws-eu_cellar"),
                new Option(
                        STRATEGY,
                        "How a call there picks one of them.",
                        false,
                        "failover|weighted|cheapest|fastest|burst",
                        "failover, weighted, cheapest, fastest or burst"));
    }

    @Override
    public List<Mistake> check(Cloud cloud) {
        List<Mistake> mistakes = new ArrayList<>();
        URI endpoint = cloud.spec().endpoint();
        if (endpoint == null) {
            mistakes.add(Mistake.at(
                    "spec.endpoint",
                    null,
                    "is missing: where the other Weft's façade weft listens, for example https://weft.example:"
                            + Wire.PORT));
        } else if (endpoint.getHost() == null
                || endpoint.getRawQuery() != null
                || endpoint.getRawUserInfo() != null
                || !("https".equals(endpoint.getScheme()) || "http".equals(endpoint.getScheme()))) {
            mistakes.add(Mistake.at(
                    "spec.endpoint",
                    endpoint.getRawUserInfo() == null ? endpoint.toString() : null,
                    "must be an address such as https://weft.example:" + Wire.PORT + ", without user and query"));
        } else if (!"https".equals(endpoint.getScheme()) && !LOOPBACK.contains(endpoint.getHost())) {
            mistakes.add(Mistake.at(
                    "spec.endpoint",
                    endpoint.toString(),
                    "a key goes there, so it begins with https://; http:// is for this machine only"));
        }
        if (cloud.spec().registry() != null) {
            mistakes.add(Mistake.at(
                    "spec.registry",
                    cloud.spec().registry(),
                    "a Weft is sent the code itself, no images: leave the registry out"));
        }
        if (cloud.spec().account().keySet().containsAll(Set.of(WeftKey.VARIABLE_OPTION, WeftKey.FILE_OPTION))) {
            mistakes.add(Mistake.at(
                    "spec.account." + WeftKey.VARIABLE_OPTION,
                    cloud.spec().account().get(WeftKey.VARIABLE_OPTION),
                    "spec.account." + WeftKey.FILE_OPTION
                            + " says already where the key is; leave one of the two out"));
        }
        return mistakes;
    }

    @Override
    public CloudAccount open(Cloud cloud, Around around) {
        return new WeftAccount(cloud, around);
    }
}
