// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.pack;

import dev.weft.api.CloudException;
import dev.weft.api.account.ImagePlan;
import dev.weft.api.account.ImageStore;
import dev.weft.api.account.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Keeps in memory which images were pushed and what was in them; denies where told. */
public final class FakeImages implements ImageStore {
    /** Every plan that was pushed. */
    public final List<ImagePlan> pushed = new CopyOnWriteArrayList<>();

    /** What their files held, as name and text. */
    public final List<List<String>> contents = new CopyOnWriteArrayList<>();

    /** Whether a push is denied. */
    public volatile boolean denying;

    private final Map<String, String> there = new ConcurrentHashMap<>();

    @Override
    public @Nullable String find(String repository, String tag) {
        return there.get(repository + ':' + tag);
    }

    @Override
    public String push(ImagePlan plan, Progress progress) {
        if (denying) {
            throw new CloudException(CloudException.Kind.DENIED, "pushing is denied", null);
        }
        List<String> files = new ArrayList<>();
        for (ImagePlan.Entry each : plan.files()) {
            try {
                files.add(each.name() + (each.program() ? "* " : " ") + Files.readString(each.content()));
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
        pushed.add(plan);
        contents.add(files);
        String digest = "sha256:" + "%064x".formatted(pushed.size());
        there.put(plan.repository() + ':' + plan.tag(), digest);
        return digest;
    }
}
