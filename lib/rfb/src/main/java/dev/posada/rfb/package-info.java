/** The client's side of RFB, the protocol of VNC: handshake, encodings, keys, pointer, clipboard. */
@NullMarked
package dev.posada.rfb;

import org.jspecify.annotations.NullMarked;
