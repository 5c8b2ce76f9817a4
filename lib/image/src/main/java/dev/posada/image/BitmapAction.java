package dev.posada.image;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** What is done to a persistent bitmap of a qcow2 image; see {@link Qcow2Images#changeBitmap}. */
public sealed interface BitmapAction {
    /**
     * A new bitmap without bits, which records changes from now on.
     *
     * @param granularityBytes what a bit stands for: a power of two from 512 to 2 GiB; empty for the cluster size, but 4 KiB at
     *     least and 64 KiB at most
     */
    record Add(OptionalLong granularityBytes) implements BitmapAction {}

    /** The bitmap is forgotten, valid or not. */
    record Remove() implements BitmapAction {}

    /** All its bits become zero. */
    record Clear() implements BitmapAction {}

    /** Changes are recorded from now on. */
    record Enable() implements BitmapAction {}

    /** Changes are not recorded any more. */
    record Disable() implements BitmapAction {}

    /**
     * What another bitmap has is added, of whatever granularity.
     *
     * @param source the other one's name
     * @param file the image it is in, of the same size; empty for the same image
     */
    record Merge(String source, Optional<Path> file) implements BitmapAction {}
}
