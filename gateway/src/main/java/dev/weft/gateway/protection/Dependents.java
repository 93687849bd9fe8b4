// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.protection;

import dev.weft.api.spi.Loop;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Calls under way that belong to another one, by its invocation id: when that one is given up, so are they. Holds nothing
 * for calls that make no others. Safe for use from any loop.
 */
public final class Dependents {
    /** One such call, and what ends it on its loop. */
    record Member(Loop loop, Runnable end) {}

    private final Map<String, Set<Member>> members = new ConcurrentHashMap<>();

    void add(String parent, Member member) {
        members.compute(parent, (id, others) -> {
            Set<Member> all = others == null ? ConcurrentHashMap.newKeySet() : others;
            all.add(member);
            return all;
        });
    }

    void remove(String parent, Member member) {
        members.computeIfPresent(parent, (id, all) -> {
            all.remove(member);
            return all.isEmpty() ? null : all;
        });
    }

    /** The call with id {@code parent} is given up. */
    public void giveUp(String parent) {
        Set<Member> all = members.remove(parent);
        if (all != null) {
            all.forEach(each -> each.loop().execute(each.end()));
        }
    }

    /** How many calls have others that belong to them. */
    int parents() {
        return members.size();
    }
}
