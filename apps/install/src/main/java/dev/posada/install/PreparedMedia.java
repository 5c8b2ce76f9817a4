package dev.posada.install;

import dev.posada.client.Connection;
import dev.posada.iso.IsoException;
import dev.posada.iso.IsoImage;
import dev.posada.iso.IsoWriter;
import dev.posada.osinfo.Media;
import dev.posada.osinfo.Needs;
import dev.posada.osinfo.Os;
import dev.posada.osinfo.OsDatabase;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The media of a request: recognizes the system on them, takes kernels from them, makes seeds and answer files, and
 * brings all of it to where the hypervisor reads it. For one thread at a time.
 */
final class PreparedMedia implements InstallMedia {
    private final Connection connection;
    private final InstallRequest request;
    private final OsDatabase systems;
    private final Messages messages;
    private final Progress progress;
    private final Scratch scratch;
    private final Optional<CloudSeed> seed;
    private Optional<TreeSource> tree = Optional.empty();
    private Optional<TreeFacts> facts = Optional.empty();

    PreparedMedia(Connection connection, InstallRequest request, OsDatabase systems, Messages messages) {
        this.connection = connection;
        this.request = request;
        this.systems = systems;
        this.messages = messages;
        progress = new Progress(messages);
        scratch = new Scratch(connection, messages, progress);
        seed = request.cloudInit().map(wanted -> new CloudSeed(wanted, new SecureRandom()));
        if (request.source() instanceof InstallSource.Location location && isRemote()) {
            if (!WebTree.isWeb(location.location())) {
                throw new InstallException("Cannot access install tree on remote connection: " + location.location());
            }
        }
    }

    private boolean isRemote() {
        return !connection.uri().host().isEmpty();
    }

    @Override
    public void showProgress() {
        progress.show();
    }

    @Override
    public Optional<String> generatedPassword() {
        return seed.flatMap(CloudSeed::generatedPassword);
    }

    @Override
    public Optional<String> operatingSystem(String architecture) {
        return switch (request.source()) {
            case InstallSource.Cdrom cdrom -> disc(cdrom.path()).map(Disc::system);
            case InstallSource.Location location ->
                facts(location, architecture).system();
            case InstallSource.None none -> Optional.empty();
            case InstallSource.Kernel kernel -> Optional.empty();
            case InstallSource.BootDevice device -> Optional.empty();
        };
    }

    private record Disc(String system, Media media) {}

    private Optional<Disc> disc(String path) {
        if (isRemote() || path.contains("://") || !Files.isReadable(Path.of(path))) {
            return Optional.empty();
        }
        try (var image = IsoImage.open(Path.of(path))) {
            return systems.identify(TreeDetection.labels(image.labels()))
                    .map(match -> new Disc(match.os().shortId(), match.media()));
        } catch (IsoException noImage) {
            return Optional.empty();
        }
    }

    private TreeSource tree(InstallSource.Location location) {
        TreeSource source = tree.orElseGet(() -> TreeSource.of(location.location()));
        tree = Optional.of(source);
        return source;
    }

    private TreeFacts facts(InstallSource.Location location, String architecture) {
        if (facts.isPresent()) {
            return facts.get();
        }
        TreeSource source = tree(location);
        Optional<TreeFacts> found = new TreeDetection(source, systems, architecture).facts();
        if (location.kernel().isPresent() && location.initrd().isPresent()) {
            var named = List.of(new TreeFacts.Boot(
                    location.kernel().get(), location.initrd().get()));
            found = Optional.of(new TreeFacts(
                    found.flatMap(TreeFacts::system),
                    named,
                    found.flatMap(TreeFacts::media),
                    found.flatMap(TreeFacts::tree)));
        }
        TreeFacts made = found.orElseThrow(() -> notFound(source));
        facts = Optional.of(made);
        return made;
    }

    private static InstallException notFound(TreeSource source) {
        String more = source.isThere() ? "" : ": The URL could not be accessed, maybe you mistyped?";
        return new InstallException(
                "Could not find an installable distribution at URL '" + source.location() + "'" + more
                        + "\n\nThe location must be the root directory of an install tree.\n"
                        + "See virt-install man page for various distro examples.");
    }

    @Override
    public InstallBoot prepare(GuestDocument guest) {
        return switch (request.source()) {
            case InstallSource.Location location -> fromTree(guest, location);
            case InstallSource.Kernel kernel -> fromKernel(kernel);
            case InstallSource.Cdrom cdrom ->
                withoutTree(guest, disc(cdrom.path()).map(Disc::media));
            case InstallSource.None none -> withoutTree(guest, Optional.empty());
            case InstallSource.BootDevice device -> withoutTree(guest, Optional.empty());
        };
    }

    private InstallBoot fromTree(GuestDocument guest, InstallSource.Location location) {
        TreeSource source = tree(location);
        TreeFacts known = facts(location, guest.architecture());
        SequencedMap<String, Path> injections = injections();
        List<String> words = new ArrayList<>(request.extraArgs());
        boolean network = source instanceof WebTree;
        if (request.unattended().isPresent()) {
            var wanted = new Answers(request.unattended().get(), systems, messages);
            String url = network ? source.location() : "";
            List<String> theirs = new ArrayList<>();
            for (AnswerScript script : wanted.scripts(guest, known.media(), url, "initrd")) {
                String commandLine = script.commandLine();
                if (!commandLine.isEmpty()) {
                    theirs.add(commandLine);
                }
                injections.put(script.fileName(), written(script));
            }
            words.add(String.join(" ", theirs));
        } else if (network) {
            kernelUrlArgument(known, guest).ifPresent(argument -> words.add(argument + "=" + source.location()));
        }
        words.removeIf(String::isEmpty);
        String commandLine = request.kernelArgs().orElse(String.join(" ", words));
        if (source instanceof FolderTree && commandLine.isEmpty()) {
            messages.warn(
                    "Directory tree installs typically do not work unless extra kernel args are passed to point the"
                            + " installer at a network accessible install tree.");
        }
        return boot(source, known.kernels(), injections, commandLine, memoryKib(guest, source, known));
    }

    private InstallBoot fromKernel(InstallSource.Kernel kernel) {
        var source = new DirectSource();
        List<TreeFacts.Boot> pair = List.of(
                new TreeFacts.Boot(kernel.kernel().orElse(""), kernel.initrd().orElse("")));
        String commandLine = request.kernelArgs().orElse(String.join(" ", request.extraArgs()));
        return boot(source, pair, injections(), commandLine, 0);
    }

    private SequencedMap<String, Path> injections() {
        SequencedMap<String, Path> injections = new LinkedHashMap<>();
        for (String file : request.initrdInjections()) {
            Path path = Path.of(file);
            injections.put(path.getFileName().toString(), path);
        }
        return injections;
    }

    private Path written(AnswerScript script) {
        try {
            return Files.writeString(scratch.file("unattended-script"), script.answers());
        } catch (IOException e) {
            throw new InstallException("cannot write the answers for the installer: " + Reason.of(e), e);
        }
    }

    private Optional<String> kernelUrlArgument(TreeFacts known, GuestDocument guest) {
        Optional<Os> os = systems.find(known.system().orElse(guest.operatingSystem()));
        Optional<String> stated = os.flatMap(Os::kernelUrlArgument);
        if (stated.isPresent()) {
            return stated;
        }
        return switch (os.map(Os::distro).orElse("")) {
            case "caasp", "sle", "sled", "sles", "opensuse" -> Optional.of("install");
            case "centos", "rhel", "fedora" -> Optional.of("inst.repo");
            default -> Optional.empty();
        };
    }

    private long memoryKib(GuestDocument guest, TreeSource source, TreeFacts known) {
        boolean network = !(source instanceof ImageTree)
                || known.media()
                        .filter(media -> media.variants().stream().anyMatch(variant -> variant.contains("netinst")))
                        .isPresent();
        if (!network) {
            return 0;
        }
        return systems.find(guest.operatingSystem())
                        .flatMap(os -> os.resources(Needs.NETWORK_INSTALL, guest.architecture()))
                        .map(needs -> needs.ramBytes().orElse(0))
                        .orElse(0L)
                / 1024;
    }

    private InstallBoot boot(
            TreeSource source,
            List<TreeFacts.Boot> pairs,
            SequencedMap<String, Path> injections,
            String commandLine,
            long memoryKib) {
        TreeFacts.Boot pair = pairs.stream()
                .filter(one -> (one.kernel().isEmpty() || source.has(one.kernel()))
                        && (one.initrd().isEmpty() || source.has(one.initrd())))
                .findFirst()
                .orElseThrow(() -> new InstallException("Couldn't find kernel for install tree."));
        Optional<Path> kernel = fetched(source, pair.kernel());
        Optional<Path> initrd = fetched(source, pair.initrd());
        initrd.ifPresent(file -> InitrdArchive.append(file, injections));
        return new InstallBoot(
                kernel.map(scratch::forHypervisor),
                initrd.map(scratch::forHypervisor),
                commandLine.isEmpty() ? Optional.empty() : Optional.of(commandLine),
                List.of(),
                memoryKib);
    }

    private Optional<Path> fetched(TreeSource source, String path) {
        if (path.isEmpty()) {
            return Optional.empty();
        }
        String name = path.substring(path.lastIndexOf('/') + 1);
        Path file = scratch.file(name);
        try (TreeSource.OpenFile from = source.open(path);
                OutputStream to = Files.newOutputStream(file)) {
            progress.copy("Retrieving '" + name + "'", from.in(), to, from.sizeBytes(), TreeSource.MAX_FILE_BYTES);
        } catch (IOException | IsoException e) {
            throw new InstallException("Couldn't acquire file " + place(source, path) + ": " + Reason.of(e), e);
        }
        return Optional.of(file);
    }

    private static String place(TreeSource source, String path) {
        String location = source.location();
        return location.isEmpty() || location.endsWith("/") ? location + path : location + "/" + path;
    }

    /** Guests that start from a disc, a disk or the network may still find a disc with settings in another drive. */
    private InstallBoot withoutTree(GuestDocument guest, Optional<Media> media) {
        if (!request.initrdInjections().isEmpty()) {
            throw new InstallException("Install method does not support initrd injections.");
        }
        if (!request.extraArgs().isEmpty()) {
            throw new InstallException("Kernel arguments are only supported with location or kernel installs.");
        }
        List<String> drives = new ArrayList<>();
        if (request.unattended().isPresent()) {
            drives.add(answerDisc(guest, media));
        } else if (seed.isPresent()) {
            Path file = scratch.file("cloudinit.iso");
            messages.trace()
                    .tell(
                            "cloudinit",
                            () -> "Generated cloud-init userdata:\n"
                                    + seed.get().toldUserData());
            seed.get().write(file, Instant.now());
            drives.add(scratch.forHypervisor(file));
        }
        return new InstallBoot(Optional.empty(), Optional.empty(), Optional.empty(), drives, 0);
    }

    private String answerDisc(GuestDocument guest, Optional<Media> media) {
        Optional<Os> os = systems.find(guest.operatingSystem());
        if (os.filter(one -> one.family().startsWith("win")).isEmpty()) {
            messages.warn("Attempting unattended method=cdrom injection for a non-windows OS. If this doesn't work, try"
                    + " passing install media to --location");
        }
        var wanted = new Answers(request.unattended().orElseThrow(), systems, messages);
        var disc = new IsoWriter("unattended", Instant.now());
        for (AnswerScript script : wanted.scripts(guest, media, "", "cdrom")) {
            disc.add(script.fileName(), script.answers());
        }
        drivers(os, guest.architecture(), disc);
        Path file = scratch.file("unattended.iso");
        disc.write(file);
        return scratch.forHypervisor(file);
    }

    private void drivers(Optional<Os> os, String architecture, IsoWriter disc) {
        var direct = new DirectSource();
        os.ifPresent(system -> system.drivers().stream()
                .filter(driver ->
                        driver.preInstallable() && driver.architecture().equals(architecture))
                .forEach(driver -> driver.files().forEach(name -> {
                    String url =
                            driver.location().endsWith("/") ? driver.location() + name : driver.location() + "/" + name;
                    fetched(direct, url).ifPresent(file -> disc.add(name, file));
                })));
    }

    @Override
    public void close() {
        tree.ifPresent(TreeSource::close);
        scratch.close();
    }
}
