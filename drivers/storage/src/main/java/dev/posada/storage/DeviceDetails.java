package dev.posada.storage;

import dev.posada.model.Element;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known of a block device besides what the device itself tells.
 *
 * @param source the {@code <source>}: which parts of which devices it is made of
 * @param capacityBytes its size, where that is not the device's length
 * @param allocationBytes what it takes of its pool, where that is not its size
 * @param format a word for what it is to hold
 * @param backingPath the device it is a snapshot of
 */
record DeviceDetails(
        Optional<Element> source,
        OptionalLong capacityBytes,
        OptionalLong allocationBytes,
        Optional<String> format,
        Optional<String> backingPath) {
    static final DeviceDetails NONE = new DeviceDetails(
            Optional.empty(), OptionalLong.empty(), OptionalLong.empty(), Optional.empty(), Optional.empty());

    /** One part of a device, as documents tell it. */
    static Element extent(long startBytes, long endBytes) {
        return Element.of("extent", "start", Long.toString(startBytes), "end", Long.toString(endBytes));
    }
}
