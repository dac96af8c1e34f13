package io.bessemer.api.wire;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The microversion from which a resource, or one of its methods, exists. An annotation on the method wins over the class's.
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Since {
    /// the minor number
    int value();

    /// What an older client is answered. Most resources hide as 404; IRONIC.md §1.13 lists those that differ.
    int otherwise() default 404;
}
