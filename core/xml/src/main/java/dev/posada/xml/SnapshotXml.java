package dev.posada.xml;

import dev.posada.model.Content;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.SnapshotDefinition;
import dev.posada.model.SnapshotState;
import dev.posada.model.Text;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Snapshots as text: reads what users write into canonical {@link SnapshotDefinition}s and writes them again. Safe for any
 * thread.
 *
 * <p>A document that asks for a new snapshot says little: a name, a description, which disks. One that redefines a snapshot
 * taken before says all of it, as {@link #format} writes it.
 */
public final class SnapshotXml {
    /** The parts in the order in which libvirt writes them. */
    private static final List<String> ORDER = List.of(
            "name",
            "description",
            "state",
            "parent",
            "creationTime",
            "memory",
            "disks",
            "domain",
            "inactiveDomain",
            "cookie",
            "active");

    private static final Set<String> PLACES = Set.of("no", "internal", "external", "manual");
    private static final Set<String> MEMORY_PLACES = Set.of("no", "internal", "external");
    private static final String NAME = "domain_snapshot";
    private static final String ROOT = "domainsnapshot";
    private static final String SNAPSHOT = "snapshot";
    private static final String DOMAIN = "domain";
    private static final String INACTIVE_DOMAIN = "inactiveDomain";
    private static final String ACTIVE = "active";

    private static final class Holder {
        static final Rule SNAPSHOT = Outline.load("snapshot.outline");
    }

    /**
     * A snapshot as it stands in a file.
     *
     * @param definition canonical
     * @param current whether it was the current one of its domain
     */
    public record Kept(SnapshotDefinition definition, boolean current) {}

    private SnapshotXml() {}

    /**
     * Reads a document that asks for a new snapshot. Its state, its parent and the domain are left open: whoever takes the
     * snapshot knows them.
     *
     * @param text one {@code domainsnapshot} element
     * @param strict whether the document must match the documented format in every element and attribute
     * @param now when it is taken, which also names it if the document does not
     * @throws PosadaException with libvirt's code, of origin {@code DOMAIN_SNAPSHOT}, when it says what no snapshot can say
     */
    public static SnapshotDefinition parse(String text, boolean strict, Instant now) {
        var root = read(text, strict);
        var seconds = Long.toString(now.getEpochSecond());
        var parts = new ArrayList<Content>();
        parts.add(Element.text("name", given(root, "name").orElse(seconds)));
        given(root, "description").ifPresent(words -> parts.add(description(root)));
        parts.add(Element.text("creationTime", seconds));
        memory(root).ifPresent(parts::add);
        disks(root).ifPresent(parts::add);
        return new SnapshotDefinition(Element.of(ROOT).withContent(parts));
    }

    /**
     * Reads a document that tells again of a snapshot taken before. The domain may be missing, if it is known from before.
     *
     * @param text one {@code domainsnapshot} element
     * @param strict as with {@link #parse}
     * @throws PosadaException as with {@link #parse}, also when something is missing that {@link #format} writes
     */
    public static SnapshotDefinition parseTaken(String text, boolean strict) {
        return taken(read(text, strict));
    }

    /** Reads what {@link #file} wrote. */
    public static Kept parseFile(String text) {
        var root = read(text, false);
        return new Kept(taken(root), root.childText(ACTIVE).filter("1"::equals).isPresent());
    }

    /**
     * Writes a snapshot as libvirt does.
     *
     * @param secure whether passwords of the domain are written too
     */
    public static String format(SnapshotDefinition definition, boolean secure) {
        return Documents.format(ordered(written(definition, secure)));
    }

    /** Writes a snapshot for a file, passwords included. */
    public static String file(SnapshotDefinition definition, boolean current) {
        return Documents.format(ordered(written(definition, true).plus(Element.text(ACTIVE, current ? "1" : "0"))));
    }

    private static Element written(SnapshotDefinition definition, boolean secure) {
        Set<DomainXml.Part> parts = secure ? Set.of(DomainXml.Part.SECRETS) : Set.of();
        return definition.root().mapChildren(part -> switch (part.name()) {
            case DOMAIN -> DomainXml.document(new DomainDefinition(part), parts);
            case INACTIVE_DOMAIN ->
                renamed(DomainXml.document(new DomainDefinition(renamed(part, DOMAIN)), parts), INACTIVE_DOMAIN);
            default -> part;
        });
    }

    private static Element renamed(Element element, String name) {
        return new Element(name, element.attributes(), element.content(), element.line());
    }

    private static Element ordered(Element root) {
        var parts = new ArrayList<Content>();
        for (var name : ORDER) {
            parts.addAll(root.children(name));
        }
        return root.withContent(parts);
    }

    private static Element read(String text, boolean strict) {
        var root = RootElement.read(text, NAME, ROOT, ErrorOrigin.DOMAIN_SNAPSHOT);
        if (strict) {
            new StrictCheck(NAME).check(root.withoutChildren(SnapshotXml::isDomain), Holder.SNAPSHOT);
            root.child(DOMAIN).filter(SnapshotXml::isWhole).ifPresent(DomainGrammar::validate);
            root.child(INACTIVE_DOMAIN).ifPresent(domain -> DomainGrammar.validate(renamed(domain, DOMAIN)));
        }
        return root;
    }

    private static boolean isDomain(Element part) {
        return part.name().equals(DOMAIN) || part.name().equals(INACTIVE_DOMAIN);
    }

    /** Very old documents name the domain by its uuid alone. */
    private static boolean isWhole(Element domain) {
        return domain.attribute("type").isPresent();
    }

    private static SnapshotDefinition taken(Element root) {
        var parts = new ArrayList<Content>();
        parts.add(Element.text(
                "name",
                given(root, "name")
                        .orElseThrow(() -> error(ErrorCode.XML_ERROR, "a redefined snapshot must have a name"))));
        given(root, "description").ifPresent(words -> parts.add(description(root)));
        parts.add(Element.text("creationTime", creation(root)));
        root.child("parent")
                .flatMap(parent -> given(parent, "name"))
                .ifPresent(parent -> parts.add(Element.of("parent").plus(Element.text("name", parent))));
        var state = state(root);
        parts.add(Element.text("state", state.word()));
        root.child(DOMAIN)
                .filter(SnapshotXml::isWhole)
                .ifPresent(domain -> parts.add(DomainXml.parse(domain, false).root()));
        root.child(INACTIVE_DOMAIN)
                .ifPresent(domain -> parts.add(
                        renamed(DomainXml.parse(renamed(domain, DOMAIN), false).root(), INACTIVE_DOMAIN)));
        parts.add(memoryOf(root, state));
        disks(root).ifPresent(parts::add);
        root.child("cookie").ifPresent(parts::add);
        return new SnapshotDefinition(ordered(Element.of(ROOT).withContent(parts)));
    }

    private static Optional<String> given(Element root, String part) {
        return root.childText(part).filter(text -> !text.isEmpty());
    }

    /** Its white space is the user's. */
    private static Element description(Element root) {
        var text = new StringBuilder();
        for (var item : root.child("description").orElseThrow().content()) {
            if (item instanceof Text(String part)) {
                text.append(part);
            }
        }
        return Element.text("description", text.toString());
    }

    private static String creation(Element root) {
        var text = given(root, "creationTime").filter(SnapshotXml::isLong);
        return text.orElseThrow(() -> error(ErrorCode.INTERNAL_ERROR, "missing creationTime from existing snapshot"));
    }

    private static boolean isLong(String text) {
        try {
            Long.parseLong(text);
            return true;
        } catch (NumberFormatException _) {
            return false;
        }
    }

    private static SnapshotState state(Element root) {
        var word = given(root, "state")
                .orElseThrow(() -> error(ErrorCode.XML_ERROR, "missing state from existing snapshot"));
        return SnapshotState.ofWord(word)
                .orElseThrow(() -> error(
                        ErrorCode.CONFIG_UNSUPPORTED,
                        "Invalid state '" + Invalid.shown(word) + "' in domain snapshot XML"));
    }

    /** The memory of a snapshot taken before, which follows from its state where the document does not say. */
    private static Element memoryOf(Element root, SnapshotState state) {
        boolean offline = state == SnapshotState.SHUTOFF || state == SnapshotState.DISK_SNAPSHOT;
        var memory = memory(root);
        if (offline && memory.filter(said -> !said.has(SNAPSHOT, "no")).isPresent()) {
            throw error(
                    ErrorCode.CONFIG_UNSUPPORTED, "memory state cannot be saved with offline or disk-only snapshot");
        }
        return memory.orElseGet(() -> Element.of("memory", SNAPSHOT, offline ? "no" : "internal"));
    }

    private static Optional<Element> memory(Element root) {
        var memory = root.child("memory");
        if (memory.isEmpty()) {
            return memory;
        }
        var file = memory.get().attribute("file").filter(text -> !text.isEmpty());
        var place = memory.get().attribute(SNAPSHOT);
        if (place.filter(word -> !MEMORY_PLACES.contains(word)).isPresent()) {
            throw wrongPlace(memory.get());
        }
        if (file.isPresent() && place.isPresent() && !place.get().equals("external")) {
            throw error(
                    ErrorCode.XML_ERROR,
                    "memory filename '" + Invalid.shown(file.get()) + "' requires external snapshot");
        }
        if (file.isEmpty() && place.filter("external"::equals).isPresent()) {
            throw error(ErrorCode.XML_ERROR, "external memory snapshots require a filename");
        }
        if (file.isEmpty()) {
            return place.map(word -> Element.of("memory", SNAPSHOT, word));
        }
        if (!file.get().startsWith("/")) {
            throw error(
                    ErrorCode.XML_ERROR,
                    "memory snapshot file path (" + Invalid.shown(file.get()) + ") must be absolute");
        }
        return Optional.of(Element.of("memory", SNAPSHOT, "external", "file", file.get()));
    }

    private static Optional<Element> disks(Element root) {
        var disks = root.child("disks");
        if (disks.isEmpty() || disks.get().children("disk").isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Element.of("disks")
                .withContent(disks.get().children("disk").stream()
                        .map(SnapshotXml::disk)
                        .toList()));
    }

    private static Element disk(Element disk) {
        var name = disk.attribute("name")
                .orElseThrow(() -> error(ErrorCode.INTERNAL_ERROR, "missing name from disk snapshot element"));
        var place = disk.attribute(SNAPSHOT);
        if (place.filter(word -> !PLACES.contains(word)).isPresent()) {
            throw wrongPlace(disk);
        }
        var source = disk.child("source");
        var plain = Element.of("disk", "name", name);
        var placed = place.or(() -> source.map(_ -> "external"))
                .map(word -> plain.with(SNAPSHOT, word))
                .orElse(plain);
        if (source.isEmpty() && disk.child("driver").isEmpty()) {
            return placed;
        }
        var parts = new ArrayList<Content>(disk.children("driver"));
        source.ifPresent(parts::add);
        return placed.with("type", disk.attribute("type", "file")).withContent(parts);
    }

    private static PosadaException wrongPlace(Element where) {
        return new PosadaException(
                ErrorCode.XML_ERROR,
                ErrorOrigin.XML,
                "Invalid value for attribute 'snapshot' in element '" + where.name() + "': '"
                        + Invalid.shown(where.attribute(SNAPSHOT, "")) + "'.");
    }

    private static PosadaException error(ErrorCode code, String problem) {
        return new PosadaException(code, ErrorOrigin.DOMAIN_SNAPSHOT, problem);
    }
}
