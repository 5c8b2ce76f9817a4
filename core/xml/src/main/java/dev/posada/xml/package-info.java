/** XML documents to model values and back, with positions in error messages. */
@NullMarked
package dev.posada.xml;

import org.jspecify.annotations.NullMarked;
