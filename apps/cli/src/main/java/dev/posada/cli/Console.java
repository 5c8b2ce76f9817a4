package dev.posada.cli;

import java.io.PrintStream;

/**
 * Where a command's words go.
 *
 * @param out results
 * @param err complaints
 * @param cancellation whether to end early
 */
record Console(PrintStream out, PrintStream err, Cancellation cancellation) {}
