// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.LogLine;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.FunctionCloud;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** A cloud played by this machine, with a fault switch. Deployed functions live as long as this Weft. */
public final class StandIn implements FunctionCloud, FunctionCloud.WithLogs, FunctionCloud.WithPlaces {
    private final Engine engine;
    private final ContractHost.StandInCloud cloud;
    private final Map<String, Pool> pools = new ConcurrentHashMap<>();
    private volatile Fault fault = new Fault.Healthy();

    StandIn(Engine engine, ContractHost.StandInCloud cloud) {
        this.engine = engine;
        this.cloud = cloud;
    }

    @Override
    public String name() {
        return cloud.name();
    }

    /** Misbehaves as told from the next call on. */
    public void fault(Fault next) {
        fault = next;
    }

    /** How it misbehaves now. */
    public Fault fault() {
        return fault;
    }

    /** Every instance of every function, as it is now. */
    public List<InstanceStatus> instances() {
        List<InstanceStatus> statuses = new ArrayList<>();
        pools.values().forEach(each -> statuses.addAll(each.instances()));
        return statuses;
    }

    @Override
    public List<Deployed> list() {
        List<Deployed> deployed = new ArrayList<>();
        for (Pool each : pools.values()) {
            Version current = each.current();
            if (current != null) {
                deployed.add(new Deployed(each.function(), current.hash()));
            }
        }
        return deployed;
    }

    @Override
    public Deployed deploy(Deployment deployment) {
        String function = deployment.function().name();
        Version version = engine.version(deployment, cloud);
        try {
            pool(function).deploy(version);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CloudException(
                    CloudException.Kind.UNKNOWN, function + ": deployment to " + name() + " was interrupted", stopped);
        }
        return new Deployed(function, version.hash());
    }

    @Override
    public void delete(String function) {
        Pool pool = pools.get(function);
        if (pool != null) {
            pool.delete();
        }
    }

    @Override
    public List<LogLine> logs(String function, int linesMax) {
        return pool(function).log().newest(linesMax);
    }

    @Override
    public Following follow(String function, Consumer<LogLine> listener) {
        return pool(function).log().follow(listener);
    }

    @Override
    public Place place(String function) {
        return new Here(pool(function));
    }

    /** The function's pool, which may be of a function not deployed yet. */
    private Pool pool(String function) {
        return pools.computeIfAbsent(function, name -> engine.pool(name, cloud));
    }

    List<Pool> pools() {
        return List.copyOf(pools.values());
    }

    private final class Here implements Place {
        private final Pool pool;

        Here(Pool pool) {
            this.pool = pool;
        }

        @Override
        public String cloud() {
            return name();
        }

        @Override
        public int callsMax() {
            Version now = pool.current();
            return now == null ? 0 : now.callsMax();
        }

        @Override
        public Attempt call(Call call, Loop loop, Answers answers) {
            return switch (fault) {
                case Fault.Healthy _ -> {
                    ServedCall served = new ServedCall(pool, call, loop, answers);
                    pool.take(served);
                    yield served;
                }
                case Fault.Failing _ -> {
                    answers.failed(new CloudException(
                            CloudException.Kind.UNREACHABLE, "stand-in " + name() + " is switched to fail", null));
                    yield () -> {};
                }
                case Fault.Slow(Duration delay) -> {
                    ServedCall served = new ServedCall(pool, call, loop, answers);
                    Loop.Timer timer = loop.after(delay, () -> pool.take(served));
                    yield () -> {
                        timer.cancel();
                        served.cancel();
                    };
                }
            };
        }
    }
}
