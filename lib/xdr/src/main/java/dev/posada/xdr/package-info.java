/** Reads and writes XDR (RFC 4506) values within stated limits. */
@NullMarked
package dev.posada.xdr;

import org.jspecify.annotations.NullMarked;
