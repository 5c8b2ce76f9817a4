/** {@code virt-viewer}: a window on a domain's screen and consoles. */
@NullMarked
package dev.posada.viewer;

import org.jspecify.annotations.NullMarked;
