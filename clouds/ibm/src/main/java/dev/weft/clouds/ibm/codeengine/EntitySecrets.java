// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.codeengine;

import dev.weft.api.CloudException;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Redaction;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Secrets of a project that hold what functions or apps refer to: one for each, with all of its secret values, under a name that
 * is new with every change. So none is ever changed, and what an apply leaves behind that ends early changes nothing. Secrets of
 * Code Engine have no tags: whose they are stands among their entries, which no variable refers to.
 */
final class EntitySecrets {
    /** How long one that nothing refers to is kept: another apply may be about to refer to it, and instances still start with it. */
    static final Duration UNUSED_KEPT = Duration.ofMinutes(10);

    /** The state of a function that is not there, but a secret of which is. */
    static final String LEFT = "only its secrets are left";

    private static final int RANDOM_CHARS = 10;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final EntityStore store;
    private final EntityDocument document;
    private final InstantSource clock;
    private final Pattern names;

    EntitySecrets(EntityStore store, EntityDocument document, InstantSource clock) {
        this.store = store;
        this.document = document;
        this.clock = clock;
        this.names = Pattern.compile(Pattern.quote(document.secretPrefix("")) + "(.+)-[0-9a-f]{" + RANDOM_CHARS + "}");
    }

    /** Values that {@code entity} has in a secret of Weft's, by their keys; empty where it has none, or that is gone. */
    Map<String, String> values(JsonNode entity) {
        String name = document.secretOf(entity);
        JsonNode secret = name == null ? null : store.get(name);
        Map<String, String> values = new TreeMap<>();
        if (secret != null) {
            secret.path("data").properties().forEach(each -> {
                if (!EntityDocument.RESERVED.contains(each.getKey())) {
                    values.put(each.getKey(), each.getValue().asString(""));
                }
            });
        }
        return values;
    }

    /** The secret that {@code wanted} refers to, made where {@code now}'s does not hold the same; empty where it needs none. */
    String put(Wanted wanted, @Nullable JsonNode now, Progress progress) {
        Map<String, String> values = wanted.secret();
        if (values.isEmpty()) {
            return "";
        }
        String there = now == null ? null : document.secretOf(now);
        if (now != null && there != null && values.equals(values(now))) {
            return there;
        }
        String name = document.secretPrefix(wanted.name())
                + UUID.randomUUID().toString().replace("-", "").substring(0, RANDOM_CHARS);
        ObjectNode secret = JSON.createObjectNode().put("name", name).put("format", "generic");
        ObjectNode data = secret.putObject("data");
        values.forEach(data::put);
        data.put(EntityDocument.tag(Ownership.APPLICATION), wanted.application());
        data.put(EntityDocument.tag(Ownership.FUNCTION), wanted.function().name());
        JsonNode ignored = Redaction.sent(values.values(), () -> store.create(secret));
        progress.did("put " + String.join(", ", values.keySet()) + " into secret " + name);
        return name;
    }

    /** Removes secrets of the application's {@code name} that {@code entity} does not refer to; all of them where it is gone, else those that are not young. */
    void clear(String application, String name, @Nullable JsonNode entity, Progress progress) {
        String used = entity == null ? null : document.secretOf(entity);
        for (JsonNode each : store.list()) {
            String secret = each.path("name").asString("");
            if (name.equals(entityOf(secret)) && !secret.equals(used) && (entity == null || !young(each))) {
                Ownership owner = owner(secret);
                if (owner != null && owner.application().equals(application)) {
                    store.delete(secret);
                    progress.did("deleted secret " + secret);
                }
            }
        }
    }

    private @Nullable String entityOf(String secret) {
        Matcher matcher = names.matcher(secret);
        return matcher.matches() ? matcher.group(1) : null;
    }

    private boolean young(JsonNode secret) {
        try {
            return Instant.parse(secret.path("created_at").asString(""))
                    .isAfter(clock.instant().minus(UNUSED_KEPT));
        } catch (DateTimeParseException unknown) {
            return true;
        }
    }

    /** A list may leave entries out, so each is asked for. */
    private @Nullable Ownership owner(String secret) {
        JsonNode whole = store.get(secret);
        JsonNode data = whole == null ? JSON.createObjectNode() : whole.path("data");
        String application =
                data.path(EntityDocument.tag(Ownership.APPLICATION)).asString("");
        String function = data.path(EntityDocument.tag(Ownership.FUNCTION)).asString("");
        return application.isEmpty() || function.isEmpty() ? null : new Ownership(application, function, "", "");
    }

    /** Functions that are not among {@code there} and yet have a secret: what a creation or a removal left that was cut short. */
    List<Seen> left(Set<String> there) {
        Map<String, Seen> left = new TreeMap<>();
        for (JsonNode each : listed()) {
            String secret = each.path("name").asString("");
            String entity = entityOf(secret);
            Ownership owner = entity == null || there.contains(entity) ? null : owner(secret);
            if (entity != null && owner != null) {
                left.put(entity, new Seen(entity, owner, Map.of(), false, null, null, LEFT, null));
            }
        }
        return List.copyOf(left.values());
    }

    private List<JsonNode> listed() {
        try {
            return store.list();
        } catch (CloudException refused) {
            if (refused.kind() == CloudException.Kind.DENIED) {
                return List.of(); // who may not see secrets made none
            }
            throw refused;
        }
    }

    /** How many there are, whoever's. */
    int count() {
        return store.list().size();
    }
}
