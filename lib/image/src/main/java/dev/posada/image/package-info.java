/**
 * Disk images in plain Java: {@link dev.posada.image.Images} recognises, describes, creates and opens them; an open one is a
 * {@link dev.posada.image.Disk}, whatever its format and however long its backing chain.
 *
 * {@snippet :
 * Images.create(Path.of("disk.qcow2"), CreateRequest.of(Format.QCOW2, 10L << 30));
 * try (var disk = Images.open(Path.of("disk.qcow2"), OpenOptions.WRITING.withFormat(Format.QCOW2))) {
 *     disk.write(0, ByteBuffer.wrap(bootSector));
 *     disk.flush();
 * }
 * }
 */
@NullMarked
package dev.posada.image;

import org.jspecify.annotations.NullMarked;
