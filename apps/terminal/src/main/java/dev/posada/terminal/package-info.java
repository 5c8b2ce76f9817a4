/** What commands share: where their words go, tables, JSON, progress, the terminal itself. */
@NullMarked
package dev.posada.terminal;

import org.jspecify.annotations.NullMarked;
