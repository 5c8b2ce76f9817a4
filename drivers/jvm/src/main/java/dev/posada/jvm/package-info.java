/** Runs Java programs as domains. */
@NullMarked
package dev.posada.jvm;

import org.jspecify.annotations.NullMarked;
