/** The command {@code posada}: parses, calls the library, prints. */
@NullMarked
package dev.posada.cli;

import org.jspecify.annotations.NullMarked;
