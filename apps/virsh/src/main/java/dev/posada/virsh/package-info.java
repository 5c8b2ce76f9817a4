/** {@code virsh}: libvirt's command shell, on our own client. */
@NullMarked
package dev.posada.virsh;

import org.jspecify.annotations.NullMarked;
