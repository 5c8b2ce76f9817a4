/** QEMU's machine protocol: greeting, commands, events. */
@NullMarked
package dev.posada.qmp;

import org.jspecify.annotations.NullMarked;
