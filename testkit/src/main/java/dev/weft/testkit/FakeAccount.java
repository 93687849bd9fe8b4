// SPDX-License-Identifier: Apache-2.0
package dev.weft.testkit;

import dev.weft.api.CloudException;
import dev.weft.api.Mistake;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.InvokeDialect;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An account whose functions, credentials and failures a test sets; calls go to the HTTP server that the test names. */
public final class FakeAccount implements CloudAccount {
    /** Where nobody listens. */
    private static final URI NOWHERE = URI.create("http://127.0.0.1:9");

    private final String cloud;
    private final Map<String, Seen> functions = new ConcurrentHashMap<>();
    private final AtomicInteger finds = new AtomicInteger();
    private final AtomicInteger grants = new AtomicInteger();
    private final FakeDialect dialect = new FakeDialect();
    private volatile @Nullable CloudException failure;
    private volatile @Nullable CloudException denial;
    private volatile @Nullable Duration life;
    private volatile Duration slow = Duration.ZERO;

    /** Empty, of the cloud named {@code cloud}. */
    public FakeAccount(String cloud) {
        this.cloud = cloud;
    }

    /** From now on {@code name} is there, and called at {@code endpoint}. */
    public FakeAccount has(String name, URI endpoint) {
        Seen ignored = put(name, null, endpoint);
        return this;
    }

    private Seen put(String name, @Nullable Ownership owner, URI endpoint) {
        InvokeDialect.Target target = new InvokeDialect.Target(endpoint, name, "", Map.of());
        Seen seen = new Seen(name, owner, Map.of(), false, null, null, Seen.READY, target);
        functions.put(name, seen);
        return seen;
    }

    /** Every question is answered by {@code why}; null: as it should. */
    public void failing(@Nullable CloudException why) {
        failure = why;
    }

    /** No credentials but {@code why}; null: as it should. */
    public void denying(@Nullable CloudException why) {
        denial = why;
    }

    /** Credentials are good for this long; null: for ever. */
    public void lasting(@Nullable Duration most) {
        life = most;
    }

    /** Every question takes this long. */
    public void slow(Duration delay) {
        slow = delay;
    }

    /** How often a function was looked for. */
    public int finds() {
        return finds.get();
    }

    /** How often credentials were asked for; calls carry the number of the last ones, {@code Bearer 3}. */
    public int grants() {
        return grants.get();
    }

    @Override
    public String cloud() {
        return cloud;
    }

    private void answer() {
        try {
            Thread.sleep(slow);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CloudException(CloudException.Kind.UNKNOWN, "interrupted", stopped);
        }
        CloudException why = failure;
        if (why != null) {
            throw why;
        }
    }

    @Override
    public Packed pack(Function function, Path code) {
        return new Packed.As(Packing.own(Packing.Form.ZIP, "index.handler", "any"));
    }

    @Override
    public List<Mistake> check(Wanted wanted, Packing packing) {
        return List.of();
    }

    @Override
    public Map<String, String> settings(Wanted wanted, Packing packing) {
        return Map.of();
    }

    @Override
    public List<Seen> list() {
        answer();
        return List.copyOf(functions.values());
    }

    @Override
    public @Nullable Seen find(String name) {
        finds.incrementAndGet();
        answer();
        return functions.get(name);
    }

    @Override
    public Seen apply(Wanted wanted, Packing packing, @Nullable Seen before, Progress progress) {
        answer();
        return put(wanted.name(), null, NOWHERE);
    }

    @Override
    public Seen adopt(Seen seen, Ownership owner) {
        answer();
        InvokeDialect.Target target = seen.target();
        return put(seen.name(), owner, target == null ? NOWHERE : target.endpoint());
    }

    @Override
    public void delete(Seen seen, Progress progress) {
        answer();
        functions.remove(seen.name());
    }

    /** Takes {@code name} away. */
    public void lacks(String name) {
        functions.remove(name);
    }

    @Override
    public FakeDialect dialect() {
        return dialect;
    }

    @Override
    public Grant grant(InvokeDialect.Target target) {
        CloudException why = denial;
        if (why != null) {
            throw why;
        }
        String token = String.valueOf(grants.incrementAndGet());
        Duration most = life;
        return new Grant(
                new InvokeDialect.Credentials(Map.of("token", token)),
                most == null ? null : InstantSource.system().instant().plus(most));
    }

    @Override
    public List<Finding> examine(String application) {
        return List.of();
    }

    @Override
    public String permissions(List<Wanted> wanted) {
        return "";
    }
}
