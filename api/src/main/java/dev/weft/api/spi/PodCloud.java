// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.spi;

import dev.weft.api.CloudException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * Runs Pods somewhere. Blocking, on virtual threads; every method may throw {@link CloudException}. A Pod is told apart
 * by its uid everywhere, and creating the same uid twice is one Pod. {@code P} is the Kubernetes client's Pod, so that
 * this room needs no Kubernetes library.
 */
public interface PodCloud<P> {
    /** The cloud's name. */
    String name();

    /** Starts the Pod; returns when the cloud has taken it, not when it runs. */
    void create(P pod);

    /** Stops the Pod within its grace period and removes it; absent is fine. */
    void delete(String uid);

    /** The Pod with its status as the cloud sees it now; empty if the cloud has none of that uid. */
    Optional<P> find(String uid);

    /** Every Pod that Weft started there, of every node. */
    List<P> list();

    /** Clouds whose containers' logs can be read. */
    interface WithLogs {
        /** The log so far, then what follows if {@code follow}; closing the stream ends it. */
        InputStream logs(String uid, String container, boolean follow);
    }
}
