package dev.posada.docker;

import dev.posada.driver.SnapshotDriver;
import dev.posada.driver.SnapshotRequest;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.SnapshotDefinition;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Snapshots of containers: their root file system, committed as an image. A return makes the container anew from that.
 * Volumes and folders of the host are no part of it.
 */
final class DockerSnapshots implements SnapshotDriver {
    /** What the image is called in the snapshot's cookie; empty for a domain that had no container yet. */
    private static final String IMAGE = "image";

    private static final String COOKIE = "docker";

    /** What the engine takes as a tag. */
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,119}");

    private final Machinery machinery;

    DockerSnapshots(Machinery machinery) {
        this.machinery = machinery;
    }

    @Override
    public Set<Feature> features() {
        return EnumSet.of(Feature.DISK_ONLY);
    }

    @Override
    public Optional<Element> take(SnapshotRequest request) {
        var domain = request.domain();
        return EngineErrors.told(domain.name(), () -> {
            var repository = ContainerStore.snapshots(domain.uuid());
            var tag = tag(request.snapshot().name());
            boolean still = request.live().isPresent() && !request.goesOn();
            var made = machinery.containers().snapshot(domain.uuid(), repository, tag, still);
            return Optional.of(
                    Element.of("cookie").plus(Element.of(COOKIE, IMAGE, made ? repository + ":" + tag : "")));
        });
    }

    /** Names of snapshots may be anything, tags may not. */
    private static String tag(String name) {
        return TAG.matcher(name).matches()
                ? name
                : "snapshot-" + ContainerStore.digest(name).substring(0, 32).toLowerCase(Locale.ROOT);
    }

    @Override
    public void revert(DomainDefinition domain, SnapshotDefinition snapshot) {
        EngineErrors.told(domain.name(), () -> {
            var image = image(domain, snapshot);
            if (image.isEmpty()) {
                machinery.containers().removeContainers(domain.uuid());
            } else if (machinery.engine().images().find(image).isEmpty()) {
                throw Refusal.of(
                        ErrorCode.OPERATION_FAILED,
                        "snapshot '" + snapshot.name() + "' of domain '" + domain.name() + "': its image " + image
                                + " is gone from the engine");
            } else {
                machinery.containers().restore(domain, ContainerPlan.of(domain), image);
            }
        });
    }

    @Override
    public void delete(DomainDefinition domain, SnapshotDefinition snapshot) {
        EngineErrors.told(domain.name(), () -> {
            var image = image(domain, snapshot);
            if (!image.isEmpty()) {
                machinery.containers().forget(domain.uuid(), image);
            }
        });
    }

    /** The image of a snapshot: that of its cookie, or the one of its name for one that was told of anew. */
    private static String image(DomainDefinition domain, SnapshotDefinition snapshot) {
        return snapshot.root()
                .at("cookie", COOKIE)
                .map(cookie -> cookie.attribute(IMAGE, ""))
                .orElseGet(() -> ContainerStore.snapshots(domain.uuid()) + ":" + tag(snapshot.name()));
    }
}
