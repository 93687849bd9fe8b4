// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.resource;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a document's field means and allows. The reader checks it; the JSON Schema and the reference page say it. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Field {
    /** One sentence for a user. */
    String doc();

    /** Whether leaving it out is a mistake. */
    boolean required() default false;

    /** The value, as written in YAML, that stands when it is left out; none by default. */
    String fallback() default "";

    /** A regular expression that the whole text must match (for a map: every key); none by default. */
    String pattern() default "";

    /** What {@link #pattern} asks for, in words. */
    String patternSays() default "";

    /** Least value of a number, in milliseconds for a duration, in bytes for a quantity. */
    long min() default Long.MIN_VALUE;

    /** Greatest value of a number, in milliseconds for a duration, in bytes for a quantity; most items of a list. */
    long max() default Long.MAX_VALUE;

    /** Whether 0 is allowed below {@link #min} too, and means that the cloud decides. */
    boolean open() default false;

    /** Whether its values may be secrets: no message, log or text shows them. */
    boolean secret() default false;

    /** Why a value other than absent is refused for now; empty where it works. The field stays in the schema. */
    String refused() default "";
}
