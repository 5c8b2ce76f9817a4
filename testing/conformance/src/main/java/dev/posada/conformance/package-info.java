/** What every driver must do: one suite, keyed by declared abilities. */
@NullMarked
package dev.posada.conformance;

import org.jspecify.annotations.NullMarked;
