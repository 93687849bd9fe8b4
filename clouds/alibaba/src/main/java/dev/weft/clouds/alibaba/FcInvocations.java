// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which call a line belongs to. Entries have no field for it: a line may say it itself, as the loggers of built-in runtimes do;
 * else it is the one call that its instance had begun and not ended. Told lines in their order; not safe for many threads.
 */
final class FcInvocations {
    /** Instances whose calls are remembered. */
    static final int INSTANCES_MAX = 1000;

    private static final String ID =
            "(1-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{12}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})";
    private static final Pattern MARK =
            Pattern.compile("FC (?:Invoke|Initialize) (Start|End) RequestId: ([^\\s,]+).*", Pattern.DOTALL);
    private static final Pattern LOGGED = Pattern.compile("\\S+ " + ID + "\\s.*", Pattern.DOTALL);

    private final Map<String, SequencedSet<String>> running = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SequencedSet<String>> eldest) {
            return size() > INSTANCES_MAX;
        }
    };

    /** Null where it can't be told. */
    @Nullable
    String of(String instance, String line) {
        Matcher mark = MARK.matcher(line);
        if (mark.matches()) {
            return marked(instance, mark.group(1).equals("Start"), mark.group(2));
        }
        Matcher logged = LOGGED.matcher(line);
        if (logged.matches()) {
            return logged.group(1);
        }
        SequencedSet<String> calls = running.get(instance);
        return calls != null && calls.size() == 1 ? calls.getFirst() : null;
    }

    private String marked(String instance, boolean start, String call) {
        SequencedSet<String> calls = running.computeIfAbsent(instance, any -> new LinkedHashSet<>());
        if (!start) {
            calls.remove(call);
        } else if (calls.add(call) && calls.size() > FcPacking.CONCURRENCY_MAX) {
            calls.removeFirst();
        }
        if (calls.isEmpty()) {
            running.remove(instance);
        }
        return call;
    }
}
