/** Makes the Java messages of the wire protocol from the interface files. */
@NullMarked
package dev.posada.generator;

import org.jspecify.annotations.NullMarked;
