// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.placement;

import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Quantity;
import dev.weft.api.resource.Spelling;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** What calls cost on a cloud: its document's word, else that of the list in {@code prices.yaml} for its account, else for its type. */
public final class ListPrices {
    private static final Set<String> KEYS = Set.of(
            "perMillionCalls",
            "perGbSecond",
            "perCpuSecond",
            "cpusPerGb",
            "timeStepMillis",
            "timeMinMillis",
            "memoryStepMi");

    private final String date;
    private final Map<String, Cloud.Price> byType;

    private ListPrices(String date, Map<String, Cloud.Price> byType) {
        this.date = date;
        this.byType = byType;
    }

    /** A price, and in a few words who says so. @param price null where nobody does */
    public record Priced(Cloud.@Nullable Price price, String from) {}

    private static final class Shipped {
        static final ListPrices LIST = read();
    }

    /** The list that came with this Weft. */
    public static ListPrices shipped() {
        return Shipped.LIST;
    }

    /** The day the list was made, as in {@code 2026-11-22}. */
    public String date() {
        return date;
    }

    /** What calls cost on {@code cloud}. */
    public Priced of(Cloud cloud) {
        Cloud.Price own = cloud.spec().price();
        if (own != null) {
            return new Priced(own, "spec.price");
        }
        if (cloud.spec().premises()) {
            return new Priced(Cloud.Price.NOTHING, "premises");
        }
        String type = Spelling.Words.of(cloud.spec().type());
        for (Map.Entry<String, String> each : cloud.spec().account().entrySet()) {
            String entry = each.getKey() + '.' + each.getValue().toLowerCase(Locale.ROOT);
            Cloud.Price particular = byType.get(type + '.' + entry);
            if (particular != null) {
                return new Priced(particular, type + '.' + entry + " list price of " + date);
            }
        }
        Cloud.Price listed = byType.get(type);
        return listed == null
                ? new Priced(null, "no list price for type " + type)
                : new Priced(listed, type + " list price of " + date);
    }

    private static ListPrices read() {
        LoadSettings settings = LoadSettings.builder()
                .setSchema(new CoreSchema())
                .setLabel("prices.yaml")
                .build();
        try (InputStream file = ListPrices.class.getResourceAsStream("prices.yaml")) {
            if (file == null) {
                throw new IllegalStateException("prices.yaml is not in the jar");
            }
            Map<?, ?> list = map(new Load(settings).loadFromInputStream(file));
            Map<String, Cloud.Price> byType = new HashMap<>();
            map(list.get("prices")).forEach((type, price) -> byType.put(String.valueOf(type), price(map(price))));
            return new ListPrices(String.valueOf(list.get("date")), Map.copyOf(byType));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Map<?, ?> map(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new IllegalStateException("prices.yaml: a map should be where there is " + value);
    }

    private static Cloud.Price price(Map<?, ?> fields) {
        Set<Object> unknown = new HashSet<>(fields.keySet());
        unknown.removeAll(KEYS);
        if (!unknown.isEmpty()) {
            throw new IllegalStateException("prices.yaml: unknown keys " + unknown);
        }
        return new Cloud.Price(
                decimal(fields.get("perMillionCalls")),
                decimal(fields.get("perGbSecond")),
                decimal(fields.get("perCpuSecond")),
                decimal(fields.get("cpusPerGb")),
                Duration.ofMillis(whole(fields.get("timeStepMillis"), 1)),
                Duration.ofMillis(whole(fields.get("timeMinMillis"), 0)),
                new Quantity(whole(fields.get("memoryStepMi"), 1) << 20));
    }

    private static BigDecimal decimal(@Nullable Object number) {
        return number == null ? BigDecimal.ZERO : new BigDecimal(String.valueOf(number));
    }

    private static long whole(@Nullable Object number, long absent) {
        return number == null ? absent : Long.parseLong(String.valueOf(number));
    }
}
