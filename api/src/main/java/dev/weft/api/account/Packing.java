// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.account;

import java.util.List;
import java.util.Map;

/**
 * How a function's folder becomes what a cloud runs: as it is where the contract is the cloud's own, else with a small adapter
 * added that starts the code by its contract and answers by the cloud's.
 *
 * @param form what is made of it
 * @param adapter what is said of it to a person, for example "Lambda handler behind Google's functions framework"; empty where
 *     the contract is the cloud's own
 * @param added files that are put beside the code, by path within the artifact; a file of the code's of the same path is an
 *     error, but for package.json, which an adapter brings as the code's own with another entry file
 * @param command what starts it in an image; empty for an archive
 * @param env what the adapter needs in the function's environment, for example the handler's name
 * @param handler what the cloud is told to call; empty where it calls nothing by name
 * @param runtime the cloud's own name of the language and its version, for example nodejs20.x; empty for an image
 */
public record Packing(
        Form form,
        String adapter,
        Map<String, byte[]> added,
        List<String> command,
        Map<String, String> env,
        String handler,
        String runtime) {
    public Packing {
        added = Map.copyOf(added);
        command = List.copyOf(command);
        env = Map.copyOf(env);
    }

    /** How code is packed. */
    public enum Form {
        /** A zip file of the folder. */
        ZIP,
        /** The jar itself. */
        JAR,
        /** A single source file's text, where the folder has just one. */
        TEXT,
        /** A container image. */
        IMAGE
    }

    /** The cloud's own contract, in an archive. */
    public static Packing own(Form form, String handler, String runtime) {
        return new Packing(form, "", Map.of(), List.of(), Map.of(), handler, runtime);
    }
}
