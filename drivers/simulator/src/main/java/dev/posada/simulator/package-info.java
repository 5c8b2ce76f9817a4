/** The simulator: the {@code test:///} driver, all in memory. */
@NullMarked
package dev.posada.simulator;

import org.jspecify.annotations.NullMarked;
