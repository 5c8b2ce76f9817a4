package dev.posada.osinfo;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/** What the files of one system say by themselves, before anything is inherited. Filled once, then only read. */
final class OsEntry {
    /** Figures of one architecture, and whether those of the ancestors fill what they leave open. */
    record OwnResources(Resources resources, boolean inherits) {}

    final String id;
    final SequencedSet<String> shortIds = new LinkedHashSet<>();
    String name = "";
    String vendor = "";
    String family = "";
    String distro = "";
    String version = "";
    String codename = "";
    Optional<LocalDate> released = Optional.empty();
    Optional<LocalDate> endOfLife = Optional.empty();
    ReleaseStatus status = ReleaseStatus.RELEASED;
    Optional<String> kernelUrlArgument = Optional.empty();
    Optional<String> cloudUser = Optional.empty();
    final SequencedSet<String> derivesFrom = new LinkedHashSet<>();
    final SequencedSet<String> clones = new LinkedHashSet<>();
    final SequencedSet<String> upgrades = new LinkedHashSet<>();
    final Map<Needs, List<OwnResources>> resources = new EnumMap<>(Needs.class);
    final SequencedMap<String, Boolean> devices = new LinkedHashMap<>();
    final List<Firmware> firmwares = new ArrayList<>();
    final List<Variant> variants = new ArrayList<>();
    final List<Media> media = new ArrayList<>();
    final List<Tree> trees = new ArrayList<>();
    final List<Image> images = new ArrayList<>();
    final List<Driver> drivers = new ArrayList<>();
    final SequencedSet<String> installScripts = new LinkedHashSet<>();

    OsEntry(String id) {
        this.id = id;
    }

    /** Adds what one file says of this system. */
    void add(Node os) {
        // First, since a disc of a system that has no scripts takes none unless it says so.
        for (Node installer : os.all("installer")) {
            installScripts.addAll(ids(installer, "script"));
        }
        for (Node node : os.children()) {
            String text = node.text().strip();
            switch (node.name()) {
                case "short-id" -> shortIds.add(text);
                case "name" -> name = text;
                case "vendor" -> vendor = text;
                case "family" -> family = text;
                case "distro" -> distro = text;
                case "version" -> version = text;
                case "codename" -> codename = text;
                case "release-date" -> released = date(text);
                case "eol-date" -> endOfLife = date(text);
                case "release-status" -> status = status(text);
                case "kernel-url-argument" -> kernelUrlArgument = Optional.of(text);
                case "cloud-image-username" -> cloudUser = Optional.of(text);
                case "derives-from" -> derivesFrom.add(node.attribute("id"));
                case "clones" -> clones.add(node.attribute("id"));
                case "upgrades" -> upgrades.add(node.attribute("id"));
                case "resources" -> addResources(node);
                case "devices" -> {
                    for (Node device : node.all("device")) {
                        devices.put(device.attribute("id"), device.flag("supported", true));
                    }
                }
                case "firmware" ->
                    firmwares.add(
                            new Firmware(node.attribute("arch"), node.attribute("type"), node.flag("supported", true)));
                case "variant" ->
                    variants.add(new Variant(
                            node.attribute("id"), node.textOf("name").orElse("")));
                case "media" -> media.add(media(node));
                case "tree" -> trees.add(tree(node));
                case "image" ->
                    images.add(new Image(
                            node.attribute("arch"),
                            node.attribute("format"),
                            node.textOf("url"),
                            node.flag("cloud-init", false),
                            ids(node, "variant")));
                case "driver" -> drivers.add(driver(node));
                default -> {}
            }
        }
    }

    private void addResources(Node node) {
        boolean inherits = node.flag("inherit", false);
        for (Needs needs : Needs.values()) {
            List<Node> stated = node.all(needs.element());
            if (stated.isEmpty() && !inherits) {
                continue;
            }
            Node figures = stated.isEmpty() ? new Node("", Map.of(), "", List.of()) : stated.getFirst();
            resources
                    .computeIfAbsent(needs, any -> new ArrayList<>())
                    .add(new OwnResources(
                            new Resources(
                                    node.attribute("arch"),
                                    figures.numberOf("cpu"),
                                    figures.numberOf("n-cpus"),
                                    figures.numberOf("ram"),
                                    figures.numberOf("storage")),
                            inherits));
        }
    }

    private Media media(Node node) {
        List<Node> isos = node.all("iso");
        Node iso = isos.isEmpty() ? new Node("iso", Map.of(), "", List.of()) : isos.getFirst();
        boolean live = node.flag("live", false);
        List<String> scripts = new ArrayList<>();
        for (Node installer : node.all("installer")) {
            scripts.addAll(ids(installer, "script"));
        }
        OptionalLong reboots = number(node.attributes().get("installer-reboots"));
        return new Media(
                node.attribute("arch"),
                node.textOf("url"),
                iso.textOf("volume-id"),
                iso.textOf("system-id"),
                iso.textOf("publisher-id"),
                iso.textOf("application-id"),
                iso.numberOf("volume-size"),
                node.textOf("kernel"),
                node.textOf("initrd"),
                live,
                node.flag("installer", true),
                node.flag("installer-script", !scripts.isEmpty() || !installScripts.isEmpty()),
                (int) Math.min(reboots.orElse(1), Integer.MAX_VALUE),
                ids(node, "variant"),
                scripts);
    }

    private static Tree tree(Node node) {
        List<Node> infos = node.all("treeinfo");
        Node info = infos.isEmpty() ? new Node("treeinfo", Map.of(), "", List.of()) : infos.getFirst();
        return new Tree(
                node.attribute("arch"),
                node.textOf("url"),
                node.textOf("kernel"),
                node.textOf("initrd"),
                node.textOf("boot-iso"),
                info.textOf("family"),
                info.textOf("variant"),
                info.textOf("version"),
                info.textOf("arch"),
                !infos.isEmpty(),
                ids(node, "variant"));
    }

    private static Driver driver(Node node) {
        List<String> files = new ArrayList<>();
        for (Node file : node.all("file")) {
            files.add(file.text().strip());
        }
        return new Driver(
                node.attribute("arch"),
                node.attribute("location"),
                node.flag("pre-installable", false),
                node.flag("signed", true),
                files,
                ids(node, "device"));
    }

    private static List<String> ids(Node node, String child) {
        List<String> ids = new ArrayList<>();
        for (Node one : node.all(child)) {
            ids.add(one.attribute("id"));
        }
        return ids;
    }

    private static OptionalLong number(@Nullable String text) {
        try {
            return text == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text.strip()));
        } catch (NumberFormatException notANumber) {
            return OptionalLong.empty();
        }
    }

    private static Optional<LocalDate> date(String text) {
        try {
            return Optional.of(LocalDate.parse(text));
        } catch (java.time.format.DateTimeParseException notADate) {
            return Optional.empty();
        }
    }

    private static ReleaseStatus status(String text) {
        return switch (text) {
            case "prerelease" -> ReleaseStatus.PRERELEASE;
            case "snapshot" -> ReleaseStatus.SNAPSHOT;
            case "rolling" -> ReleaseStatus.ROLLING;
            default -> ReleaseStatus.RELEASED;
        };
    }
}
