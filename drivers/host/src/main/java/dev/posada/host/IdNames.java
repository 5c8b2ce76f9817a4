package dev.posada.host;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What makers and products of devices are called, from the lists that hosts have (pci.ids(5), usb.ids). A list is read
 * once for all names that are wanted at a time, and only those are kept: it is more than a megabyte.
 *
 * <p>Form: {@code VENDOR  name}; below it, after a tab, {@code PRODUCT  name}; numbers have four hexadecimal digits.
 */
final class IdNames {
    private static final List<String> FOLDERS = List.of("usr/share/misc", "usr/share/hwdata", "var/lib/pciutils");

    /** Longer lists are not read to their end. */
    private static final int LINES_MAX = 200_000;

    private static final int DIGITS = 4;

    private final Path root;
    private final String list;

    /** Names by {@code VENDOR} and {@code VENDOR:PRODUCT}; an empty one has none. */
    private final Map<String, String> known = new ConcurrentHashMap<>();

    /**
     * @param list the file's name, as {@code pci.ids}
     */
    IdNames(Path root, String list) {
        this.root = root;
        this.list = list;
    }

    /** Looks up what is not known yet, all in one reading. */
    void learn(Set<String> keys) {
        var wanted = new HashSet<>(keys);
        wanted.removeAll(known.keySet());
        if (wanted.isEmpty()) {
            return;
        }
        var found = new HashMap<String, String>();
        for (var folder : FOLDERS) {
            var file = root.resolve(folder).resolve(list);
            if (Files.isReadable(file)) {
                read(file, wanted, found);
                break;
            }
        }
        wanted.forEach(key -> known.put(key, found.getOrDefault(key, "")));
    }

    Optional<String> name(String key) {
        return Optional.ofNullable(known.get(key)).filter(name -> !name.isEmpty());
    }

    private static void read(Path file, Set<String> wanted, Map<String, String> found) {
        // Names are in UTF-8 but for old lists; a byte that is not costs that letter and not the list.
        try (var lines =
                new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
            var vendor = "";
            var line = lines.readLine();
            for (int number = 0; line != null && number < LINES_MAX; number++) {
                if (line.length() > DIGITS + 2 && line.charAt(0) != '#' && !line.startsWith("\t\t")) {
                    boolean product = line.charAt(0) == '\t';
                    var entry = product ? line.substring(1) : line;
                    var id = entry.substring(0, Math.min(DIGITS, entry.length()));
                    vendor = product ? vendor : id;
                    var key = product ? vendor + ":" + id : id;
                    if (wanted.contains(key)) {
                        found.putIfAbsent(key, entry.substring(DIGITS).strip());
                    }
                    if (!product && line.startsWith("C ")) {
                        break; // classes follow
                    }
                }
                line = lines.readLine();
            }
        } catch (IOException unreadable) {
            found.clear(); // devices without names
        }
    }
}
