/** Drives QEMU: capabilities, command line, monitor, life cycle. */
@NullMarked
package dev.posada.qemu;

import org.jspecify.annotations.NullMarked;
