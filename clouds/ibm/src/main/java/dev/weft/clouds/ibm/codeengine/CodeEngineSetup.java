// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.codeengine;

import dev.weft.api.account.CloudVendor;
import dev.weft.api.resource.Cloud;
import dev.weft.api.rest.RestClient;
import dev.weft.clouds.ibm.IamTokens;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a Cloud document of type code-engine comes to. */
public final class CodeEngineSetup {
    /** What {@code spec.account} may hold. */
    public static final List<CloudVendor.Option> OPTIONS = List.of(
            new CloudVendor.Option(
                    "project",
                    "The project's id.",
                    true,
                    "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
                    "a project's id, as ibmcloud ce project get shows it"),
            new CloudVendor.Option(
                    "runs",
                    "What the functions of this cloud become in the project: functions, for contract openwhisk, or apps,"
                            + " for servers in an image; left out, functions. Two clouds may share a project.",
                    false,
                    "functions|apps",
                    "functions or apps"),
            new CloudVendor.Option(
                    "visibility",
                    "From where they can be called: public, private (IBM's network) or project; left out, public.",
                    false,
                    "public|private|project",
                    "public, private or project"),
            new CloudVendor.Option(
                    "registrySecret",
                    "The project's secret that images and code bundles are fetched with.",
                    false,
                    "[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?",
                    "a secret's name: lower-case letters, digits, '-' and '.'"));

    /** The version of the API that requests are written for; IBM keeps it as it is. */
    static final String API_VERSION = "2025-08-27";

    private final Cloud cloud;
    private final CloudVendor.Around around;
    private final IamTokens tokens;

    /** Of {@code cloud}, whose options were checked. */
    public CodeEngineSetup(Cloud cloud, CloudVendor.Around around, IamTokens tokens) {
        this.cloud = cloud;
        this.around = around;
        this.tokens = tokens;
    }

    /** Of the functions or apps. */
    EntityStore store() {
        return store(apps() ? "apps" : "functions");
    }

    /** Of the project's secrets. */
    EntityStore secrets() {
        return store("secrets");
    }

    /** What says when something is old. */
    InstantSource clock() {
        return around.clock();
    }

    private EntityStore store(String kind) {
        RestClient client = new RestClient(
                around.transport(),
                (request, now) -> request.header("authorization", tokens.token().authorization()),
                new CodeEngineErrors(),
                around.clock());
        return new EntityStore(client, base(), project(), kind);
    }

    /** Asks for a token and says that there is one. */
    String prove() {
        return "a token of IBM's identity service, fresh until "
                + tokens.token().fresh();
    }

    private String base() {
        URI endpoint = cloud.spec().endpoint();
        if (endpoint == null) {
            return "https://api." + cloud.spec().region() + ".codeengine.cloud.ibm.com/v2";
        }
        String text = endpoint.toString();
        String bare = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        return bare.endsWith("/v2") ? bare : bare + "/v2";
    }

    String cloud() {
        return cloud.name();
    }

    String project() {
        return cloud.spec().account().getOrDefault("project", "");
    }

    String region() {
        String region = cloud.spec().region();
        return region == null ? "" : region;
    }

    boolean apps() {
        return "apps".equals(cloud.spec().account().get("runs"));
    }

    /** What the API calls it. */
    String mappings() {
        return switch (cloud.spec().account().getOrDefault("visibility", "public")) {
            case "private" -> "local_private";
            case "project" -> "local";
            default -> "local_public";
        };
    }

    @Nullable
    String registrySecret() {
        return cloud.spec().account().get("registrySecret");
    }
}
