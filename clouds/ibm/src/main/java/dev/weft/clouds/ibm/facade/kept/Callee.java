// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade.kept;

import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Functions.Served;
import dev.weft.api.facade.Names;
import dev.weft.api.resource.Function;
import dev.weft.clouds.ibm.ActionName;
import dev.weft.clouds.ibm.BoundParameters;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an action's name means: a function, or a sequence. Pure but for what it asks {@link Functions}.
 *
 * @param name without namespace, with its package if it has one
 * @param served the function; null where it is a sequence
 * @param sequence null where it is a function
 * @param defaults parameters that a call has unless it brings its own: of the package, and of a sequence; those of a function it has
 *     itself
 */
public record Callee(
        String name, @Nullable Served served, @Nullable Entity sequence, ObjectNode defaults) {
    /** Null where there is none, or where its package is not there. */
    public static @Nullable Callee find(Functions functions, String namespace, String name) {
        ObjectNode shared = JsonMapper.shared().createObjectNode();
        if (ActionName.packaged(name)) {
            Entity pack = Entity.find(functions.shelf(), namespace, Kind.PACKAGE, ActionName.pack(name));
            if (pack == null) {
                return null;
            }
            shared = pack.parameters();
        }
        Served served = function(functions, namespace, name);
        if (served != null) {
            return new Callee(name, served, null, without(shared, served.function()));
        }
        Entity sequence = Entity.find(functions.shelf(), namespace, Kind.SEQUENCE, name);
        return sequence == null ? null : new Callee(name, null, sequence, Entity.merged(shared, sequence.parameters()));
    }

    /** The function that is called exactly so; null where there is none. */
    public static @Nullable Served function(Functions functions, String namespace, String name) {
        Served served = functions.find(namespace, Names.weft(name));
        return served == null || !ActionName.of(served.function()).equals(name) ? null : served;
    }

    private static ObjectNode without(ObjectNode shared, Function function) {
        ObjectNode bound = BoundParameters.of(function).values();
        if (bound != null) {
            bound.propertyNames().forEach(shared::remove);
        }
        return shared;
    }

    /** What an event for it has as its function. */
    public String target() {
        return sequence == null ? Names.weft(name) : Kind.SEQUENCE.event(name);
    }

    /** Whether it would be in a package that is not there. */
    public static boolean homeless(Functions functions, String namespace, String name) {
        return ActionName.packaged(name)
                && functions.shelf().find(namespace, Kind.PACKAGE.shelf(), ActionName.pack(name)) == null;
    }

    /** What an event for it carries: a sequence adds its own parameters when it begins. */
    public byte[] carried(byte[] parameters) {
        return sequence == null ? payload(parameters) : parameters;
    }

    /** What a call with these parameters carries, a JSON object; without others' parameters byte for byte the same. */
    public byte[] payload(byte[] parameters) {
        return defaults.isEmpty() ? parameters : Entity.bytes(Entity.merged(defaults, Entity.object(parameters)));
    }
}
