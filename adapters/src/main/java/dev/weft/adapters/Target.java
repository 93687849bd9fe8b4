// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters;

import dev.weft.api.account.Packing;
import dev.weft.api.resource.Function;

/** A kind of cloud by the contract that code must meet there. */
public enum Target {
    /** AWS Lambda. */
    AWS("Lambda", Packing.Form.ZIP),
    /** Azure Functions, as a custom handler. */
    AZURE("Azure Functions", Packing.Form.ZIP),
    /** Google Cloud Functions, by the functions framework. */
    GOOGLE("Google Cloud Functions", Packing.Form.ZIP),
    /** OpenWhisk. */
    OPENWHISK("OpenWhisk", Packing.Form.ZIP),
    /** Fn and OCI Functions. */
    FN("Fn", Packing.Form.IMAGE),
    /** Knative Serving, and whatever runs an image that serves $PORT. */
    KNATIVE("Knative", Packing.Form.IMAGE),
    /** Alibaba Function Compute, as a custom runtime. */
    ALIBABA("Function Compute", Packing.Form.ZIP);

    private final String title;
    private final Packing.Form form;

    Target(String title, Packing.Form form) {
        this.title = title;
        this.form = form;
    }

    /** For sentences. */
    public String title() {
        return title;
    }

    Packing.Form form() {
        return form;
    }

    /** Whether code of that contract runs there as it is. */
    public boolean owns(Function.Contract contract) {
        if (this == ALIBABA && contract == Function.Contract.HTTP) {
            return true; // a custom runtime is a server on a port, which a variable can name
        }
        return this
                == switch (contract) {
                    case AWS_LAMBDA -> AWS;
                    case AZURE_FUNCTIONS -> AZURE;
                    case GOOGLE_FUNCTIONS -> GOOGLE;
                    case OPENWHISK -> OPENWHISK;
                    case FN -> FN;
                    case ALIBABA_FC -> ALIBABA;
                    case HTTP, CLOUDEVENTS -> KNATIVE;
                };
    }

    /** How the adapter's configuration names it. */
    String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
