package dev.posada.clone;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a command line asks for.
 *
 * @param flags the options without a value, by their long names
 * @param connect where the daemon is
 * @param original the name of the domain to clone
 * @param originalXml a file with a definition in its place
 * @param name the clone's name
 * @param uuid the clone's uuid, as it was given
 * @param files paths for the copies, in the order of the disks
 * @param forceCopy targets to copy that would be shared
 * @param skipCopy targets to share that would be copied
 * @param nvram the path for the copy of the firmware's variables
 * @param macs addresses in the order of the interfaces; {@code RANDOM} stands for any
 * @param checks which checks are made
 */
record CloneOptions(
        Set<String> flags,
        Optional<String> connect,
        Optional<String> original,
        Optional<String> originalXml,
        Optional<String> name,
        Optional<String> uuid,
        List<String> files,
        List<String> forceCopy,
        List<String> skipCopy,
        Optional<String> nvram,
        List<String> macs,
        List<String> checks) {

    CloneOptions {
        flags = Set.copyOf(flags);
        files = List.copyOf(files);
        forceCopy = List.copyOf(forceCopy);
        skipCopy = List.copyOf(skipCopy);
        macs = List.copyOf(macs);
        checks = List.copyOf(checks);
    }

    boolean autoClone() {
        return flags.contains("auto-clone");
    }

    boolean reflink() {
        return flags.contains("reflink");
    }

    /** Whether copies are overlays on the originals' images. */
    boolean linked() {
        return flags.contains("linked");
    }

    boolean sparse() {
        return !flags.contains("nonsparse");
    }

    boolean preserveData() {
        return flags.contains("preserve-data");
    }

    boolean replace() {
        return flags.contains("replace");
    }

    boolean printXml() {
        return flags.contains("print-xml");
    }

    boolean quiet() {
        return flags.contains("quiet");
    }

    boolean debug() {
        return flags.contains("debug");
    }

    boolean prompt() {
        return flags.contains("prompt");
    }

    /** Which checks are made: those asked for, or none with the old {@code --force}. */
    Checks wantedChecks() {
        return Checks.parse(checks.isEmpty() && flags.contains("force") ? List.of("all=off") : checks);
    }
}
