package dev.posada.clone;

import dev.posada.client.Connection;
import dev.posada.client.Domain;
import dev.posada.model.Element;
import dev.posada.model.PosadaException;
import dev.posada.xml.Documents;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The other domains of the daemon, and what they have that a clone must not have too. */
final class Neighbours {
    private final Connection connection;
    private List<Element> domains = List.of();
    private boolean read;

    Neighbours(Connection connection) {
        this.connection = connection;
    }

    /** Whether an interface of some domain has this address. */
    boolean hasMac(String mac) {
        for (var domain : domains()) {
            for (var nic : devices(domain, "interface")) {
                if (nic.child("mac")
                        .flatMap(element -> element.attribute("address"))
                        .filter(mac::equalsIgnoreCase)
                        .isPresent()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The names of the domains that use a path: as a disk, below a disk's image, or to boot from. */
    List<String> usersOf(String path, Storehouse storehouse) {
        var above = above(path, storehouse);
        var users = new LinkedHashSet<String>();
        for (var domain : domains()) {
            var name = domain.childText("name").orElse("");
            boolean boots = domain.child("os").stream()
                    .flatMap(os -> os.children().stream())
                    .filter(part -> part.name().equals("kernel")
                            || part.name().equals("initrd")
                            || part.name().equals("dtb"))
                    .anyMatch(part -> part.text().equals(path));
            if (boots || devices(domain, "disk").stream().anyMatch(disk -> uses(disk, path, above))) {
                users.add(name);
            }
        }
        return List.copyOf(users);
    }

    private static boolean uses(Element disk, String path, Set<String> above) {
        var source = CloneDocument.path(disk);
        return source.isPresent() && (source.get().equals(path) || above.contains(source.get()));
    }

    /** The images that have this one below them, nearest first. */
    private static Set<String> above(String path, Storehouse storehouse) {
        var overlays = storehouse.overlays();
        var above = new HashSet<String>();
        var next = new ArrayList<>(List.of(path));
        while (!next.isEmpty()) {
            var base = next.removeLast();
            for (var overlay : overlays) {
                if (overlay.backingPath().filter(base::equals).isPresent() && above.add(overlay.path())) {
                    next.add(overlay.path());
                }
            }
        }
        return above;
    }

    private static List<Element> devices(Element domain, String kind) {
        return domain.child("devices").map(devices -> devices.children(kind)).orElse(List.of());
    }

    private List<Element> domains() {
        if (!read) {
            var documents = new ArrayList<Element>();
            for (var domain : connection.domains()) {
                document(domain).ifPresent(documents::add);
            }
            domains = documents;
            read = true;
        }
        return domains;
    }

    /** A domain's document; empty when it went away between the list and the question. */
    private static Optional<Element> document(Domain domain) {
        try {
            return Optional.of(Documents.parse(domain.xml()));
        } catch (PosadaException gone) {
            return Optional.empty();
        }
    }
}
