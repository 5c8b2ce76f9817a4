package dev.posada.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A user of the host, and what the file system lets it do.
 *
 * @param name as in /etc/passwd
 * @param uid its number
 * @param gids the numbers of its groups
 */
record Account(String name, int uid, Set<Integer> gids) {
    private static final int OWNER_SEARCH = 0100;
    private static final int GROUP_SEARCH = 0010;
    private static final int OTHERS_SEARCH = 0001;

    Account {
        gids = Set.copyOf(gids);
    }

    /** The user of this name, or of this number with a plus sign before it; empty when there is none. */
    static Optional<Account> find(Host host, String name) {
        for (var line : host.text("/etc/passwd").orElse("").split("\n", -1)) {
            var fields = line.split(":", -1);
            if (fields.length > 3 && (fields[0].equals(name) || ("+" + fields[2]).equals(name))) {
                try {
                    var gids = new HashSet<Integer>();
                    gids.add(Integer.parseInt(fields[3]));
                    gids.addAll(groups(host, fields[0]));
                    return Optional.of(new Account(fields[0], Integer.parseInt(fields[2]), gids));
                } catch (NumberFormatException broken) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    private static Set<Integer> groups(Host host, String user) {
        var gids = new HashSet<Integer>();
        for (var line : host.text("/etc/group").orElse("").split("\n", -1)) {
            var fields = line.split(":", -1);
            if (fields.length > 3 && List.of(fields[3].split(",", -1)).contains(user)) {
                gids.add(Integer.parseInt(fields[2]));
            }
        }
        return gids;
    }

    /** The folders on the way to a path, itself included, that the user may not pass. */
    List<String> closedFolders(Host host, String path) {
        var closed = new ArrayList<String>();
        if (uid == 0) {
            return closed;
        }
        for (int end = path.indexOf('/', 1); end >= 0; end = path.indexOf('/', end + 1)) {
            addIfClosed(host, path.substring(0, end), closed);
        }
        addIfClosed(host, path, closed);
        return closed;
    }

    private void addIfClosed(Host host, String folder, List<String> closed) {
        var here = host.at(folder);
        if (Files.isDirectory(here) && !maySearch(host, here)) {
            closed.add(folder);
        }
    }

    private boolean maySearch(Host host, Path folder) {
        try {
            int mode = (Integer) Files.getAttribute(folder, "unix:mode");
            int owner = (Integer) Files.getAttribute(folder, "unix:uid");
            int group = (Integer) Files.getAttribute(folder, "unix:gid");
            int bit = owner == uid ? OWNER_SEARCH : gids.contains(group) ? GROUP_SEARCH : OTHERS_SEARCH;
            return (mode & bit) != 0 || isListed(host, folder);
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** Whether an access control list lets the user pass where the mode does not. */
    private boolean isListed(Host host, Path folder) {
        return host.program("getfacl")
                .flatMap(program -> host.run(program, "-p", folder.toString()))
                .filter(outcome -> outcome.output()
                        .lines()
                        .anyMatch(line ->
                                line.startsWith("user:" + name + ":") && line.split(":", -1)[2].startsWith("x", 2)))
                .isPresent();
    }
}
