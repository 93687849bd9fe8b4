// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.account;

import dev.weft.api.CloudException;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * A function's secrets in Secret Manager: one for each variable, named by region, function and variable, with Weft's labels. The
 * function refers to a version by its number, so every revision keeps the value that it was made with, and what is put in the
 * store before the function is told of it changes nothing.
 */
final class FunctionSecrets {
    /** How long a version that nothing refers to is kept: another apply may be about to refer to it. */
    static final Duration UNUSED_KEPT = Duration.ofHours(1);

    /** Versions that one apply clears away; the next ones go on. */
    static final int CLEARED_MAX = 50;

    /** The state of a function that is not there, but secrets of which are. */
    static final String LEFT = "only its secrets are left";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    /** Neither regions nor functions have an underscore in their names. */
    private static final Pattern ID = Pattern.compile("weft_([^_]+)_([^_]+)_(.+)");

    private final GoogleProject project;
    private final SecretsApi api;
    private final RunApi run;
    private final InstantSource clock;

    FunctionSecrets(GoogleProject project, SecretsApi api, RunApi run, InstantSource clock) {
        this.project = project;
        this.api = api;
        this.run = run;
        this.clock = clock;
    }

    /** The secret of one variable. */
    static String id(GoogleProject project, String function, String variable) {
        return prefix(project, function) + variable;
    }

    private static String prefix(GoogleProject project, String function) {
        return "weft_" + project.region() + '_' + function + '_';
    }

    /** Names of {@code wanted}'s variables that the store keeps: what is told to the build is no secret. */
    static Set<String> of(Wanted wanted) {
        Set<String> names = new HashSet<>(wanted.secrets());
        names.removeIf(FunctionSettings::built);
        return names;
    }

    /** Values of what {@code function}, named {@code name}, has in secrets of Weft's, as settings. */
    Map<String, String> settings(String name, JsonNode function) {
        Map<String, String> settings = new TreeMap<>();
        references(name, function).forEach((variable, version) -> {
            String setting = "env." + variable;
            if (!NUMBER.matcher(version).matches()) {
                settings.put(setting, Ownership.STORED + "version " + version);
                return;
            }
            try {
                SecretsApi.Value found = api.access(id(project, name, variable), version);
                settings.put(
                        setting,
                        found == null
                                ? Ownership.STORED + "version " + version + " is gone or disabled"
                                : Ownership.stored(name, variable, found.value()));
            } catch (CloudException refused) {
                // the function itself was read, and calls of it need no more than that
                boolean denied = refused.kind() == CloudException.Kind.DENIED;
                settings.put(
                        setting,
                        Ownership.STORED + "version " + version + (denied ? " may not be read" : " could not be read"));
            }
        });
        return settings;
    }

    /** Values of the same, as far as they are there. */
    Map<String, String> values(String name, JsonNode function) {
        Map<String, String> values = new TreeMap<>();
        references(name, function).forEach((variable, version) -> {
            SecretsApi.Value found = api.access(id(project, name, variable), version);
            if (found != null) {
                values.put(variable, found.value());
            }
        });
        return values;
    }

    private Map<String, String> references(String name, JsonNode function) {
        Map<String, String> references = new TreeMap<>();
        for (JsonNode each : variables(function)) {
            String variable = each.path("key").asString("");
            if (ours(name, each)) {
                references.put(variable, each.path("version").asString(""));
            }
        }
        return references;
    }

    private static JsonNode variables(JsonNode function) {
        return function.path("serviceConfig").path("secretEnvironmentVariables");
    }

    private boolean ours(String name, JsonNode variable) {
        return RunApi.last(variable.path("secret").asString(""))
                .equals(id(project, name, variable.path("key").asString("")));
    }

    /**
     * What {@code wanted} refers to, with every value in the store; whatever is not Weft's of {@code now}'s references stays.
     * Secrets of others are found before anything is written.
     */
    ArrayNode put(Wanted wanted, @Nullable JsonNode now, @Nullable Seen seen, Progress progress) {
        Map<String, String> there = now == null ? Map.of() : references(wanted.name(), now);
        Map<String, Boolean> made = new HashMap<>();
        Set<String> names = of(wanted);
        for (String variable : names) {
            if (!kept(wanted, variable, seen)) {
                made.put(variable, guarded(wanted, variable));
            }
        }
        ArrayNode all = JSON.createArrayNode();
        if (now != null) {
            variables(now).forEach(each -> {
                if (!ours(wanted.name(), each)
                        && !wanted.env().containsKey(each.path("key").asString(""))) {
                    all.add(each);
                }
            });
        }
        new TreeMap<>(wanted.secret()).forEach((variable, value) -> {
            if (names.contains(variable)) {
                Boolean isThere = made.get(variable);
                String version = isThere == null
                        ? there.getOrDefault(variable, "")
                        : version(wanted, variable, value, isThere, progress);
                all.addObject()
                        .put("key", variable)
                        .put("projectId", project.project())
                        .put("secret", id(project, wanted.name(), variable))
                        .put("version", version);
            }
        });
        return all;
    }

    private static boolean kept(Wanted wanted, String variable, @Nullable Seen seen) {
        String value = wanted.env().getOrDefault(variable, "");
        return seen != null
                && Ownership.stored(wanted.name(), variable, value)
                        .equals(seen.settings().get("env." + variable));
    }

    /** Whether it is there already; refused where it is somebody else's. */
    private boolean guarded(Wanted wanted, String variable) {
        String id = id(project, wanted.name(), variable);
        JsonNode secret = api.find(id);
        if (secret == null) {
            return false;
        }
        Ownership owner = FunctionLabels.owner(secret.path("labels"));
        if (owner == null
                || !owner.application().equals(wanted.application())
                || !owner.function().equals(wanted.function().name())) {
            throw new CloudException(
                    CloudException.Kind.INVALID,
                    "secret " + id + " in project " + project.project() + " is there and "
                            + (owner == null
                                    ? "not Weft's"
                                    : "of function " + owner.function() + " of application " + owner.application())
                            + ", so it is left alone: remove it, give the function another name there"
                            + " (placement.clouds[].as), or say ${plain:…} in spec.env." + variable,
                    null);
        }
        return true;
    }

    private String version(Wanted wanted, String variable, String value, boolean isThere, Progress progress) {
        String id = id(project, wanted.name(), variable);
        if (isThere) {
            // what an apply put there that ended before the function was told
            SecretsApi.Value newest = api.access(id, "latest");
            if (newest != null && newest.value().equals(value)) {
                return newest.version();
            }
        } else {
            api.create(id, labels(wanted));
        }
        String version = api.add(id, value);
        progress.did("put " + variable + " into secret " + id + ", version " + version);
        return version;
    }

    private static Map<String, String> labels(Wanted wanted) {
        return Map.of(
                FunctionLabels.key(Ownership.APPLICATION), wanted.application(),
                FunctionLabels.key(Ownership.FUNCTION), wanted.function().name());
    }

    /** Clears away what neither {@code function} nor any of its revisions refers to. The function is as wanted whether that works or not. */
    void clear(String application, String name, JsonNode function, Progress progress) {
        try {
            cleared(application, name, function, progress);
        } catch (CloudException refused) {
            progress.did("old secrets of " + name + " were not cleared away: " + refused.getMessage());
        }
    }

    private void cleared(String application, String name, JsonNode function, Progress progress) {
        String service = SeenReader.service(function);
        List<JsonNode> revisions = service.isEmpty() ? null : run.everyRevision(service);
        if (revisions == null) {
            progress.did("old secrets of " + name + " are kept: its revisions could not all be read");
            return;
        }
        Set<String> used = new HashSet<>();
        references(name, function)
                .forEach((variable, version) -> used.add(id(project, name, variable) + '/' + version));
        revisions.forEach(revision -> revision.path("containers")
                .forEach(container -> container.path("env").forEach(each -> {
                    JsonNode key = each.path("valueSource").path("secretKeyRef");
                    used.add(RunApi.last(key.path("secret").asString(""))
                            + '/'
                            + key.path("version").asString(""));
                })));
        int left = CLEARED_MAX;
        for (JsonNode secret : owned(application, name)) {
            String id = RunApi.last(secret.path("name").asString(""));
            List<String> unused = new ArrayList<>();
            boolean kept = young(secret) || used.stream().anyMatch(each -> each.startsWith(id + '/'));
            for (JsonNode version : api.versions(id)) {
                String number = RunApi.last(version.path("name").asString(""));
                boolean young = young(version);
                if (!young && !used.contains(id + '/' + number)) {
                    unused.add(number);
                }
                kept |= young;
            }
            if (!kept && left > 0) {
                api.delete(id);
                progress.did("removed secret " + id + ", which nothing uses any more");
                left--;
            } else {
                List<String> now = unused.subList(0, Math.min(left, unused.size()));
                now.forEach(number -> api.destroy(id, number));
                left -= now.size();
            }
        }
    }

    private boolean young(JsonNode made) {
        try {
            return Instant.parse(made.path("createTime").asString(""))
                    .isAfter(clock.instant().minus(UNUSED_KEPT));
        } catch (DateTimeParseException unknown) {
            return true;
        }
    }

    private List<JsonNode> owned(String application, String name) {
        return api.list(prefix(project, name)).stream()
                .filter(each -> {
                    Ownership owner = FunctionLabels.owner(each.path("labels"));
                    return owner != null
                            && owner.application().equals(application)
                            && RunApi.last(each.path("name").asString("")).startsWith(prefix(project, name));
                })
                .toList();
    }

    /** Removes every secret of the application's function {@code name}; {@code function}, where it was there, says whether it had one. */
    void remove(String application, String name, @Nullable JsonNode function, Progress progress) {
        List<JsonNode> all;
        try {
            all = owned(application, name);
        } catch (CloudException refused) {
            if (refused.kind() == CloudException.Kind.DENIED
                    && (function == null || references(name, function).isEmpty())) {
                return; // no right to a store that the function did not use
            }
            throw refused;
        }
        all.forEach(each -> api.delete(RunApi.last(each.path("name").asString(""))));
        if (!all.isEmpty()) {
            progress.did("removed " + all.size() + " secrets of " + name);
        }
    }

    /** Functions that are not among {@code names} and yet have secrets: what a creation or a removal left that was cut short. */
    List<Seen> left(Set<String> names) {
        List<JsonNode> all;
        try {
            all = api.list("weft_" + project.region() + '_');
        } catch (CloudException refused) {
            if (refused.kind() == CloudException.Kind.DENIED) {
                return List.of(); // the store is not used, or not enabled
            }
            throw refused;
        }
        Map<String, Seen> left = new TreeMap<>();
        for (JsonNode each : all) {
            Matcher id = ID.matcher(RunApi.last(each.path("name").asString("")));
            Ownership owner = FunctionLabels.owner(each.path("labels"));
            if (owner != null && id.matches() && id.group(1).equals(project.region()) && !names.contains(id.group(2))) {
                left.put(id.group(2), new Seen(id.group(2), owner, Map.of(), false, null, null, LEFT, null));
            }
        }
        return List.copyOf(left.values());
    }
}
