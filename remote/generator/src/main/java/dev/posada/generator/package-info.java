/**
 * Turns the interface files of the wire protocol into Java sources and a plain-text layout.
 *
 * <p>Runs while the {@code protocol} module is built and is no part of the product. Text goes in through
 * {@link dev.posada.generator.InterfaceReader}, becomes the values of {@link dev.posada.generator.InterfaceFile}, and
 * leaves through one class per kind of output. The notation is described in {@code remote/generator/README.md}.
 */
@NullMarked
package dev.posada.generator;

import org.jspecify.annotations.NullMarked;
