// SPDX-License-Identifier: Apache-2.0
package dev.weft.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import dev.weft.api.rest.RestRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What an account must do that keeps secrets in its cloud's own store: all of the account contract with secrets, and this. */
public abstract class CloudSecretsContract extends CloudAccountContract {
    private static final int TRIES_MAX = 5;
    private static final String OTHER = "another-value-that-nobody-may-see";

    /** The values that are in the store and can be read. */
    protected abstract Collection<String> inStore();

    /** The function's own document, as the cloud keeps it. */
    protected abstract String plainly(String function);

    /** Whether {@code request} goes to the store. */
    protected abstract boolean toStore(RestRequest request);

    /** Takes {@code value} out of the store by hand, or puts another one in its place. */
    protected abstract void spoil(String value);

    /** Makes a secret of somebody else's where one of {@code wanted}'s would be; false where Weft's names are new ones each time. */
    protected abstract boolean foreignSecret(Wanted wanted);

    /** Whether a seal of a stored value begins so in this cloud's settings. */
    protected boolean saysStored() {
        return true;
    }

    @Override
    protected Set<String> secrets(Function function) {
        return function.spec().env().keySet();
    }

    private static Ready with(Ready ready, Map<String, String> env, Set<String> secrets) {
        Wanted old = ready.wanted();
        return new Ready(
                new Wanted(old.application(), old.function(), old.name(), old.artifact(), env, secrets),
                ready.packing());
    }

    /** The same with other values. */
    protected static Ready renewed(Ready ready) {
        Map<String, String> env = new TreeMap<>(ready.wanted().env());
        env.replaceAll((name, value) -> OTHER);
        return with(ready, env, ready.wanted().secrets());
    }

    private static Set<String> differing(Map<String, String> one, Map<String, String> other) {
        Map<String, String> names = new TreeMap<>(one);
        names.putAll(other);
        names.keySet().removeIf(name -> Objects.equals(one.get(name), other.get(name)));
        return names.keySet();
    }

    private static boolean holds(RestRequest request, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        String body = new String(request.body(), StandardCharsets.UTF_8);
        return body.contains(value)
                || body.contains(Base64.getEncoder().encodeToString(bytes))
                || request.uri().toString().contains(value);
    }

    @Test
    void aSecretGoesToTheStoreAndNowhereElse() throws Exception {
        try (CloudAccount account = open()) {
            assertThat(account).isInstanceOf(CloudAccount.WithSecrets.class);
            Ready one = ready(account, "one", "first", false);
            List<String> said = new ArrayList<>();
            forget();
            Seen seen = account.apply(one.wanted(), one.packing(), null, said::add);
            Collection<String> values = one.wanted().env().values();
            assertThat(values).isNotEmpty();
            assertThat(inStore()).containsAll(values);
            for (String value : values) {
                assertThat(plainly("one")).doesNotContain(value);
                assertThat(sent())
                        .filteredOn(each -> holds(each, value))
                        .isNotEmpty()
                        .allMatch(this::toStore);
                assertThat(said.toString()).doesNotContain(value);
                assertThat(seen.toString()).doesNotContain(value);
            }
            if (saysStored()) {
                assertThat(seen.settings()).allSatisfy((name, value) -> assertThat(value.startsWith(Ownership.STORED))
                        .isEqualTo(name.startsWith("env.")));
            }
        }
    }

    @Test
    void aNewValueIsADifferenceOfItsNameAloneAndReachesTheFunctionWithoutAnUpload() throws Exception {
        try (CloudAccount account = open()) {
            Ready one = ready(account, "one", "first", false);
            Seen before = apply(account, one, null);
            String document = plainly("one");
            Ready renewed = renewed(one);
            Map<String, String> settings = account.settings(renewed.wanted(), renewed.packing());
            assertThat(differing(before.settings(), settings))
                    .isEqualTo(one.wanted().env().keySet().stream()
                            .map(name -> "env." + name)
                            .collect(java.util.stream.Collectors.toSet()));
            assertThat(settings.toString()).doesNotContain(OTHER);
            apply(account, renewed, before);
            isAsWanted(account, renewed);
            assertThat(inStore()).contains(OTHER);
            // what the function is told differs, so that instances of it do
            assertThat(plainly("one")).isNotEqualTo(document).doesNotContain(OTHER);
            assertThat(account.list())
                    .filteredOn(each -> each.ownedBy(APPLICATION))
                    .hasSize(1);
        }
    }

    @Test
    void whatIsTakenOutOfTheStoreByHandIsSeenAndMended() throws Exception {
        try (CloudAccount account = open()) {
            Ready one = ready(account, "one", "first", false);
            Seen before = apply(account, one, null);
            String value = one.wanted().env().values().iterator().next();
            spoil(value);
            Seen spoiled = Objects.requireNonNull(account.find("one"));
            Map<String, String> settings = account.settings(one.wanted(), one.packing());
            assertThat(differing(spoiled.settings(), settings)).isNotEmpty().allMatch(each -> each.startsWith("env."));
            assertThat(Ownership.hash(spoiled.settings()))
                    .isNotEqualTo(Objects.requireNonNull(before.owner()).settings());
            apply(account, one, spoiled);
            isAsWanted(account, one);
            assertThat(inStore()).contains(value);
        }
    }

    @Test
    void aSecretOfSomebodyElsesIsLeftAloneAndNamed() throws Exception {
        try (CloudAccount account = open()) {
            Ready one = ready(account, "one", "first", false);
            if (!foreignSecret(one.wanted())) {
                return;
            }
            Collection<String> before = List.copyOf(inStore());
            forget();
            assertThatThrownBy(() -> apply(account, one, null)).isInstanceOfSatisfying(CloudException.class, failed -> {
                assertThat(failed.kind()).isEqualTo(CloudException.Kind.INVALID);
                assertThat(failed).hasMessageContaining("secret").hasMessageContaining("left alone");
            });
            assertThat(sent()).noneMatch(this::changes);
            assertThat(account.find("one")).isNull();
            assertThat(inStore()).isEqualTo(before);
        }
    }

    @Test
    void aVariableMovesOutOfTheStoreAndIntoItAgain() throws Exception {
        if (!saysStored()) {
            return;
        }
        try (CloudAccount account = open()) {
            Ready one = ready(account, "one", "first", false);
            Ready plain = with(one, one.wanted().env(), Set.of());
            Seen before = apply(account, one, null);
            Seen moved = apply(account, plain, before);
            isAsWanted(account, plain);
            assertThat(plainly("one")).contains(one.wanted().env().values());
            apply(account, one, moved);
            isAsWanted(account, one);
            one.wanted().env().values().forEach(value -> assertThat(plainly("one"))
                    .doesNotContain(value));
        }
    }

    @Test
    void withTheFunctionGoItsSecretsAlsoOlderOnes() throws Exception {
        try (CloudAccount account = open()) {
            Ready one = ready(account, "one", "first", false);
            Seen first = apply(account, one, null);
            Seen second = apply(account, renewed(one), first);
            account.delete(second, Progress.NONE);
            assertThat(inStore()).isEmpty();
            assertThat(account.list()).noneMatch(each -> each.ownedBy(APPLICATION));
        }
    }

    /** Weft ends after any number of its calls while it makes a function, or while it removes one: what is left is seen and can go. */
    @Test
    void whatACrashLeftIsListedAndCanBeRemoved() throws Exception {
        boolean whole = false;
        for (int calls = 0; !whole; calls++) {
            assertThat(calls).isLessThan(CALLS_MAX);
            try (CloudAccount account = open()) {
                Ready one = ready(account, "one", "first", false);
                boolean made = cutAfter(calls, () -> {
                    Seen ignored = apply(account, one, null);
                });
                Packing packing = one.packing();
                boolean gone = cutAfter(calls, () -> removed(account));
                removed(account);
                assertThat(inStore()).isEmpty();
                assertThat(account.find("one")).isNull();
                // and what was removed half can be made again
                account.apply(one.wanted(), packing, null, Progress.NONE);
                boolean again = cutAfter(calls, () -> removed(account));
                planned(account, one);
                isAsWanted(account, one);
                removed(account);
                assertThat(inStore()).isEmpty();
                whole = made && gone && again;
            }
            cleanUp();
        }
    }

    /** Applies it on what is there; what goes away meanwhile, because a removal went on, is planned anew. */
    private static void planned(CloudAccount account, Ready ready) {
        for (int tries = 1; ; tries++) {
            Seen there = account.find(ready.wanted().name());
            try {
                Seen ignored = apply(account, ready, there);
                return;
            } catch (CloudException moved) {
                if (tries == TRIES_MAX || moved.kind() != CloudException.Kind.INVALID) {
                    throw moved;
                }
            }
        }
    }

    private static void removed(CloudAccount account) {
        account.list().stream()
                .filter(each -> each.ownedBy(APPLICATION))
                .forEach(each -> account.delete(each, Progress.NONE));
    }
}
