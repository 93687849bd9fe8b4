// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade.kept;

import dev.weft.api.facade.Said;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Limits of an action, and how far they go. Sources: OpenWhisk's {@code TimeLimit}, {@code MemoryLimit}, {@code LogLimit},
 * {@code IntraConcurrencyLimit}; memory up to 2048 MB as IBM's cloud had it. The sentences are from memory.
 */
public enum ActionLimit {
    /** Milliseconds of one call. */
    TIMEOUT("timeout", "duration %d milliseconds", 100, 300_000, " milliseconds"),
    /** Mebibytes. */
    MEMORY("memory", "memory %d MB", 128, 2048, " MB"),
    /** Mebibytes of log of one call: Weft keeps the last 4 KiB, which is less than any of these. */
    LOGS("logs", "log size %d MB", 1, 10, " MB"),
    /** Calls at once in one instance. */
    CONCURRENCY("concurrency", "concurrency %d", 1, 1, ""),
    /** Instances at once. */
    INSTANCES("instances", "instances %d", 1, 1000, "");

    /** Where a client says nothing. */
    public static final int TIMEOUT_USUAL = 60_000;

    public static final int MEMORY_USUAL = 256;
    public static final int LOGS_USUAL = 10;

    private final String word;
    private final String said;
    private final int least;
    private final int most;
    private final String unit;

    ActionLimit(String word, String said, int least, int most, String unit) {
        this.word = word;
        this.said = said;
        this.least = least;
        this.most = most;
        this.unit = unit;
    }

    public int least() {
        return least;
    }

    public int most() {
        return most;
    }

    /** The limit of that name, whose value is one that it may have; else a {@link Refusal}. */
    public static ActionLimit check(String name, JsonNode value) {
        for (ActionLimit each : values()) {
            if (each.word.equals(name)) {
                each.check(value);
                return each;
            }
        }
        throw Refusal.content("limits." + Said.value(name) + " is no limit of an action");
    }

    private void check(JsonNode value) {
        if (!value.isInt()) {
            throw Refusal.content("limits." + word + " must be a whole number from " + least + " to " + most + ", got "
                    + Said.value(value.toString()));
        }
        int number = value.asInt();
        if (number < least || number > most) {
            throw Refusal.content("requirement failed: " + said.formatted(number)
                    + (number < least
                            ? " below allowed threshold of " + least
                            : " exceeds allowed threshold of " + most)
                    + unit);
        }
    }

    /** Those of an action that says nothing. */
    public static ObjectNode usual() {
        return JsonMapper.shared()
                .createObjectNode()
                .put("concurrency", 1)
                .put("logs", LOGS_USUAL)
                .put("memory", MEMORY_USUAL)
                .put("timeout", TIMEOUT_USUAL);
    }

    /** What a namespace may ask for, as OpenWhisk tells it; calls a minute are not limited for a namespace here. */
    public static ObjectNode ofNamespace() {
        return JsonMapper.shared()
                .createObjectNode()
                .put("minActionTimeout", TIMEOUT.least)
                .put("maxActionTimeout", TIMEOUT.most)
                .put("minActionMemory", MEMORY.least)
                .put("maxActionMemory", MEMORY.most)
                .put("minActionLogs", LOGS.least)
                .put("maxActionLogs", LOGS.most)
                .put("minActionConcurrency", CONCURRENCY.least)
                .put("maxActionConcurrency", CONCURRENCY.most)
                .put("maxParameterSize", EntityPut.PARAMETERS_BYTES_MAX + " B");
    }
}
