// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import dev.weft.api.CloudException;
import dev.weft.api.spi.FunctionCloud;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps functions in memory; fails where told. */
final class FakeCloud implements FunctionCloud {
    final Map<String, Deployment> there = new ConcurrentHashMap<>();
    final List<String> calls = new CopyOnWriteArrayList<>();
    final Set<String> failing = ConcurrentHashMap.newKeySet();
    private final String name;

    FakeCloud(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Deployed> list() {
        failIf("list");
        return there.keySet().stream()
                .map(function -> new Deployed(function, ""))
                .toList();
    }

    @Override
    public Deployed deploy(Deployment deployment) {
        failIf(deployment.function().name());
        calls.add("deploy " + deployment.function().name());
        there.put(deployment.function().name(), deployment);
        return new Deployed(deployment.function().name(), "");
    }

    @Override
    public void delete(String function) {
        failIf(function);
        calls.add("delete " + function);
        there.remove(function);
    }

    private void failIf(String what) {
        if (failing.contains(what)) {
            throw new CloudException(CloudException.Kind.BUSY, "told to fail " + what, null);
        }
    }
}
