/** {@code virt-install} and {@code virt-xml}: from a command line to a domain's document and an installed guest. */
@NullMarked
package dev.posada.install;

import org.jspecify.annotations.NullMarked;
