package dev.posada.host;

import dev.posada.driver.HostDriver.Neighbour;
import java.util.List;
import java.util.Locale;

/**
 * The kernel's table of IPv4 neighbours (proc(5)): a line of titles, then address, type, flags, MAC address, mask and
 * device of each.
 */
final class NeighbourTable {
    private static final String FILE = "proc/net/arp";
    private static final int ADDRESS = 0;
    private static final int FLAGS = 2;
    private static final int MAC = 3;
    private static final int FIELDS = 6;

    /** Asked for, and no answer has come. */
    private static final String INCOMPLETE = "0x0";

    private NeighbourTable() {}

    static List<Neighbour> read(HostFiles files) {
        return files.text(FILE).stream()
                .flatMap(String::lines)
                .skip(1)
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields.length >= FIELDS && !fields[FLAGS].equals(INCOMPLETE))
                .map(fields -> new Neighbour(fields[ADDRESS], fields[MAC].toLowerCase(Locale.ROOT)))
                .toList();
    }
}
