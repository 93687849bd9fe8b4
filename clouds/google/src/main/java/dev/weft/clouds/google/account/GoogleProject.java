// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.account;

import dev.weft.api.resource.Cloud;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A project's part in one region, and where its APIs are.
 *
 * @param serviceAccount whom functions run as; null for the project's default
 * @param open whether everybody may call the functions
 */
record GoogleProject(
        String project,
        String region,
        @Nullable String serviceAccount,
        boolean open,
        @Nullable URI endpoint) {
    static final String PROJECT = "project";
    static final String SERVICE_ACCOUNT = "serviceAccount";
    static final String PUBLIC = "public";

    /** What {@code cloud}, which was checked, says. */
    static GoogleProject of(Cloud cloud) {
        return new GoogleProject(
                Objects.requireNonNull(cloud.spec().account().get(PROJECT)),
                Objects.requireNonNull(cloud.spec().region()),
                cloud.spec().account().get(SERVICE_ACCOUNT),
                "true".equals(cloud.spec().account().get(PUBLIC)),
                cloud.spec().endpoint());
    }

    /** What functions are in, by Google's name of it. */
    String location() {
        return "projects/" + project + "/locations/" + region;
    }

    /** Google's full name of the function {@code id}. */
    String function(String id) {
        return location() + "/functions/" + id;
    }

    /** Of the Cloud Functions API. */
    URI functions(String pathAndQuery) {
        return at("https://cloudfunctions.googleapis.com", pathAndQuery);
    }

    /** Of the Cloud Run API. */
    URI run(String pathAndQuery) {
        return at("https://run.googleapis.com", pathAndQuery);
    }

    /** Of the Cloud Logging API. */
    URI logging(String pathAndQuery) {
        return at("https://logging.googleapis.com", pathAndQuery);
    }

    /** Of the Secret Manager API. */
    URI secrets(String pathAndQuery) {
        return at("https://secretmanager.googleapis.com", pathAndQuery);
    }

    /** Of the Resource Manager API. */
    URI projects(String pathAndQuery) {
        return at("https://cloudresourcemanager.googleapis.com", pathAndQuery);
    }

    private URI at(String vendors, String pathAndQuery) {
        String base = endpoint == null ? vendors : endpoint.toString();
        return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + pathAndQuery);
    }

    /** {@code text} as it may stand in a query. */
    static String query(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
