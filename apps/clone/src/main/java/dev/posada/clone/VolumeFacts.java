package dev.posada.clone;

import dev.posada.client.StorageVolume;
import dev.posada.model.Element;
import dev.posada.xml.Documents;
import java.util.Optional;

/**
 * What a volume's document says.
 *
 * @param type {@code file}, {@code block}, {@code network} and so on
 * @param path where its bytes are
 * @param capacityBytes how much a guest sees
 * @param allocationBytes how much it takes
 * @param format of its bytes; empty where a pool's volumes have none
 * @param backingPath what is below it
 */
record VolumeFacts(
        String type,
        String path,
        long capacityBytes,
        long allocationBytes,
        Optional<String> format,
        Optional<String> backingPath) {

    static VolumeFacts of(StorageVolume volume) {
        return of(Documents.parse(volume.xml()));
    }

    static VolumeFacts of(Element volume) {
        return new VolumeFacts(
                volume.attribute("type", "file"),
                volume.at("target", "path").map(Element::text).orElse(""),
                bytes(volume, "capacity"),
                bytes(volume, "allocation"),
                volume.at("target", "format").flatMap(format -> format.attribute("type")),
                volume.at("backingStore", "path").map(Element::text));
    }

    private static long bytes(Element volume, String name) {
        try {
            return Long.parseLong(volume.childText(name).orElse("0"));
        } catch (NumberFormatException e) {
            throw new CloneException("A volume's " + name + " is no number: "
                    + volume.childText(name).orElse(""));
        }
    }
}
