/** The arrows of the house and its tidy rules, as tests. */
@NullMarked
package dev.posada.architecture;

import org.jspecify.annotations.NullMarked;
