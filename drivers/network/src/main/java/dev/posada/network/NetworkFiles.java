package dev.posada.network;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Where the things of one network are.
 *
 * @param footprint what was made for it, written before it is made
 * @param identity which process is its dnsmasq
 * @param dnsmasq what dnsmasq reads and writes
 * @param log what dnsmasq says
 */
record NetworkFiles(Path footprint, Path identity, DnsmasqConf.Files dnsmasq, Path log) {
    private static final String FOOTPRINT = ".network";

    /** Names that are their own file's name; others are filed under their uuid. */
    private static final String PLAIN = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";

    static NetworkFiles of(Path state, Path run, Path log, String name, UUID uuid) {
        var base = name.matches(PLAIN) ? name : uuid.toString();
        return named(state, run, log, base);
    }

    private static NetworkFiles named(Path state, Path run, Path log, String base) {
        return new NetworkFiles(
                run.resolve(base + FOOTPRINT),
                run.resolve(base + ".dnsmasq"),
                new DnsmasqConf.Files(
                        state.resolve(base + ".conf"),
                        state.resolve(base + ".hosts"),
                        state.resolve(base + ".names"),
                        state.resolve(base + ".leases"),
                        run.resolve(base + ".pid")),
                log.resolve("dnsmasq-" + base + ".log"));
    }

    /** What the files of a run directory speak of. */
    static List<NetworkFiles> all(Path state, Path run, Path log) {
        var names = run.toFile().list();
        return (names == null ? Stream.<String>empty() : Stream.of(names))
                .filter(name -> name.endsWith(FOOTPRINT))
                .sorted()
                .map(name -> named(state, run, log, name.substring(0, name.length() - FOOTPRINT.length())))
                .toList();
    }
}
