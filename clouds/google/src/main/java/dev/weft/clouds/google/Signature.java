// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google;

import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a function is called with; Google's own variable {@value #VARIABLE} says it. */
enum Signature {
    /** Request and response. */
    HTTP(GoogleHost.REQUEST_BYTES_MAX),
    /** A request whose body the framework reads, and whose answer it writes; not in Node.js. */
    TYPED(GoogleHost.REQUEST_BYTES_MAX),
    /** A CloudEvent. */
    CLOUDEVENT(GoogleHost.EVENT_BYTES_MAX),
    /** Data and context of the first generation's background functions, which the framework makes of a CloudEvent. */
    EVENT(GoogleHost.LEGACY_EVENT_BYTES_MAX);

    static final String VARIABLE = "FUNCTION_SIGNATURE_TYPE";

    private final long eventBytesMax;

    Signature(long eventBytesMax) {
        this.eventBytesMax = eventBytesMax;
    }

    /** What the document says; null where it says nothing, or nothing that Google knows. */
    static @Nullable Signature said(Function function) {
        String value = function.spec().env().get(VARIABLE);
        return of(GoogleRuntime.of(function)).stream()
                .filter(each -> each.word().equals(value))
                .findFirst()
                .orElse(null);
    }

    /** Those that a language has. */
    static List<Signature> of(@Nullable GoogleRuntime runtime) {
        boolean node = runtime != null && runtime.language() == ContractHost.Language.NODE;
        return Arrays.stream(values()).filter(each -> !node || each != TYPED).toList();
    }

    /** Those that a language has, for a sentence. */
    static String words(@Nullable GoogleRuntime runtime) {
        return of(runtime).stream().map(Signature::word).collect(Collectors.joining(", "));
    }

    /** The variable's value. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether an HTTP exchange means nothing to it. */
    boolean eventsOnly() {
        return this == CLOUDEVENT || this == EVENT;
    }

    /** Bytes of an event at most. */
    long eventBytesMax() {
        return eventBytesMax;
    }
}
