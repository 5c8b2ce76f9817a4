/** What the host is: its processors, memory and topology. */
@NullMarked
package dev.posada.host;

import org.jspecify.annotations.NullMarked;
