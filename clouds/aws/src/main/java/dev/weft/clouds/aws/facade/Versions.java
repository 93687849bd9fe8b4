// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import dev.weft.api.facade.Draft;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Functions.Served;
import dev.weft.api.facade.Versions.Published;
import dev.weft.api.resource.Function;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Versions of a function in Lambda's words, which calls the function as it is now {@value LambdaName#LATEST}. */
final class Versions {
    private Versions() {}

    /** The number of a version as Weft keeps it. */
    static String kept(String version) {
        return version.equals(LambdaName.LATEST) ? dev.weft.api.facade.Versions.LATEST : version;
    }

    /** What {@link #kept} was given. */
    static String shown(String version) {
        return version.equals(dev.weft.api.facade.Versions.LATEST) ? LambdaName.LATEST : version;
    }

    /** What a version is called in Weft. */
    static String name(String function, String version) {
        return dev.weft.api.facade.Versions.name(function, kept(version));
    }

    /** Which version {@code served} is. */
    static String of(Function served) {
        return shown(dev.weft.api.facade.Versions.of(served));
    }

    /** The version that {@code qualifier} means for one call; null where there is no such alias. */
    static @Nullable String meant(Function function, @Nullable String qualifier) {
        String meant = dev.weft.api.facade.Versions.meant(function, qualifier == null ? "" : kept(qualifier));
        return meant == null ? null : shown(meant);
    }

    /** The function itself; null where there is none of that name. */
    static @Nullable Served latest(Functions functions, String namespace, String name) {
        return dev.weft.api.facade.Versions.latest(functions, namespace, name);
    }

    /** The one that {@code name} means, for who wants to see it; null where there is none. An alias stands for its first version. */
    static @Nullable Served find(Functions functions, String namespace, LambdaName name) {
        Served latest = latest(functions, namespace, name.function());
        String qualifier = name.qualifier();
        if (latest == null || name.latest() || qualifier == null) {
            return latest;
        }
        dev.weft.api.facade.Alias alias = dev.weft.api.facade.Alias.of(latest.function(), qualifier);
        return dev.weft.api.facade.Versions.find(
                functions, namespace, name.function(), alias == null ? kept(qualifier) : alias.version());
    }

    /** All of a function, itself first. */
    static List<Served> all(Functions functions, String namespace, String name) {
        return dev.weft.api.facade.Versions.all(functions, namespace, name);
    }

    /** The next version of {@code function}. */
    static Published publish(Draft function, @Nullable String description) {
        Published published = dev.weft.api.facade.Versions.publish(function);
        return description == null
                ? published
                : new Published(published.function(), published.version().with(Described.DESCRIPTION, description));
    }
}
