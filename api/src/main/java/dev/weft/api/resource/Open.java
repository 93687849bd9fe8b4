// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.resource;

/** What a document may leave to the cloud by saying 0, where the cloud lets that be left open. */
public enum Open {
    /** spec.memory. */
    MEMORY("memory"),
    /** spec.concurrency. */
    CONCURRENCY("concurrency"),
    /** spec.maxInstances. */
    MAX_INSTANCES("maxInstances"),
    /** spec.idleTimeout. */
    IDLE_TIMEOUT("idleTimeout");

    private final String field;

    Open(String field) {
        this.field = field;
    }

    /** Whether {@code spec} leaves it. */
    boolean isLeft(Function.Spec spec) {
        return switch (this) {
            case MEMORY -> spec.memory().bytes() == 0;
            case CONCURRENCY -> spec.concurrency() == 0;
            case MAX_INSTANCES -> spec.maxInstances() == 0;
            case IDLE_TIMEOUT -> spec.idleTimeout().isZero();
        };
    }

    /** Its name within spec. */
    public String field() {
        return field;
    }
}
