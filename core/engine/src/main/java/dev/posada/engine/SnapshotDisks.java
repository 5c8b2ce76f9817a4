package dev.posada.engine;

import dev.posada.driver.HypervisorDriver;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.SnapshotDefinition;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a new snapshot says of each disk: the disks of the domain in their order, each with its place. All snapshots here
 * are internal: their data lies where the domain's own data lies.
 */
final class SnapshotDisks {
    private static final String INTERNAL = "internal";

    private final String driver;
    private final ErrorOrigin origin;

    SnapshotDisks(HypervisorDriver driver) {
        this.driver = driver.type().toLowerCase(Locale.ROOT);
        this.origin = driver.origin();
    }

    /**
     * The snapshot with all disks of a domain told.
     *
     * @throws PosadaException {@code CONFIG_UNSUPPORTED} when it asks for a disk that is not there, or for another place
     */
    SnapshotDefinition align(SnapshotDefinition snapshot, DomainDefinition domain) {
        var disks = domain.devices("disk").stream()
                .filter(disk -> !target(disk).isEmpty())
                .toList();
        var asked = snapshot.disks();
        if (asked.size() > disks.size()) {
            throw unsupported("too many disk snapshot requests for domain");
        }
        Map<String, Element> wanted = new LinkedHashMap<>();
        for (var one : asked) {
            var name = one.attribute("name", "");
            var target = disks.stream()
                    .filter(disk -> target(disk).equals(name)
                            || source(disk).filter(name::equals).isPresent())
                    .findFirst()
                    .map(SnapshotDisks::target)
                    .orElseThrow(() -> unsupported("no disk named '" + name + "'"));
            checkPlace(one, target);
            if (wanted.put(target, one) != null) {
                throw unsupported("disk '" + target + "' specified twice");
            }
        }
        if (disks.isEmpty()) {
            return snapshot;
        }
        return snapshot.with(Element.of("disks")
                .withContent(disks.stream()
                        .map(disk -> Element.of("disk", "name", target(disk), "snapshot", place(disk)))
                        .toList()));
    }

    private void checkPlace(Element asked, String target) {
        var place = asked.attribute("snapshot", INTERNAL);
        if (place.equals("manual")) {
            throw new PosadaException(
                    ErrorCode.OPERATION_UNSUPPORTED,
                    origin,
                    "'manual' snapshot mode is not supported by the " + driver + " driver");
        }
        if (!place.equals(INTERNAL)) {
            throw unsupported("disk '" + target + "' must use snapshot mode 'internal'");
        }
    }

    /** A drive without a medium has nothing to return to. */
    private static String place(Element disk) {
        return source(disk).isPresent() || disk.child("source").isPresent() ? INTERNAL : "no";
    }

    private static String target(Element disk) {
        return disk.child("target").map(at -> at.attribute("dev", "")).orElse("");
    }

    private static Optional<String> source(Element disk) {
        return disk.child("source").flatMap(from -> from.attribute("file").or(() -> from.attribute("dev")));
    }

    private static PosadaException unsupported(String problem) {
        return new PosadaException(ErrorCode.CONFIG_UNSUPPORTED, ErrorOrigin.DOMAIN_SNAPSHOT, problem);
    }
}
