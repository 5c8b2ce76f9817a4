/** Foreign-function bindings for the few native calls the JDK lacks. */
@NullMarked
package dev.posada.posix;

import org.jspecify.annotations.NullMarked;
