// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.FacadeListener;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.HttpRoute;
import dev.weft.api.resource.Limit;
import dev.weft.api.resource.Service;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One application, as its documents say.
 *
 * @param facades their files are absolute
 * @param code the absolute folder of each function's code, unpacked where it is a zip file, by the function's name
 * @param env the environment of each function with every reference resolved, by the function's name: may hold secrets
 * @param secrets which of its variables are secrets, by the function's name
 * @param files the documents that were read, and the zip files of code
 */
public record Application(
        List<Cloud> clouds,
        List<Function> functions,
        List<HttpRoute> routes,
        List<Service> services,
        List<Limit> limits,
        List<FacadeListener> facades,
        Map<String, Path> code,
        Map<String, Map<String, String>> env,
        Map<String, Set<String>> secrets,
        Set<Path> files) {
    /** Nothing is there yet. */
    public static final Application EMPTY = new Application(
            List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), Map.of(), Map.of(), Map.of(), Set.of());

    public Application {
        clouds = List.copyOf(clouds);
        functions = List.copyOf(functions);
        routes = List.copyOf(routes);
        limits = List.copyOf(limits);
        services = List.copyOf(services);
        facades = List.copyOf(facades);
        code = Map.copyOf(code);
        env = Map.copyOf(env);
        secrets = Map.copyOf(secrets);
        files = Set.copyOf(files);
    }

    /** The function of that name; null where there is none. */
    public @Nullable Function function(String name) {
        return functions.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** The same where every function has limits, as what runs or calls them must: see {@link Function.Spec#bounded}. */
    public Application bounded() {
        if (functions.stream().allMatch(each -> each.spec().open().isEmpty())) {
            return this;
        }
        List<Function> all = functions.stream()
                .map(each -> new Function(each.metadata(), each.spec().bounded()))
                .toList();
        return new Application(clouds, all, routes, services, limits, facades, code, env, secrets, files);
    }

    /** Names only: documents and environments may hold secrets. */
    @Override
    public String toString() {
        return "Application[clouds " + clouds.stream().map(Cloud::name).toList() + ", functions "
                + functions.stream().map(Function::name).toList() + ", routes "
                + routes.stream().map(HttpRoute::name).toList() + ", services "
                + services.stream().map(Service::name).toList() + ", limits "
                + limits.stream().map(Limit::name).toList() + ", env redacted]";
    }
}
