// SPDX-License-Identifier: Apache-2.0
package dev.weft.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.rest.JdkTransport;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.Transport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every cloud's account must do. A subclass says where the cloud is, or what plays it, and brings a function. */
public abstract class CloudAccountContract {
    /** The application of everything these tests make. */
    protected static final String APPLICATION = "contract";

    private static final Set<String> READING = Set.of("GET", "HEAD");
    /** More calls than any work of theirs needs. */
    protected static final int CALLS_MAX = 60;

    @TempDir
    protected Path scratch;

    private final List<RestRequest> sent = new CopyOnWriteArrayList<>();
    private final AtomicInteger callsLeft = new AtomicInteger(Integer.MAX_VALUE);

    /** Whose accounts these are. */
    protected abstract CloudVendor vendor();

    /** The account under test. */
    protected abstract Cloud cloud();

    /** Variables that its credentials come from. */
    protected abstract Map<String, String> environment();

    /** A function of {@code name} that this cloud can run, with at least one value of its environment; its code is written to {@code folder}, and differs with {@code answer}. */
    protected abstract Function function(String name, Path folder, String answer) throws IOException;

    /** The same function, with another memory size or timeout. */
    protected abstract Function other(Function function);

    /** Makes a function that is nobody's, by other means than the account's; or false where the cloud has no such means. */
    protected abstract boolean foreign(String name) throws Exception;

    /** Which of a function's variables are secrets: all of them where {@link CloudSecretsContract} is kept. */
    protected Set<String> secrets(Function function) {
        return Set.of();
    }

    /** Removes what a test made, and what {@link #foreign} did. */
    protected abstract void cleanUp() throws Exception;

    /** Sends to the cloud, or to what plays it. */
    protected Transport transport() {
        return new JdkTransport();
    }

    /** Whether {@code request} changes something: by its method, unless the cloud reads by POST. */
    protected boolean changes(RestRequest request) {
        return !READING.contains(request.method());
    }

    /** An artifact of {@code folder} as {@code packing} asks for. A cloud of images overrides it. */
    protected Artifact artifact(Path folder, Packing packing) throws IOException {
        return Archives.pack(folder, packing, Files.createTempFile(scratch, "artifact", ".bin"));
    }

    @AfterEach
    void removeEverything() throws Exception {
        callsLeft.set(Integer.MAX_VALUE);
        cleanUp();
    }

    /** What was sent since the last {@link #forget}. */
    protected List<RestRequest> sent() {
        return List.copyOf(sent);
    }

    /** Forgets what was sent. */
    protected void forget() {
        sent.clear();
    }

    /** An account whose requests are noted and, when a test says so, cut. */
    protected CloudAccount open() {
        Transport real = transport();
        Transport watched = request -> {
            if (callsLeft.getAndDecrement() <= 0) {
                throw new CutException();
            }
            sent.add(request);
            return real.send(request);
        };
        return vendor().open(cloud(), new CloudVendor.Around(watched, environment(), scratch, InstantSource.system()));
    }

    /** Weft itself is gone: nothing may be tried again. */
    private static final class CutException extends RuntimeException {
        CutException() {
            super("the process ended here");
        }
    }

    /** A function ready to be applied. */
    protected record Ready(Wanted wanted, Packing packing) {}

    /** Writes, packs and describes a function. */
    protected Ready ready(CloudAccount account, String name, String answer, boolean changed) throws IOException {
        Path folder = Files.createTempDirectory(scratch, name);
        Function function = function(name, folder, answer);
        if (changed) {
            function = other(function);
        }
        CloudAccount.Packed packed = account.pack(function, folder);
        assertThat(packed).isInstanceOf(CloudAccount.Packed.As.class);
        Packing packing = ((CloudAccount.Packed.As) packed).packing();
        Wanted wanted = new Wanted(
                APPLICATION,
                function,
                name,
                artifact(folder, packing),
                function.spec().env(),
                secrets(function));
        assertThat(account.check(wanted, packing)).isEmpty();
        return new Ready(wanted, packing);
    }

    /** Applies it, without anybody listening. */
    protected static Seen apply(CloudAccount account, Ready ready, @Nullable Seen before) {
        return account.apply(ready.wanted(), ready.packing(), before, Progress.NONE);
    }

    /** That it is there, whole. */
    protected static void isAsWanted(CloudAccount account, Ready ready) {
        Seen seen = Objects.requireNonNull(account.find(ready.wanted().name()));
        Map<String, String> settings = account.settings(ready.wanted(), ready.packing());
        assertThat(seen.settings()).isEqualTo(settings);
        assertThat(seen.owner())
                .isEqualTo(new Ownership(
                        APPLICATION,
                        ready.wanted().function().name(),
                        ready.wanted().artifact().hash(),
                        Ownership.hash(settings)));
        assertThat(seen.codeTouched()).isFalse();
        assertThat(seen.state()).isEqualTo(Seen.READY);
        assertThat(seen.target()).isNotNull();
    }

    @Test
    void whatIsAppliedIsThere() throws Exception {
        try (CloudAccount account = open()) {
            Ready one = ready(account, "one", "first", false);
            Seen applied = apply(account, one, null);
            isAsWanted(account, one);
            assertThat(applied.settings()).isEqualTo(account.settings(one.wanted(), one.packing()));
            assertThat(account.list())
                    .filteredOn(each -> each.ownedBy(APPLICATION))
                    .singleElement()
                    .satisfies(each -> assertThat(each.name()).isEqualTo("one"));
        }
    }

    @Test
    void whatIsSoAlreadyIsLeftAlone() throws Exception {
        try (CloudAccount account = open()) {
            Ready one = ready(account, "one", "first", false);
            Seen before = apply(account, one, null);
            forget();
            apply(account, one, before);
            assertThat(sent()).noneMatch(this::changes);
        }
    }

    @Test
    void settingsAloneChangeWithoutAnUpload() throws Exception {
        try (CloudAccount account = open()) {
            Ready one = ready(account, "one", "first", false);
            Seen before = apply(account, one, null);
            long upload = uploaded();
            forget();
            Ready changed = ready(account, "one", "first", true);
            assertThat(changed.wanted().artifact().hash())
                    .isEqualTo(one.wanted().artifact().hash());
            apply(account, changed, before);
            isAsWanted(account, changed);
            assertThat(uploaded()).isLessThan(upload);
        }
    }

    private long uploaded() {
        return sent().stream().mapToLong(each -> each.body().length).max().orElse(0);
    }

    @Test
    void codeChanges() throws Exception {
        try (CloudAccount account = open()) {
            Seen before = apply(account, ready(account, "one", "first", false), null);
            Ready changed = ready(account, "one", "second", false);
            apply(account, changed, before);
            isAsWanted(account, changed);
        }
    }

    @Test
    void whatIsDeletedIsGone() throws Exception {
        try (CloudAccount account = open()) {
            Seen seen = apply(account, ready(account, "one", "first", false), null);
            account.delete(seen, Progress.NONE);
            assertThat(account.find("one")).isNull();
            account.delete(seen, Progress.NONE);
        }
    }

    @Test
    void whatIsNotOursIsSeenAndLeftAlone() throws Exception {
        if (!foreign("theirs")) {
            return;
        }
        try (CloudAccount account = open()) {
            Seen theirs = Objects.requireNonNull(account.find("theirs"));
            assertThat(theirs.owner()).isNull();
            assertThat(account.list()).anyMatch(each -> each.name().equals("theirs") && each.owner() == null);
            Ready ours = ready(account, "theirs", "first", false);
            forget();
            assertThatThrownBy(() -> apply(account, ours, null))
                    .isInstanceOfSatisfying(CloudException.class, failed -> {
                        assertThat(failed.kind()).isEqualTo(CloudException.Kind.INVALID);
                        assertThat(failed).hasMessageContaining("theirs");
                    });
            assertThatThrownBy(() -> account.delete(theirs, Progress.NONE)).isInstanceOf(CloudException.class);
            assertThat(sent()).noneMatch(this::changes);
            Seen still = Objects.requireNonNull(account.find("theirs"));
            assertThat(still.settings()).isEqualTo(theirs.settings());
        }
    }

    @Test
    void whatIsAdoptedIsOursWithNothingElseChanged() throws Exception {
        if (!foreign("theirs")) {
            return;
        }
        try (CloudAccount account = open()) {
            Seen theirs = Objects.requireNonNull(account.find("theirs"));
            Ownership owner = new Ownership(
                    APPLICATION,
                    "theirs",
                    Ownership.hash("code".getBytes(StandardCharsets.UTF_8)),
                    Ownership.hash(theirs.settings()));
            account.adopt(theirs, owner);
            Seen ours = Objects.requireNonNull(account.find("theirs"));
            assertThat(ours.owner()).isEqualTo(owner);
            assertThat(ours.settings()).isEqualTo(theirs.settings());
            assertThat(ours.codeTouched()).isFalse();
        }
    }

    /** Weft ends after any number of its calls, in a creation and in a change; the next apply finishes it. */
    @Test
    void aCrashBetweenAnyTwoCallsIsMendedByTheNextApply() throws Exception {
        boolean whole = false;
        for (int calls = 0; !whole; calls++) {
            assertThat(calls).isLessThan(CALLS_MAX);
            try (CloudAccount account = open()) {
                Ready one = ready(account, "one", "first", false);
                Ready two = ready(account, "one", "second", true);
                boolean created = cutAfter(calls, account, one, null);
                Seen before = account.find("one");
                assertThat(before == null || before.ownedBy(APPLICATION)).isTrue();
                apply(account, one, before);
                isAsWanted(account, one);
                boolean changed = cutAfter(calls, account, two, account.find("one"));
                apply(account, two, account.find("one"));
                isAsWanted(account, two);
                whole = created && changed;
            }
            cleanUp();
        }
    }

    private boolean cutAfter(int calls, CloudAccount account, Ready ready, @Nullable Seen before) {
        return cutAfter(calls, () -> {
            Seen ignored = apply(account, ready, before);
        });
    }

    /** Whether {@code work} needs no more than so many calls; with more it ends after them, as if Weft were gone. */
    protected boolean cutAfter(int calls, Runnable work) {
        callsLeft.set(calls);
        try {
            work.run();
            return true;
        } catch (CutException cut) {
            return false;
        } finally {
            callsLeft.set(Integer.MAX_VALUE);
        }
    }

    @Test
    void noSettingShowsASecret() throws Exception {
        try (CloudAccount account = open()) {
            Ready one = ready(account, "one", "first", false);
            assertThat(one.wanted().env()).isNotEmpty();
            Seen seen = apply(account, one, null);
            for (String secret : one.wanted().env().values()) {
                assertThat(seen.settings().values()).noneMatch(each -> each.contains(secret));
                assertThat(seen.toString()).doesNotContain(secret);
                assertThat(account.permissions(List.of(one.wanted()))).doesNotContain(secret);
            }
        }
    }

    @Test
    void anAccountThatWorksIsExaminedWithoutComplaint() {
        try (CloudAccount account = open()) {
            assertThat(account.examine(APPLICATION)).isNotEmpty().allSatisfy(each -> {
                assertThat(each.works()).describedAs(each.toString()).isTrue();
                environment().values().stream()
                        .filter(value -> value.length() > 20)
                        .forEach(value -> assertThat(each.said()).doesNotContain(value));
            });
        }
    }
}
