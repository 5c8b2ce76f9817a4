/** Black-box tests with real clients and real guests. */
@NullMarked
package dev.posada.system;

import org.jspecify.annotations.NullMarked;
