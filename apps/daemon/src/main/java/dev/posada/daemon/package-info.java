/** posadad: settings, wiring, service life cycle. */
@NullMarked
package dev.posada.daemon;

import org.jspecify.annotations.NullMarked;
