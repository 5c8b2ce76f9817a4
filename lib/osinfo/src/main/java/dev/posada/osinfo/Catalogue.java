package dev.posada.osinfo;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where the files of the database are. Each kind of entry has a folder of its own, in it one for each host of the
 * entries' URIs, in that {@code REST-OF-URI.xml} and a folder {@code REST-OF-URI.d} with additions. The same relative
 * path in a later root takes the place of the file in an earlier one; an empty file, or a link to {@code /dev/null},
 * takes it away.
 */
final class Catalogue {
    /** The most files of one kind; the published database has 800 systems. */
    static final int MAX_FILES = 20_000;

    private static final String SUFFIX = ".xml";
    private static final String ADDITIONS = ".d";

    private final List<Path> roots;

    /** @param roots from the one that gives way to the one that has the last word */
    Catalogue(List<Path> roots) {
        this.roots = List.copyOf(roots);
    }

    /** The files that describe one entry by the rule of names: none where it is not in the database. */
    List<Path> of(String kind, String id) {
        int scheme = id.indexOf("://");
        int slash = scheme < 0 ? -1 : id.indexOf('/', scheme + 3);
        if (slash < 0 || slash + 1 == id.length() || id.contains("..") || id.indexOf('\0') >= 0) {
            return List.of();
        }
        String host = id.substring(scheme + 3, slash);
        return of(kind, host, id.substring(slash + 1).replace('/', '-'));
    }

    /** The files of an entry whose place is known. */
    List<Path> of(String kind, String host, String stem) {
        Map<String, Path> found = new TreeMap<>();
        for (Path root : roots) {
            Path folder = root.resolve(kind).resolve(host);
            Path file = folder.resolve(stem + SUFFIX);
            if (Files.exists(file)) {
                found.put(stem + SUFFIX, file);
            }
            list(folder.resolve(stem + ADDITIONS), stem + ADDITIONS + "/", found);
        }
        return present(found.values());
    }

    /** All files of a kind, in the order of their relative names. */
    List<Path> all(String kind) {
        Map<String, Path> found = new TreeMap<>();
        for (Path root : roots) {
            for (Path host : folders(root.resolve(kind))) {
                String name = host.getFileName() + "/";
                list(host, name, found);
                for (Path additions : folders(host)) {
                    list(additions, name + additions.getFileName() + "/", found);
                }
            }
        }
        return present(found.values());
    }

    /** The names, without suffix, of the entries of a kind, each with its host's folder before it. */
    List<String> stems(String kind) {
        List<String> stems = new ArrayList<>();
        for (Path root : roots) {
            for (Path host : folders(root.resolve(kind))) {
                Map<String, Path> here = new TreeMap<>();
                list(host, "", here);
                for (String name : here.keySet()) {
                    stems.add(host.getFileName() + "/" + name.substring(0, name.length() - SUFFIX.length()));
                }
            }
        }
        return stems;
    }

    private static List<Path> present(Collection<Path> files) {
        List<Path> present = new ArrayList<>();
        for (Path file : files) {
            try {
                if (Files.isRegularFile(file) && Files.size(file) > 0) {
                    present.add(file);
                }
            } catch (IOException gone) {
                // It was taken away while we looked: as if it had never been there.
            }
        }
        return present;
    }

    private static void list(Path folder, String prefix, Map<String, Path> found) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path entry : entries) {
                if (found.size() < MAX_FILES) {
                    found.put(prefix + entry.getFileName(), entry);
                }
            }
        } catch (IOException unreadable) {
            // A folder that we may not read has nothing to say to us.
        }
    }

    private static List<Path> folders(Path folder) {
        List<Path> folders = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return folders;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, Files::isDirectory)) {
            for (Path entry : entries) {
                if (folders.size() < MAX_FILES) {
                    folders.add(entry);
                }
            }
        } catch (IOException unreadable) {
            // A folder that we may not read has nothing to say to us.
        }
        folders.sort(null);
        return folders;
    }
}
