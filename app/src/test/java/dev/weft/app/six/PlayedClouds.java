// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.six;

import dev.weft.clouds.alibaba.PlayedAlibaba;
import dev.weft.clouds.aws.account.PlayedAws;
import dev.weft.clouds.azure.account.PlayedAzure;
import dev.weft.clouds.google.PlayedGoogle;
import dev.weft.clouds.ibm.codeengine.CodeEngineInMemory;
import dev.weft.clouds.ibm.openwhisk.OpenWhiskInMemory;
import dev.weft.clouds.knative.PlayedKnative;
import dev.weft.clouds.oracle.account.PlayedFn;
import dev.weft.clouds.oracle.account.PlayedOci;
import dev.weft.testkit.PlayedCloud;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Every cloud of the example, played, each behind a {@link Door}; by the names that the example gives them. */
final class PlayedClouds implements AutoCloseable {
    private final Map<String, PlayedCloud> all = new LinkedHashMap<>();
    private final Map<String, Door> doors = new LinkedHashMap<>();

    PlayedClouds() throws Exception {
        try {
            all.put("aws", new PlayedAws());
            all.put("azure", new PlayedAzure());
            all.put("google", new PlayedGoogle());
            all.put("openwhisk", new OpenWhiskInMemory());
            all.put("code-engine", new CodeEngineInMemory());
            all.put("fn", new PlayedFn());
            all.put("oci", new PlayedOci());
            all.put("knative", new PlayedKnative());
            all.put("alibaba", new PlayedAlibaba());
            for (Map.Entry<String, PlayedCloud> each : all.entrySet()) {
                doors.put(each.getKey(), new Door(each.getValue().endpoint()));
            }
        } catch (Exception failed) {
            close();
            throw failed;
        }
    }

    Set<String> names() {
        return all.keySet();
    }

    PlayedCloud of(String cloud) {
        return Objects.requireNonNull(all.get(cloud));
    }

    /** What a user would write in the cloud's document. */
    void describe(String cloud, Map<String, Object> spec) {
        spec.put("endpoint", Objects.requireNonNull(doors.get(cloud)).uri().toString());
        Map<String, String> account = of(cloud).account();
        if (account.isEmpty()) {
            spec.remove("account");
        } else {
            spec.put("account", new TreeMap<>(account));
        }
    }

    Map<String, String> environment(Path home) throws IOException {
        Map<String, String> environment = new HashMap<>();
        for (PlayedCloud each : all.values()) {
            environment.putAll(each.environment(home));
        }
        return environment;
    }

    List<String> secrets() {
        List<String> secrets = new ArrayList<>();
        all.values().forEach(each -> secrets.addAll(each.secrets()));
        return secrets;
    }

    /** Holds each piece of every answer back for so long. */
    void delay(Duration time) {
        doors.values().forEach(each -> each.delay(time));
    }

    /** The functions there are, as cloud/name. */
    Set<String> there() throws Exception {
        Set<String> there = new TreeSet<>();
        for (Map.Entry<String, PlayedCloud> each : all.entrySet()) {
            each.getValue().names().forEach(name -> there.add(each.getKey() + '/' + name));
        }
        return there;
    }

    /** Whether a cloud that can be asked at once has a function that was not there {@code before}. */
    boolean madeMoreThan(Set<String> before) throws Exception {
        for (String cloud : List.of("openwhisk", "code-engine", "fn", "oci", "azure")) {
            for (String name : of(cloud).names()) {
                if (!before.contains(cloud + '/' + name)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public void close() throws IOException {
        for (Door each : doors.values()) {
            each.close();
        }
        all.values().forEach(PlayedCloud::close);
    }
}
