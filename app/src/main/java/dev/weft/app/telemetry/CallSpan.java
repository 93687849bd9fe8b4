// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A span that was never under way: made whole, from a call that is over. */
record CallSpan(String title, SpanKind kind, Ids ids, Times times, Content content) implements SpanData {
    private static final InstrumentationScopeInfo SCOPE = InstrumentationScopeInfo.create("dev.weft.gateway");

    /** @param parent null for a trace's first span */
    record Ids(String trace, String span, @Nullable String parent) {}

    /** Nanoseconds since 1970. */
    record Times(long began, long ended) {}

    /** What the span says. */
    record Content(Attributes attributes, List<EventData> events, boolean failed, Resource resource) {
        Content {
            events = List.copyOf(events);
        }
    }

    @Override
    public String getName() {
        return title;
    }

    @Override
    public SpanKind getKind() {
        return kind;
    }

    @Override
    public SpanContext getSpanContext() {
        return SpanContext.create(ids.trace(), ids.span(), TraceFlags.getSampled(), TraceState.getDefault());
    }

    @Override
    public SpanContext getParentSpanContext() {
        String parent = ids.parent();
        return parent == null
                ? SpanContext.getInvalid()
                : SpanContext.create(ids.trace(), parent, TraceFlags.getSampled(), TraceState.getDefault());
    }

    @Override
    public StatusData getStatus() {
        return content.failed() ? StatusData.error() : StatusData.unset();
    }

    @Override
    public long getStartEpochNanos() {
        return times.began();
    }

    @Override
    public long getEndEpochNanos() {
        return times.ended();
    }

    @Override
    public Attributes getAttributes() {
        return content.attributes();
    }

    @Override
    public List<EventData> getEvents() {
        return content.events();
    }

    @Override
    public List<LinkData> getLinks() {
        return List.of();
    }

    @Override
    public boolean hasEnded() {
        return true;
    }

    @Override
    public int getTotalRecordedEvents() {
        return content.events().size();
    }

    @Override
    public int getTotalRecordedLinks() {
        return 0;
    }

    @Override
    public int getTotalAttributeCount() {
        return content.attributes().size();
    }

    @Override
    public InstrumentationScopeInfo getInstrumentationScopeInfo() {
        return SCOPE;
    }

    /** What scopes were before; the interface still asks for it. */
    @Override
    @Deprecated
    @SuppressWarnings("deprecation")
    public io.opentelemetry.sdk.common.InstrumentationLibraryInfo getInstrumentationLibraryInfo() {
        return io.opentelemetry.sdk.common.InstrumentationLibraryInfo.create(SCOPE.getName(), null);
    }

    @Override
    public Resource getResource() {
        return content.resource();
    }
}
