// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import dev.weft.api.CloudException;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Spelling;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The application that an account's functions are in, and its compartment. */
final class OciPlace {
    /** Tag of an application that Weft made. */
    static final String MADE = "weft-made";

    static final String ADVICE = "make it in OCI's console and name it as spec.account.application, or give"
            + " spec.account.subnets the OCIDs of its subnets, then Weft makes it";

    private static final String OCID = "ocid1.";

    private final Cloud cloud;
    private final OciApi api;
    private final String compartment;
    private final String application;
    private final List<String> subnets;

    OciPlace(Cloud cloud, OciApi api) {
        this.cloud = cloud;
        this.api = api;
        Map<String, String> account = cloud.spec().account();
        this.compartment = account.getOrDefault("compartment", "");
        this.application = account.getOrDefault("application", OciAccount.APPLICATION);
        this.subnets = Arrays.stream(account.getOrDefault("subnets", "").split(",", -1))
                .map(String::strip)
                .filter(each -> !each.isEmpty())
                .toList();
    }

    String cloud() {
        return cloud.name();
    }

    String compartment() {
        return compartment;
    }

    /** An entry of spec.account; null where the document has none. */
    @Nullable
    String option(String name) {
        return cloud.spec().account().get(name);
    }

    /** For a person. */
    String words() {
        return "application " + application;
    }

    /** Whether Weft makes it when it is not there. */
    boolean creates() {
        return !application.startsWith(OCID) && !subnets.isEmpty();
    }

    OciApi.@Nullable App find() {
        return application.startsWith(OCID) ? api.app(application) : api.app(compartment, application);
    }

    OciApi.App findOrCreate(Wanted wanted) {
        OciApi.App there = find();
        if (there == null && creates()) {
            there = api.createApp(body(wanted));
            there = there == null ? find() : there;
        }
        if (there == null) {
            throw new CloudException(
                    CloudException.Kind.INVALID, words() + " on " + cloud.name() + " is not there: " + ADVICE, null);
        }
        return there;
    }

    private ObjectNode body(Wanted wanted) {
        ObjectNode body = Json.object().put("compartmentId", compartment).put("displayName", application);
        ArrayNode ids = body.putArray("subnetIds");
        subnets.forEach(ids::add);
        body.put("shape", shape(wanted.function().spec().architecture()));
        body.set("freeformTags", Json.object(Map.of(MADE, wanted.application())));
        return body;
    }

    private static String shape(Function.Architecture architecture) {
        return switch (architecture) {
            case AMD64 -> "GENERIC_X86";
            case ARM64 -> "GENERIC_ARM";
        };
    }

    /** An application's processors are the same for all of its functions, and can't be changed. */
    void mustFit(Wanted wanted, OciApi.App in) {
        Function.Architecture architecture = wanted.function().spec().architecture();
        boolean fits = in.shape().isEmpty()
                || in.shape().equals("GENERIC_X86_ARM")
                || in.shape().equals(shape(architecture));
        if (!fits) {
            throw Claim.refused(
                    cloud.name(),
                    wanted.name(),
                    "has spec.architecture " + Spelling.Words.of(architecture) + ", and " + words() + " is of shape "
                            + in.shape() + ": name another application as spec.account.application");
        }
    }

    /** Removes it if Weft made it and nothing is in it. */
    boolean deleteIfEmpty() {
        OciApi.App in = find();
        if (in == null || !in.tags().containsKey(MADE) || !api.empty(in)) {
            return false;
        }
        api.deleteApp(in);
        return true;
    }

    /** The least rights, as statements of a policy. */
    String policy() {
        String where = "in compartment id " + compartment;
        String only = application.startsWith(OCID) ? " where target.app.id = '" + application + "'" : "";
        StringBuilder policy = new StringBuilder();
        policy.append("Allow group <group> to %s fn-app %s%n".formatted(creates() ? "manage" : "read", where));
        policy.append("Allow group <group> to manage fn-function %s%s%n".formatted(where, only));
        policy.append("Allow group <group> to use fn-invocation %s%s%n".formatted(where, only));
        policy.append("Allow group <group> to read repos in tenancy%n".formatted());
        String log = option(OciLogs.LOG);
        String logged = log == null ? where : "in compartment id " + log.substring(0, log.indexOf('/'));
        policy.append("Allow group <group> to read log-groups %s%n".formatted(logged));
        policy.append("Allow group <group> to read log-content %s%n".formatted(logged));
        if (creates()) {
            policy.append("Allow group <group> to use virtual-network-family %s%n".formatted(where));
        }
        return policy.toString();
    }
}
