// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import dev.weft.adapters.CompiledClass;
import java.io.IOException;
import java.lang.classfile.ClassModel;
import java.lang.reflect.AccessFlag;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The code of an action in Java: a folder with classes, jars beside them and in its {@code lib}, or one jar. Nothing is loaded. */
final class JavaAction {
    /** A class and, after a mark, its method. */
    static final String HANDLER =
            "[\\p{L}_$][\\p{L}\\p{N}_$]*(?:\\.[\\p{L}_$][\\p{L}\\p{N}_$]*)*(?:#[\\p{L}_$][\\p{L}\\p{N}_$]*)?";

    static final String RULE =
            "must be a class, for example com.example.Hello, or com.example.Hello#greet where its method is not called main";

    private static final String DESCRIPTOR = "(Lcom/google/gson/JsonObject;)Lcom/google/gson/JsonObject;";

    private JavaAction() {}

    /**
     * Why {@code main} can't be called; null where it can.
     *
     * @param kind the Java that OpenWhisk would run it on; 0 where the document leaves that to it
     */
    static @Nullable String lacks(Path code, String main, int kind) {
        int mark = main.indexOf('#');
        String type = mark < 0 ? main : main.substring(0, mark);
        try {
            CompiledClass found = CompiledClass.find(code, type);
            if (found == null) {
                return "there is no class %s in the function's folder, in a jar in it or in its lib; is it compiled?"
                        .formatted(type);
            }
            if (kind > 0 && found.release() > kind) {
                return "class %s is compiled for Java %d, and kind java:%d runs Java %d"
                        .formatted(type, found.release(), kind, kind);
            }
            String tooNew = found.tooNew();
            return tooNew != null
                    ? tooNew
                    : noMethod(found.read(), type, mark < 0 ? ActionRuntime.MAIN : main.substring(mark + 1));
        } catch (IOException | IllegalArgumentException unreadable) {
            return "class %s can't be read: %s".formatted(type, unreadable.getMessage());
        }
    }

    private static @Nullable String noMethod(ClassModel model, String type, String method) {
        boolean there = model.methods().stream()
                .anyMatch(each -> each.methodName().equalsString(method)
                        && each.methodType().equalsString(DESCRIPTOR)
                        && each.flags().has(AccessFlag.PUBLIC)
                        && each.flags().has(AccessFlag.STATIC));
        // OpenWhisk's runtime will look there too
        return there || CompiledClass.inherits(model)
                ? null
                : "class %s has no method public static JsonObject %s(JsonObject), of com.google.gson"
                        .formatted(type, method);
    }
}
