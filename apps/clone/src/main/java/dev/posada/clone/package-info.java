/** {@code virt-clone}: a second domain from a first one, with copies of its disks. */
@NullMarked
package dev.posada.clone;

import org.jspecify.annotations.NullMarked;
