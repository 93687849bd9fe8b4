// SPDX-License-Identifier: Apache-2.0
package dev.weft.testkit;

import dev.weft.api.CloudException;
import dev.weft.api.spi.ImageFolders;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Images that a test has put into folders itself. Counts who uses them. */
public final class FakeImageFolders implements ImageFolders {
    private final Map<String, ImageFolder> images = new ConcurrentHashMap<>();
    private final Map<String, Integer> users = new HashMap<>();

    /** From now on {@code reference} is that one. */
    public void put(String reference, ImageFolder image) {
        images.put(reference, image);
    }

    /** How often it was asked for, and not released since. */
    public synchronized int users(ImageFolder image) {
        return users.getOrDefault(image.digest(), 0);
    }

    @Override
    public synchronized ImageFolder of(String reference) {
        ImageFolder image = images.get(reference);
        if (image == null) {
            throw new CloudException(CloudException.Kind.INVALID, "image " + reference + ": there is none", null);
        }
        users.merge(image.digest(), 1, Integer::sum);
        return image;
    }

    @Override
    public synchronized void release(ImageFolder folder) {
        users.merge(folder.digest(), -1, Integer::sum);
    }
}
