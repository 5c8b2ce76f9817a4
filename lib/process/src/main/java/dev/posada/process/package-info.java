/** Starts children that outlive the program that started them, finds them again, keeps their logs. */
@NullMarked
package dev.posada.process;

import org.jspecify.annotations.NullMarked;
