/** {@code posada doctor}: what this host can run, and what is missing for the rest. Looks and changes nothing. */
@NullMarked
package dev.posada.doctor;

import org.jspecify.annotations.NullMarked;
