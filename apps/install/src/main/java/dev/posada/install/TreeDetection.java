package dev.posada.install;

import dev.posada.iso.VolumeLabels;
import dev.posada.osinfo.MediaLabels;
import dev.posada.osinfo.MediaMatch;
import dev.posada.osinfo.Os;
import dev.posada.osinfo.OsDatabase;
import dev.posada.osinfo.TreeInfo;
import dev.posada.osinfo.TreeMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds out what a tree or an image installs and where its kernel is: by the database, by the description in the tree, or
 * by files that only trees of one maker have.
 */
final class TreeDetection {
    private final TreeSource source;
    private final OsDatabase systems;
    private final String architecture;

    TreeDetection(TreeSource source, OsDatabase systems, String architecture) {
        this.source = source;
        this.systems = systems;
        this.architecture = architecture;
    }

    /** The database's labels of an image's labels. */
    static MediaLabels labels(VolumeLabels labels) {
        return new MediaLabels(
                labels.volumeId(), labels.systemId(), labels.publisherId(), labels.applicationId(), labels.sizeBytes());
    }

    /** What is known; empty where nothing was recognized. */
    Optional<TreeFacts> facts() {
        List<Function<TreeDetection, Optional<TreeFacts>>> ways = List.of(
                TreeDetection::byLabels,
                TreeDetection::byDescription,
                TreeDetection::suse,
                TreeDetection::debian,
                TreeDetection::mageia);
        for (var way : ways) {
            Optional<TreeFacts> facts = way.apply(this);
            if (facts.isPresent()) {
                return facts;
            }
        }
        return Optional.empty();
    }

    private Optional<TreeFacts> byLabels() {
        if (!(source instanceof ImageTree tree)) {
            return Optional.empty();
        }
        Optional<MediaMatch> match = systems.identify(labels(tree.image().labels()));
        return match.flatMap(found -> both(found.media().kernel(), found.media().initrd())
                .map(boot -> new TreeFacts(
                        Optional.of(found.os().shortId()),
                        List.of(boot),
                        Optional.of(found.media()),
                        Optional.empty())));
    }

    private Optional<TreeFacts> byDescription() {
        Optional<TreeInfo> found = source.text(".treeinfo")
                .or(() -> source.text("treeinfo"))
                .map(TreeInfo::parse)
                .filter(info -> info.family().isPresent());
        if (found.isEmpty()) {
            return Optional.empty();
        }
        TreeInfo info = found.get();
        Optional<TreeMatch> match = source instanceof ImageTree ? Optional.empty() : systems.identify(info);
        Optional<String> system = match.map(one -> one.os().shortId()).or(() -> byFamily(info));
        List<TreeFacts.Boot> kernels =
                both(info.kernel(), info.initrd()).map(List::of).orElse(List.of());
        return Optional.of(new TreeFacts(system, kernels, Optional.empty(), match.map(TreeMatch::tree)));
    }

    private static Optional<TreeFacts.Boot> both(Optional<String> kernel, Optional<String> initrd) {
        return kernel.flatMap(path -> initrd.map(other -> new TreeFacts.Boot(path, other)));
    }

    private Optional<String> byFamily(TreeInfo info) {
        String family = info.family().orElse("");
        String version = info.version().orElse("");
        if (family.contains("Fedora")) {
            return known("fedora" + version).or(() -> known("fedora-unknown"));
        }
        if (family.contains("Red Hat Enterprise Linux") || family.contains("RHEL")) {
            return release("rhel", version, "");
        }
        if (family.contains("CentOS") || family.contains("Scientific")) {
            return release("centos", version, "");
        }
        if (family.contains("SUSE Linux Enterprise")) {
            return release("sles", version, "sp");
        }
        if (family.contains("openSUSE")) {
            boolean rolling = info.value("general", "name").orElse("").contains("openSUSE Tumbleweed");
            return rolling ? known("opensusetumbleweed") : release("opensuse", version, "");
        }
        return Optional.empty();
    }

    /** The newest release of a version that the database knows, not beyond the one that the tree names. */
    private Optional<String> release(String prefix, String version, String service) {
        String[] parts = version.split("\\.", 3);
        int update = parts.length > 1 ? number(parts[1]) : 0;
        for (int tried = update; tried >= 0; tried--) {
            String name = prefix + number(parts[0]);
            if (!service.isEmpty()) {
                name += tried > 0 ? service + tried : "";
            } else {
                name += "." + tried;
            }
            Optional<String> found = known(name);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static int number(String digits) {
        try {
            return Math.min(Integer.parseInt(digits), 1000);
        } catch (NumberFormatException notANumber) {
            return 0;
        }
    }

    private Optional<String> known(String shortId) {
        return systems.find(shortId).map(os -> shortId);
    }

    /** Older trees of SUSE say what they are in a file {@code content}, a line for each key. */
    private Optional<TreeFacts> suse() {
        Optional<String> content = source.text("content");
        if (content.isEmpty()) {
            return Optional.empty();
        }
        String product = value(content.get(), "LABEL")
                .or(() -> value(content.get(), "DISTRO").map(words -> words.substring(words.lastIndexOf(',') + 1)))
                .orElse("");
        if (!product.contains("SUSE")) {
            return Optional.empty();
        }
        String arch = value(content.get(), "BASEARCHS")
                .or(() -> value(content.get(), "DEFAULTBASE"))
                .or(() -> value(content.get(), "REPOID").map(id -> id.substring(id.lastIndexOf('/') + 1)))
                .map(all -> all.contains("i586-x86_64") ? "x86_64" : all)
                .orElse(architecture)
                .strip();
        String folder = arch.matches("i[4-9]86") ? "i386" : arch;
        String bits = arch.equals("x86_64") ? "64" : "";
        List<TreeFacts.Boot> kernels = List.of(
                new TreeFacts.Boot("boot/" + folder + "/linux", "boot/" + folder + "/initrd"),
                new TreeFacts.Boot("boot/loader/linux" + bits, "boot/loader/initrd" + bits),
                new TreeFacts.Boot("boot/" + folder + "/loader/linux", "boot/" + folder + "/loader/initrd"));
        return Optional.of(
                new TreeFacts(suseSystem(product, content.get()), kernels, Optional.empty(), Optional.empty()));
    }

    private Optional<String> suseSystem(String product, String content) {
        if (product.contains("Enterprise")) {
            Matcher version = Pattern.compile("(\\d+)(?:\\s+SP(\\d+))?\\s*$").matcher(product);
            if (!version.find()) {
                return Optional.empty();
            }
            String prefix = product.contains("Desktop") ? "sled" : "sles";
            String service = version.group(2);
            return known(prefix + version.group(1) + (service == null ? "" : "sp" + service));
        }
        return value(content, "VERSION")
                .map(version -> version.replaceFirst("-.*", ""))
                .flatMap(version -> known("opensuse" + version.strip()));
    }

    private static Optional<String> value(String content, String key) {
        return content.lines()
                .filter(line -> line.startsWith(key + " "))
                .map(line -> line.substring(key.length() + 1))
                .findFirst();
    }

    /** Trees of Debian and of what comes from it: lists of their images name the system, folders name the rest. */
    private Optional<TreeFacts> debian() {
        List<String> lists = List.of("current/images/MANIFEST", "current/legacy-images/MANIFEST", "daily/MANIFEST");
        for (String list : lists) {
            Optional<String> name = source.text(list).flatMap(TreeDetection::debianName);
            if (name.isPresent()) {
                String folder = list.substring(0, list.lastIndexOf('/'));
                Optional<String> system = list.startsWith("daily") ? known("debiantesting") : byCodename(name.get());
                return Optional.of(new TreeFacts(
                        system, List.of(netboot(name.get(), folder)), Optional.empty(), Optional.empty()));
            }
        }
        return source.text(".disk/info").flatMap(TreeDetection::debianName).map(name -> {
            var kernel = source instanceof ImageTree ? onDisc(name) : netboot(name, "install");
            return new TreeFacts(byCodename(name), List.of(kernel), Optional.empty(), Optional.empty());
        });
    }

    private static Optional<String> debianName(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.contains("ubuntu")) {
            return Optional.of("ubuntu");
        }
        return lower.contains("debian") ? Optional.of("debian") : Optional.empty();
    }

    private TreeFacts.Boot netboot(String name, String folder) {
        String arch = treeArchitecture();
        if (arch.equals("s390x")) {
            return new TreeFacts.Boot(folder + "/generic/kernel." + name, folder + "/generic/initrd." + name);
        }
        String root = folder + "/netboot/" + name + "-installer/" + arch + "/";
        return new TreeFacts.Boot(root + (arch.equals("ppc64el") ? "vmlinux" : "linux"), root + "initrd.gz");
    }

    private String treeArchitecture() {
        for (String pattern : List.of("^.*/installer-(\\w+)/?$", "^.*/daily-images/(\\w+)/?$")) {
            Matcher matcher = Pattern.compile(pattern).matcher(source.location());
            if (matcher.find()) {
                return matcher.group(1);
            }
        }
        for (String arch : List.of("i386", "amd64", "x86_64", "arm64")) {
            if (source.location().contains(arch)) {
                return arch.equals("x86_64") ? "amd64" : arch;
            }
        }
        return "i386";
    }

    private TreeFacts.Boot onDisc(String name) {
        if (name.equals("ubuntu")) {
            return architecture.equals("s390x")
                    ? new TreeFacts.Boot("boot/kernel.ubuntu", "boot/initrd.ubuntu")
                    : new TreeFacts.Boot("install/vmlinuz", "install/initrd.gz");
        }
        return switch (architecture) {
            case "x86_64" -> new TreeFacts.Boot("install.amd/vmlinuz", "install.amd/initrd.gz");
            case "i686" -> new TreeFacts.Boot("install.386/vmlinuz", "install.386/initrd.gz");
            case "aarch64" -> new TreeFacts.Boot("install.a64/vmlinuz", "install.a64/initrd.gz");
            case "ppc64le" -> new TreeFacts.Boot("install/vmlinux", "install/initrd.gz");
            case "s390x" -> new TreeFacts.Boot("boot/linux_vm", "boot/root.bin");
            default -> new TreeFacts.Boot("install/vmlinuz", "install/initrd.gz");
        };
    }

    private Optional<String> byCodename(String name) {
        for (Os os : systems.all()) {
            if (!os.shortId().startsWith(name)) {
                continue;
            }
            String codename = firstWord(os.codename());
            if (codename.isEmpty()) {
                int space = os.name().indexOf(' ');
                codename = space < 0 ? "" : firstWord(os.name().substring(space + 1));
            }
            if (!codename.isEmpty() && source.location().contains("/" + codename + "/")) {
                return Optional.of(os.shortId());
            }
        }
        return Optional.empty();
    }

    private static String firstWord(String text) {
        int space = text.indexOf(' ');
        return (space < 0 ? text : text.substring(0, space)).toLowerCase(Locale.ROOT);
    }

    private Optional<TreeFacts> mageia() {
        Optional<Matcher> version = source.text("VERSION")
                .map(text -> Pattern.compile("^Mageia (\\d+) .*").matcher(text))
                .filter(Matcher::lookingAt);
        return version.map(matcher -> {
            List<TreeFacts.Boot> kernels = new ArrayList<>();
            kernels.add(new TreeFacts.Boot(
                    "isolinux/" + architecture + "/vmlinuz", "isolinux/" + architecture + "/all.rdz"));
            return new TreeFacts(known("mageia" + matcher.group(1)), kernels, Optional.empty(), Optional.empty());
        });
    }
}
