// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.kube;

import dev.weft.api.CloudException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** One context of a kubeconfig: a cluster and a user. Its text says where it came from, and nothing else. */
final class KubeConfig {
    private static final long FILE_BYTES_MAX = 4L << 20;

    private final Path file;
    private final String context;
    private final Map<?, ?> cluster;
    private final Map<?, ?> user;

    private KubeConfig(Path file, String context, Map<?, ?> cluster, Map<?, ?> user) {
        this.file = file;
        this.context = context;
        this.cluster = cluster;
        this.user = user;
    }

    /** The context of {@code file} that is asked for, or its current one. */
    static KubeConfig read(Path file, @Nullable String asked) {
        Map<?, ?> config = yaml(file);
        String context = asked == null ? text(config, "current-context") : asked;
        if (context == null || context.isEmpty()) {
            throw denied(file + " has no current-context; name one in spec.account.context");
        }
        Map<?, ?> chosen = named(config, "contexts", "context", context);
        if (chosen == null) {
            throw denied(file + " has no context " + context);
        }
        String clusterName = String.valueOf(text(chosen, "cluster"));
        String userName = text(chosen, "user");
        Map<?, ?> cluster = named(config, "clusters", "cluster", clusterName);
        if (cluster == null || text(cluster, "server") == null) {
            throw denied(file + ": context " + context + " names cluster " + clusterName
                    + ", which is not there or has no server");
        }
        Map<?, ?> user = userName == null ? null : named(config, "users", "user", userName);
        return new KubeConfig(file, context, cluster, user == null ? Map.of() : user);
    }

    private static Map<?, ?> yaml(Path file) {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw denied(file + " has more than " + FILE_BYTES_MAX + " bytes; a kubeconfig is wanted");
            }
            Object all = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
            if (all instanceof Map<?, ?> map) {
                return map;
            }
            throw denied(file + " is no kubeconfig");
        } catch (IOException unreadable) {
            throw denied(file + " can't be read: " + unreadable.getMessage());
        } catch (YamlEngineException broken) {
            throw denied(file + " is no YAML"); // its message may quote a secret
        }
    }

    private static @Nullable Map<?, ?> named(Map<?, ?> config, String list, String what, String name) {
        if (config.get(list) instanceof List<?> entries) {
            for (Object each : entries) {
                if (each instanceof Map<?, ?> entry && name.equals(entry.get("name"))) {
                    return entry.get(what) instanceof Map<?, ?> found ? found : Map.of();
                }
            }
        }
        return null;
    }

    private static @Nullable String text(Map<?, ?> map, String key) {
        Object value = map.get(key);
        return value == null ? null : value.toString();
    }

    /** An entry of the cluster; null where there is none. */
    @Nullable
    String ofCluster(String key) {
        return text(cluster, key);
    }

    /** An entry of the user; null where there is none. */
    @Nullable
    String ofUser(String key) {
        return text(user, key);
    }

    /** How the user's credentials are asked for; null where they stand in the file. */
    @Nullable
    Map<?, ?> exec() {
        return user.get("exec") instanceof Map<?, ?> exec ? exec : null;
    }

    /** {@code KEY-data} in base64, or the file that {@code KEY} names, relative to this one; null where there is neither. */
    byte @Nullable [] data(boolean ofUser, String key) {
        Map<?, ?> from = ofUser ? user : cluster;
        String inline = text(from, key + "-data");
        if (inline != null) {
            try {
                return Base64.getDecoder().decode(inline.strip());
            } catch (IllegalArgumentException noBase64) {
                throw denied(file + ": " + key + "-data is no base64");
            }
        }
        String named = text(from, key);
        if (named == null) {
            return null;
        }
        return bytes(beside(named));
    }

    /** A path of the file, which may be relative to it. */
    Path beside(String path) {
        Path folder = file.toAbsolutePath().getParent();
        return folder == null ? Path.of(path) : folder.resolve(path);
    }

    static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw denied(file + " can't be read: " + unreadable.getMessage());
        }
    }

    static CloudException denied(String message) {
        return new CloudException(CloudException.Kind.DENIED, message, null);
    }

    @Override
    public String toString() {
        return "context " + context + " of " + file;
    }
}
