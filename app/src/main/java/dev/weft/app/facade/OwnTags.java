// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facade;

import dev.weft.api.LogLine;
import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.Facade;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Shelf;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The functions as one façade shows them. Another Weft that deploys here writes whose a function is into its tags; who deploys by
 * several façades would find the same function on each, his own and wanted on one of them only, and take it away. So such tags
 * are shown where they were written: by the façade that the function was made through.
 */
final class OwnTags implements Functions {
    private static final String OURS = "weft.dev/";

    private final String home;
    private final Functions all;

    OwnTags(Facade facade, Functions all) {
        this.home = facade.vendor();
        this.all = all;
    }

    private Served shown(Served served) {
        Function function = served.function();
        Metadata metadata = function.metadata();
        boolean here = home.equals(metadata.annotations().get(Draft.HOME));
        if (here || metadata.labels().keySet().stream().noneMatch(each -> each.startsWith(OURS))) {
            return served;
        }
        Map<String, String> labels = new TreeMap<>(metadata.labels());
        labels.keySet().removeIf(each -> each.startsWith(OURS));
        Metadata without =
                new Metadata(metadata.name(), metadata.namespace(), Map.copyOf(labels), metadata.annotations());
        return new Served(new Function(without, function.spec()), served.changed(), served.code(), served.codeBytes());
    }

    private Changed shown(Changed changed) {
        return changed instanceof Changed.Done(Served now) ? new Changed.Done(shown(now)) : changed;
    }

    @Override
    public Shelf shelf() {
        return all.shelf();
    }

    @Override
    public List<Served> list(String namespace) {
        return all.list(namespace).stream().map(this::shown).toList();
    }

    @Override
    public @Nullable Served find(String namespace, String name) {
        Served found = all.find(namespace, name);
        return found == null ? null : shown(found);
    }

    @Override
    public @Nullable Object state() {
        return all.state();
    }

    @Override
    public List<Served> versions(String namespace, String name) {
        return all.versions(namespace, name).stream().map(this::shown).toList();
    }

    @Override
    public Changed put(String namespace, String name, Edit edit) throws InterruptedException {
        return shown(all.put(namespace, name, edit));
    }

    @Override
    public Changed delete(String namespace, String name) throws InterruptedException {
        return shown(all.delete(namespace, name));
    }

    @Override
    public Changed.@Nullable Refused stage(String namespace, String id, byte[] zip) {
        return all.stage(namespace, id, zip);
    }

    @Override
    public byte @Nullable [] staged(String namespace, String id) {
        return all.staged(namespace, id);
    }

    @Override
    public void unstage(String namespace, String id) {
        all.unstage(namespace, id);
    }

    @Override
    public byte @Nullable [] code(String namespace, String name) {
        return all.code(namespace, name);
    }

    @Override
    public List<LogLine> logs(String namespace, String name, int linesMax) {
        return all.logs(namespace, name, linesMax);
    }

    @Override
    public String logTail(String namespace, String function, String invocation) {
        return all.logTail(namespace, function, invocation);
    }
}
