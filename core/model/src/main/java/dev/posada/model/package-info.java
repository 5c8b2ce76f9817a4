/** Immutable values of the virtualization host: identities, definitions, states, events, errors. No I/O. */
@NullMarked
package dev.posada.model;

import org.jspecify.annotations.NullMarked;
