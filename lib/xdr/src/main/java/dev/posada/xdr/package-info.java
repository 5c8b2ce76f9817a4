/**
 * Reads and writes values in External Data Representation (RFC 4506), the encoding of libvirt's remote protocol.
 *
 * <p>Everything is big endian and fills a multiple of four bytes. Each variable-length value is read and written under
 * a limit the caller states, and a declared length is believed only when the input is long enough to hold it, so a
 * hostile message can never make the reader allocate more than a small multiple of the message's own size.
 *
 * {@snippet :
 * var writer = new XdrWriter(1024);
 * writer.string("guest", 256);
 * writer.optional(true);
 * writer.int32(7);
 *
 * var reader = XdrReader.of(writer.toByteArray());
 * String name = reader.string(256);
 * int flags = reader.optional() ? reader.int32() : 0;
 * }
 */
@NullMarked
package dev.posada.xdr;

import org.jspecify.annotations.NullMarked;
