// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.telemetry;

import dev.weft.api.resource.Cloud;

/** The clouds' words in OpenTelemetry's semantic conventions ({@code cloud.provider}). */
final class Providers {
    private Providers() {}

    static String word(Cloud.Type type) {
        return switch (type) {
            case AWS -> "aws";
            case AZURE -> "azure";
            case GOOGLE -> "gcp";
            case CODE_ENGINE -> "ibm_cloud";
            case OCI -> "oracle_cloud";
            case ALIBABA -> "alibaba_cloud";
            // the conventions have no word for what may run anywhere, and allow one's own
            case OPENWHISK -> "openwhisk";
            case FN -> "fn";
            case KNATIVE -> "knative";
            case DOCKER -> "docker";
            case LOCAL -> "local";
            case WEFT -> "weft";
        };
    }
}
