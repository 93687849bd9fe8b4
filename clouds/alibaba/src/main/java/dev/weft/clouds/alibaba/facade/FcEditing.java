// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.facade;

import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Functions.Edited;
import dev.weft.api.facade.Functions.Served;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Versions;
import dev.weft.api.facade.Wish;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How an operation shows or changes a function that is there, and what is told of it.
 *
 * @param names of the path: the function's, and what is named within it
 */
record FcEditing(Key key, String action, String name, List<String> names) {
    /** What becomes of a function. */
    @FunctionalInterface
    interface Change {
        Edited of(Draft before) throws FcPut.Wrong;
    }

    String namespace() {
        return key.namespace();
    }

    Wish control(Wish.Work work) {
        return new Wish.Control(key, action, name, work);
    }

    /** What there is to see of it. */
    Wish show(BiFunction<Functions, Served, FacadeAnswer> shown) {
        return control(functions -> {
            Served found = Versions.latest(functions, namespace(), name);
            return found == null ? FcError.noFunction(name).answer() : shown.apply(functions, found);
        });
    }

    /** A change, and the answer when it is made. */
    Wish change(Change change, BiFunction<Functions, Served, FacadeAnswer> done) {
        return edit(_ -> change, done);
    }

    /** A change that depends on other functions too. */
    Wish edit(Function<Functions, Change> change, BiFunction<Functions, Served, FacadeAnswer> done) {
        return control(functions -> FcFunctions.told(
                name,
                functions.put(namespace(), Names.weft(name), before -> edited(before, change.apply(functions))),
                now -> done.apply(functions, now)));
    }

    private Edited edited(@Nullable Draft before, Change change) {
        if (before == null
                || !before.annotations().getOrDefault(Draft.NAME, before.name()).equals(name)) {
            return new Edited.Leave(FcError.noFunction(name).answer());
        }
        try {
            return change.of(before);
        } catch (FcPut.Wrong wrong) {
            return new Edited.Leave(wrong.error().answer());
        }
    }
}
