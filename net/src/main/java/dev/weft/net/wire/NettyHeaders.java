// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.wire;

import dev.weft.api.Headers;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A connection's parsed fields, lent without copying. */
public record NettyHeaders(HttpHeaders netty) implements Headers {
    @Override
    public @Nullable String first(String name) {
        return netty.get(name);
    }

    @Override
    public List<String> all(String name) {
        return netty.getAll(name);
    }

    @Override
    public void forEach(BiConsumer<String, String> field) {
        Iterator<Map.Entry<CharSequence, CharSequence>> fields = netty.iteratorCharSequence();
        while (fields.hasNext()) {
            Map.Entry<CharSequence, CharSequence> each = fields.next();
            field.accept(each.getKey().toString(), each.getValue().toString());
        }
    }

    @Override
    public int size() {
        return netty.size();
    }

    @Override
    public boolean has(String name) {
        return netty.contains(name);
    }
}
