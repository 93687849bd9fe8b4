// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import dev.weft.api.resource.Function;
import dev.weft.api.resource.Function.Placement;
import dev.weft.api.resource.Function.Placement.Choice;
import dev.weft.control.Application;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * From one application to the next without a failed call: first everything new beside everything old, then the gateway
 * turns, then what is not wanted any more goes.
 */
final class Handover {
    private Handover() {}

    /** {@code wanted}, and what of {@code before} the gateway still sends calls to; {@code wanted} itself if that is all. */
    static Application between(Application before, Application wanted) {
        Map<String, Function> old = byName(before);
        Map<String, Function> now = byName(wanted);
        List<Function> functions = new ArrayList<>();
        Map<String, Path> code = new HashMap<>(wanted.code());
        Map<String, Map<String, String>> env = new HashMap<>(wanted.env());
        Map<String, Set<String>> secrets = new HashMap<>(wanted.secrets());
        for (Function function : wanted.functions()) {
            Function itself = old.get(function.name());
            functions.add(itself == null ? function : alsoOn(itself.spec().placement(), function));
        }
        for (Function gone : before.functions()) {
            if (!now.containsKey(gone.name())) {
                functions.add(gone);
                code.computeIfAbsent(gone.name(), before.code()::get);
                env.computeIfAbsent(gone.name(), name -> before.env().getOrDefault(name, Map.of()));
                secrets.computeIfAbsent(gone.name(), name -> before.secrets().getOrDefault(name, Set.of()));
            }
        }
        return functions.equals(wanted.functions())
                ? wanted
                : new Application(
                        wanted.clouds(),
                        functions,
                        wanted.routes(),
                        wanted.services(),
                        wanted.limits(),
                        wanted.facades(),
                        code,
                        env,
                        secrets,
                        wanted.files());
    }

    private static Map<String, Function> byName(Application application) {
        Map<String, Function> byName =
                HashMap.newHashMap(application.functions().size());
        application.functions().forEach(each -> byName.put(each.name(), each));
        return byName;
    }

    private static Function alsoOn(Placement old, Function function) {
        Function.Spec spec = function.spec();
        List<Choice> clouds = new ArrayList<>(spec.placement().clouds());
        Set<String> named = new HashSet<>(clouds.stream().map(Choice::name).toList());
        old.clouds().stream().filter(each -> named.add(each.name())).forEach(clouds::add);
        if (clouds.size() == spec.placement().clouds().size()) {
            return function;
        }
        Placement both = new Placement(
                spec.placement().strategy(), clouds, spec.placement().require());
        return new Function(function.metadata(), spec.with(both));
    }
}
