// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Functions.Edited;
import dev.weft.api.facade.Functions.Served;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Wish;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * How one of Lambda's operations changes a function that is there, and what is told of it.
 *
 * @param region that the client signed for
 */
record Editing(Operation operation, Key key, String region) {
    /** What becomes of a function. */
    @FunctionalInterface
    interface Change {
        Edited of(Draft before) throws Described.Wrong;
    }

    String arn(LambdaName name) {
        return LambdaName.arn(region, key.namespace(), name.function());
    }

    Wish control(LambdaName name, Wish.Work work) {
        return new Wish.Control(key, operation.action(), name.function(), work);
    }

    /** A change, and the answer when it is made. */
    Wish change(LambdaName name, Change change, BiFunction<Functions, Served, FacadeAnswer> done) {
        return control(name, functions -> told(name, edit(functions, name, change), now -> done.apply(functions, now)));
    }

    /** One of the draft alone, which has no answer but that it is made. */
    Wish silently(LambdaName name, Function<Draft, Draft> change) {
        return change(name, before -> new Edited.Put(change.apply(before), null), (_, _) -> nothing());
    }

    Changed edit(Functions functions, LambdaName name, Change change) throws InterruptedException {
        return functions.put(key.namespace(), Names.weft(name.function()), before -> {
            try {
                return before == null ? new Edited.Leave(Answers.absent(arn(name))) : change.of(before);
            } catch (Described.Wrong wrong) {
                return new Edited.Leave(wrong.answer());
            }
        });
    }

    FacadeAnswer told(LambdaName name, Changed changed, Function<Served, FacadeAnswer> done) {
        return switch (changed) {
            case Changed.Done(Served now) -> done.apply(now);
            case Changed.Left(FacadeAnswer answer) -> answer;
            case Changed.Refused refused -> Answers.refused(refused, arn(name));
        };
    }

    static FacadeAnswer nothing() {
        return new FacadeAnswer(204, Headers.none(), new byte[0]);
    }
}
