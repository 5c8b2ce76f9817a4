package dev.posada.install;

import dev.posada.install.Arguments.Given;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads from a command line what it asks for besides the guest's document. */
final class RequestReader {
    private final Given given;
    private final OptionTable table;
    private final Guest guest;

    RequestReader(Given given, OptionTable table, Guest guest) {
        this.given = given;
        this.table = table;
        this.guest = guest;
    }

    InstallRequest read() {
        var install = given.text("install").map(text -> new PlainOption(table.section("install"), text));
        var unattended = unattended();
        boolean noInstall = install.flatMap(option -> option.bool("no_install")).orElse(false);
        InstallSource source = fromInstall(install);
        var system = install.flatMap(option -> option.text("os"));
        if (system.isPresent()) {
            source = new InstallSource.Location(
                    published(system.get(), unattended.flatMap(InstallRequest.Unattended::profile)),
                    Optional.empty(),
                    Optional.empty());
        } else if (given.text("location").isPresent()) {
            source = location(given.text("location").get());
        } else if (given.text("cdrom").isPresent()) {
            source = new InstallSource.Cdrom(medium(given.text("cdrom").get()));
            noInstall |= given.has("livecd");
        } else if (given.has("pxe")) {
            source = new InstallSource.BootDevice("network");
        } else if (given.text("install").isEmpty()) {
            noInstall |= given.has("import")
                    || given.has("print-xml")
                    || given.has("print-step")
                    || given.has("boot")
                    || given.has("cloud-init")
                    || given.has("unattended");
        }
        var words = install.flatMap(option -> option.text("kernel_args"));
        boolean overwrite =
                install.flatMap(option -> option.bool("kernel_args_overwrite")).orElse(false);
        var extraArgs = words.isPresent() && !overwrite ? List.of(words.get()) : given.all("extra-args");
        boolean hasKernel = source instanceof InstallSource.Location || source instanceof InstallSource.Kernel;
        if (!extraArgs.isEmpty() && !hasKernel) {
            throw new InstallException("Kernel arguments are only supported with location or kernel installs.");
        }
        if (given.has("initrd-inject") && !hasKernel) {
            throw new InstallException("Install method does not support initrd injections.");
        }
        return new InstallRequest(
                source,
                noInstall,
                cloudInit(),
                unattended,
                extraArgs,
                overwrite ? words : Optional.empty(),
                given.all("initrd-inject"),
                wait(given.has("wait")),
                console(),
                given.has("noreboot"),
                given.has("transient"),
                given.has("destroy-on-exit"),
                given.has("autostart"),
                guest.messages().quiet());
    }

    private InstallSource fromInstall(Optional<PlainOption> install) {
        var kernel = install.flatMap(option -> option.text("kernel"));
        var initrd = install.flatMap(option -> option.text("initrd"));
        if (kernel.isPresent() || initrd.isPresent()) {
            return new InstallSource.Kernel(kernel, initrd);
        }
        return install.flatMap(option -> option.text("bootdev"))
                .<InstallSource>map(InstallSource.BootDevice::new)
                .orElseGet(InstallSource.None::new);
    }

    private InstallSource location(String text) {
        var words = new PlainOption(table.section("location"), text);
        var place = words.text("location");
        var kernel = words.text("kernel");
        var initrd = words.text("initrd");
        if (kernel.isPresent() || initrd.isPresent()) {
            if (place.isEmpty()) {
                throw new InstallException("location kernel/initrd may only be specified with a location URL/path");
            }
            if (kernel.isEmpty() || initrd.isEmpty()) {
                throw new InstallException("location kernel/initrd must be be specified as a pair");
            }
        }
        var location = new InstallSource.Location(place.orElse(""), kernel, initrd);
        if (guest.host().isRemote() && !isWeb(location.location())) {
            throw new InstallException("Cannot access install tree on remote connection: " + location.location());
        }
        if (isImage(guest.host(), location)) {
            medium(location.location());
        }
        return location;
    }

    private static boolean isWeb(String location) {
        return location.startsWith("http://") || location.startsWith("https://") || location.startsWith("ftp://");
    }

    /** Whether a location is neither a tree in the network nor a folder. */
    static boolean isImage(Host host, InstallSource.Location location) {
        boolean folder =
                !host.isRemote() && java.nio.file.Files.isDirectory(java.nio.file.Path.of(location.location()));
        return !folder && !isWeb(location.location());
    }

    /** Checks that a medium is there, and gives its path as the hypervisor knows it. */
    private String medium(String path) {
        try {
            var storage = StoragePaths.manage(guest.host(), Optional.of(path));
            if (!storage.exists()) {
                throw new InstallException("Must specify storage creation parameters for non-existent path '"
                        + storage.path().orElse(path) + "'.");
            }
            return storage.path().orElse(path);
        } catch (InstallException | dev.posada.model.PosadaException e) {
            throw new InstallException("Validating install media '" + path + "' failed: " + e.getMessage(), e);
        }
    }

    /** Where a system is published to be installed from. */
    private String published(String name, Optional<String> profile) {
        var system = GuestSystem.named(guest.database(), name);
        var trees = system.os().map(dev.posada.osinfo.Os::trees).orElse(List.of());
        if (trees.isEmpty()) {
            throw new InstallException("OS '" + system.name() + "' does not have a URL location");
        }
        var architecture = guest.architecture().orElse("");
        var wanted = switch (profile.orElse("")) {
            case "jeos" -> "Server";
            case "desktop" -> "Workstation";
            case "" -> "Everything";
            default -> profile.get();
        };
        var fitting = trees.stream()
                .filter(tree -> tree.architecture().equals(architecture))
                .toList();
        var names = system.os().orElseThrow().variants();
        var url = fitting.stream()
                .filter(tree -> names.stream()
                        .anyMatch(variant -> tree.variants().contains(variant.id())
                                && variant.name().contains(wanted)))
                .findFirst()
                .or(() -> fitting.isEmpty() ? Optional.empty() : Optional.of(fitting.getLast()))
                .flatMap(dev.posada.osinfo.Tree::url)
                .orElseThrow(() -> new InstallException("OS '" + system.name()
                        + "' does not have a URL location for the architecture '" + architecture + "'"));
        guest.messages().say("Using " + name + " --location " + url);
        return url;
    }

    private Optional<InstallRequest.Unattended> unattended() {
        if (!given.has("unattended")) {
            return Optional.empty();
        }
        var words = new PlainOption(
                table.section("unattended"), given.text("unattended").orElse(""));
        return Optional.of(new InstallRequest.Unattended(
                words.text("profile"),
                words.text("admin-password-file"),
                words.text("user-login"),
                words.text("user-password-file"),
                words.text("product-key"),
                words.text("reg-login")));
    }

    private Optional<InstallRequest.CloudInit> cloudInit() {
        if (!given.has("cloud-init")) {
            return Optional.empty();
        }
        if (given.text("cloud-init").isEmpty()) {
            guest.messages().warn("Defaulting to --cloud-init root-password-generate=yes,disable=yes");
        }
        var words = new PlainOption(
                table.section("cloud-init"), given.text("cloud-init").orElse("root-password-generate=yes,disable=yes"));
        return Optional.of(new InstallRequest.CloudInit(
                words.bool("root-password-generate").orElse(false),
                words.text("root-password-file"),
                words.bool("disable").orElse(false),
                words.text("root-ssh-key"),
                words.text("clouduser-ssh-key"),
                words.text("user-data"),
                words.text("meta-data"),
                words.text("network-config")));
    }

    private OptionalInt wait(boolean given) {
        if (!given) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(
                this.given.text("wait").map(text -> (int) Values.integer(text)).orElse(-1));
    }

    private InstallRequest.ConsoleChoice console() {
        if (given.has("noautoconsole")) {
            return InstallRequest.ConsoleChoice.NONE;
        }
        var word = given.text("autoconsole").orElse("default");
        return switch (word) {
            case "none" -> InstallRequest.ConsoleChoice.NONE;
            case "default" -> InstallRequest.ConsoleChoice.DEFAULT;
            case "text" -> InstallRequest.ConsoleChoice.TEXT;
            case "graphical" -> InstallRequest.ConsoleChoice.GRAPHICAL;
            default -> throw new BadWord("Unknown autoconsole type '" + word + "'");
        };
    }
}
