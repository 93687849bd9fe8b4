// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import java.io.Serial;
import java.util.List;

/** What is wrong with a request, in Kubernetes' words. */
final class Wrong extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient KubeStatus status;

    Wrong(KubeStatus status) {
        super(status.message(), null, false, false);
        this.status = status;
    }

    /** Of fields of a Service. */
    static Wrong fields(String name, List<KubeStatus.Cause> causes) {
        return new Wrong(KubeStatus.invalid(name, causes));
    }

    static Wrong request(String why) {
        return new Wrong(KubeStatus.badRequest(why));
    }

    KubeStatus status() {
        return status;
    }
}
