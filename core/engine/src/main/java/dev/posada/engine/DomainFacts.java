package dev.posada.engine;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.util.List;
import java.util.UUID;

/**
 * What is asked of a definition so often that it is not looked up in the document each time.
 *
 * @param name the domain's name
 * @param uuid the domain's uuid
 * @param osType what runs inside
 * @param maxMemoryKib memory it may have
 * @param memoryKib memory it starts with
 * @param maxVcpus processors it may have
 * @param vcpus processors it starts with
 * @param disks its disks in order
 */
record DomainFacts(
        String name,
        UUID uuid,
        String osType,
        long maxMemoryKib,
        long memoryKib,
        int maxVcpus,
        int vcpus,
        List<Disk> disks) {

    /**
     * A disk in short.
     *
     * @param target what the guest calls it, as {@code vda}
     * @param source the path of its image or device, empty for an empty drive and for sources that are not paths
     * @param format of the image, as {@code raw}
     */
    record Disk(String target, String source, String format) {}

    static DomainFacts of(DomainDefinition definition) {
        return new DomainFacts(
                definition.name(),
                definition.uuid(),
                definition.osType().intern(),
                definition.maxMemoryKib(),
                definition.memoryKib(),
                definition.maxVcpus(),
                definition.vcpus(),
                definition.devices("disk").stream().map(DomainFacts::disk).toList());
    }

    private static Disk disk(Element disk) {
        // Targets and formats repeat over thousands of definitions; one copy of each will do.
        var target = disk.child("target").map(at -> at.attribute("dev", "")).orElse("");
        var source = disk.child("source")
                .map(from -> from.attribute("file", from.attribute("dev", "")))
                .orElse("");
        var format = disk.child("driver").map(by -> by.attribute("type", "raw")).orElse("raw");
        return new Disk(target.intern(), source, format.intern());
    }
}
