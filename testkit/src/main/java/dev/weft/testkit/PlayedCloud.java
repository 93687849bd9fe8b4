// SPDX-License-Identifier: Apache-2.0
package dev.weft.testkit;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A cloud that is played on this machine, for tests in which Weft is a process of its own that has an account there. */
public interface PlayedCloud extends AutoCloseable {
    /** What {@code spec.endpoint} says. */
    URI endpoint();

    /** What {@code spec.account} says. */
    Map<String, String> account();

    /** Variables that credentials come from; files that they name, or that are looked for, are written below {@code home}. */
    Map<String, String> environment(Path home) throws IOException;

    /** Variables in place of some of those, with which the cloud lets nobody in; empty where everybody is let in. */
    Map<String, String> wrongEnvironment(Path home) throws IOException;

    /** What must be in no output. */
    List<String> secrets();

    /** Makes a function that is nobody's. */
    void foreign(String name) throws Exception;

    /** Changes the memory or another setting of a function as somebody would who knows nothing of Weft. */
    void touch(String name) throws Exception;

    /** The functions that are there. */
    Set<String> names() throws Exception;

    /** The values in its store for secrets; none where it has no such store. */
    default List<String> stored() {
        return List.of();
    }

    @Override
    void close();
}
