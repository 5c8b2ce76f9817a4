package dev.posada.terminal;

import java.io.InputStream;
import java.io.PrintStream;

/**
 * Where a command's words come from and go to.
 *
 * @param in what the user or a pipe gives
 * @param out results, and nothing else
 * @param err complaints
 * @param cancellation whether to end early
 */
public record Console(InputStream in, PrintStream out, PrintStream err, Cancellation cancellation) {}
