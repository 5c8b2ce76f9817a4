package dev.posada.model;

import java.util.List;
import java.util.Optional;

/**
 * What is written down of a snapshot, as a document in canonical form: the root is {@code domainsnapshot}; {@code name},
 * {@code state} and {@code creationTime} are there.
 *
 * @param root the {@code domainsnapshot} element
 */
public record SnapshotDefinition(Element root) {
    private static final String DOMAIN = "domain";

    public SnapshotDefinition {
        if (!root.name().equals("domainsnapshot")) {
            throw new IllegalArgumentException(
                    "a snapshot's definition begins with <domainsnapshot>, not <" + root.name() + ">");
        }
    }

    public String name() {
        return root.childText("name").orElse("");
    }

    public SnapshotState state() {
        return root.childText("state").flatMap(SnapshotState::ofWord).orElse(SnapshotState.SHUTOFF);
    }

    /** The snapshot it grew from; nothing for the first of a line. */
    public Optional<String> parent() {
        return root.at("parent", "name").map(Element::text);
    }

    /** When it was taken, in seconds since 1970. */
    public long creationSeconds() {
        return root.childText("creationTime").map(Long::parseLong).orElse(0L);
    }

    /** How the domain was defined; nothing only while a definition is being made. */
    public Optional<DomainDefinition> domain() {
        return root.child(DOMAIN)
                .filter(domain -> domain.child("name").isPresent())
                .map(DomainDefinition::new);
    }

    /** What it says of each disk. */
    public List<Element> disks() {
        return root.child("disks").map(disks -> disks.children("disk")).orElse(List.of());
    }

    /** Whether memory or a disk lies in files of its own, outside of what the domain uses. */
    public boolean external() {
        return root.child("memory")
                        .filter(memory -> memory.has("snapshot", "external"))
                        .isPresent()
                || disks().stream().anyMatch(disk -> disk.has("snapshot", "external"));
    }

    /** This one with another parent, or none. */
    public SnapshotDefinition withParent(Optional<String> parent) {
        var without = root.withoutChildren(child -> child.name().equals("parent"));
        return new SnapshotDefinition(parent.map(
                        name -> without.plus(Element.of("parent").plus(Element.text("name", name))))
                .orElse(without));
    }

    /** This one with a state. */
    public SnapshotDefinition withState(SnapshotState state) {
        return with(Element.text("state", state.word()));
    }

    /** This one with the definition of its domain. */
    public SnapshotDefinition withDomain(Element domain) {
        return with(domain);
    }

    /** This one with a part replaced, or added at the end. */
    public SnapshotDefinition with(Element part) {
        return new SnapshotDefinition(root.withChild(part));
    }
}
