/** The wire protocol: generated messages, framing, limits. */
@NullMarked
package dev.posada.protocol;

import org.jspecify.annotations.NullMarked;
