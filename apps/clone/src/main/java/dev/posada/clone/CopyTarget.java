package dev.posada.clone;

import dev.posada.client.StoragePool;
import dev.posada.client.StorageVolume;
import dev.posada.model.Element;
import java.nio.file.Path;
import java.util.Optional;

/** Where a disk of the clone will be, and how that comes about. */
sealed interface CopyTarget {
    /** Where it will be. */
    String path();

    /** The type of disk that makes: {@code file}, {@code block} or {@code dir}. */
    String type();

    /** Storage that is there, and stays as it is. */
    record Existing(String path, String type) implements CopyTarget {}

    /**
     * A volume with the content of another.
     *
     * @param volume its document
     * @param reflink whether both are to share blocks
     * @param preallocate whether an image's tables are made in advance
     */
    record CopiedVolume(
            String path,
            String type,
            StoragePool pool,
            Element volume,
            long capacityBytes,
            StorageVolume from,
            boolean reflink,
            boolean preallocate)
            implements CopyTarget {}

    /**
     * A volume whose file is the same as another's, byte for byte: the way when QEMU holds the original's image, which the
     * daemon then does not open to copy what is in it.
     *
     * @param volume its document, of a plain file of that size
     */
    record SameFile(String path, String type, StoragePool pool, Element volume, long sizeBytes, StorageVolume from)
            implements CopyTarget {}

    /**
     * A volume whose image lies over the original's.
     *
     * @param volume its document
     * @param base the original's volume
     */
    record Overlay(String path, String type, StoragePool pool, Element volume, long capacityBytes, StorageVolume base)
            implements CopyTarget {}

    /**
     * A file or device of this host, copied by us: the daemon's storage does not know the original.
     *
     * @param sparse whether stretches of zeroes become holes
     */
    record LocalCopy(String path, String type, Path from, long sizeBytes, boolean sparse) implements CopyTarget {}

    /** The format the clone's definition must name, when it is not the original's. */
    default Optional<String> format() {
        return this instanceof Overlay ? Optional.of("qcow2") : Optional.empty();
    }
}
