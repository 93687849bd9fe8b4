// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import dev.weft.api.facade.Draft;
import dev.weft.api.resource.Function;
import dev.weft.clouds.azure.call.Route;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A function of Weft's as the app that it is for Azure's clients: an app with one function. Pure. */
record AppView(Function function) {
    private static final String PREFIX = "azure.weft.dev/";

    /** Annotation: the resource group that its maker named. */
    static final String GROUP = PREFIX + "resource-group";

    /** Annotation: the location that its maker named. */
    static final String LOCATION = PREFIX + "location";

    /** Annotation: runtime in Weft's words. Every app that Azure's clients made has one. */
    static final String RUNTIME = PREFIX + "runtime";

    /** Annotation: the function within the app. */
    static final String FUNCTION = PREFIX + "function";

    /** Annotation: its bindings, an array of JSON. */
    static final String BINDINGS = PREFIX + "bindings";

    /** Annotation: the path that its trigger answers, with the app's prefix. */
    static final String ROUTE = PREFIX + "route";

    /** Annotation of an app that nobody has deployed code to: what stands in for it until then. */
    static final String EMPTY = PREFIX + "no-code";

    /** Resource group and location of what other clients made. */
    static final String WEFT = "weft";

    private String said(String annotation, String fallback) {
        return function.metadata().annotations().getOrDefault(annotation, fallback);
    }

    String name() {
        return Draft.shownName(function);
    }

    String group() {
        return said(GROUP, WEFT);
    }

    String location() {
        return said(LOCATION, WEFT);
    }

    boolean empty() {
        return function.metadata().annotations().containsKey(EMPTY);
    }

    /** What its function is called within the app. */
    String functionName() {
        String handler = function.spec().handler();
        return said(
                FUNCTION,
                handler == null || function.spec().contract() != Function.Contract.AZURE_FUNCTIONS ? name() : handler);
    }

    /** Its bindings; those of an HTTP trigger where they are not known. */
    String bindings() {
        return said(
                BINDINGS,
                "[{\"type\":\"httpTrigger\",\"direction\":\"in\",\"name\":\"req\",\"authLevel\":\"function\"},"
                        + "{\"type\":\"http\",\"direction\":\"out\",\"name\":\"$return\"}]");
    }

    /** The path that calls it, without the slash before it. */
    String route() {
        return said(ROUTE, "api/" + functionName());
    }

    /** Whether a path can be one of its: of a function whose route is not known, every one. */
    boolean answers(String path) {
        String route = function.metadata().annotations().get(ROUTE);
        return route == null || Route.of("", route).fit(path) != null;
    }

    /** The runtime as Azure writes it. */
    String stack() {
        String runtime = said(RUNTIME, "");
        if (runtime.isEmpty() && function.spec().contract() == Function.Contract.AZURE_FUNCTIONS) {
            @Nullable String own = function.spec().runtime();
            runtime = own == null ? "" : own;
        }
        return stack(runtime);
    }

    /** {@code Node|20} of node20. */
    static String stack(String runtime) {
        String version = runtime.replaceAll("[^0-9]", "");
        String language = runtime.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
        return version.isEmpty()
                ? ""
                : Map.of("node", "Node", "nodejs", "Node", "java", "Java").getOrDefault(language, language)
                        + '|'
                        + version;
    }

    /** The word of {@code FUNCTIONS_WORKER_RUNTIME}; empty of what other contracts run. */
    String language() {
        String stack = stack();
        String word = stack.contains("|") ? stack.substring(0, stack.indexOf('|')) : "";
        return said(RUNTIME, "").equals("custom") ? "custom" : word.toLowerCase(Locale.ROOT);
    }
}
