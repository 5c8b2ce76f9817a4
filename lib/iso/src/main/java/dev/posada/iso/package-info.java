/** Reads and writes ISO 9660 images, with the Rock Ridge and Joliet extensions. */
@NullMarked
package dev.posada.iso;

import org.jspecify.annotations.NullMarked;
