/** The contracts that drivers implement, one small interface per ability. */
@NullMarked
package dev.posada.driver;

import org.jspecify.annotations.NullMarked;
