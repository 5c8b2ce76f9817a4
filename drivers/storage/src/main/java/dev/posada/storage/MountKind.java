package dev.posada.storage;

import dev.posada.driver.LivePool;
import dev.posada.driver.StorageDriver.BuildOption;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PoolDefinition;
import dev.posada.posix.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Pools of types {@code fs} and {@code netfs}: a folder where a device's or another host's file system is mounted while
 * the pool is started. Whether it is, the kernel's table of mounts says; a mount that was there before is taken over, as
 * libvirt does.
 */
final class MountKind implements PoolKind {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final String AUTO = "auto";

    /** Where the mount point stands in a line of the table. */
    private static final int POINT_FIELD = 4;

    private final boolean network;
    private final HostTools tools;

    MountKind(boolean network, HostTools tools) {
        this.network = network;
        this.tools = tools;
    }

    @Override
    public String word() {
        return network ? "netfs" : "fs";
    }

    @Override
    public Set<String> places(PoolDefinition definition) {
        var places = new HashSet<>(Set.of("folder " + definition.targetPath()));
        if (network) {
            places.add("export " + source(definition));
        } else {
            definition.sourceDevices().forEach(device -> places.add("device " + device));
        }
        return places;
    }

    /** What is mounted. */
    private String source(PoolDefinition definition) {
        if (!network) {
            return definition.sourceDevices().getFirst();
        }
        var host = definition.sourceHosts().getFirst();
        var folder = definition.sourceFolder().orElse("/");
        boolean cifs = definition.sourceFormat().filter("cifs"::equals).isPresent();
        return cifs ? "//" + host + "/" + folder.replaceFirst("^/", "") : host + ":" + folder;
    }

    @Override
    public Element sources(Optional<Element> where) {
        if (!network) {
            return PoolKind.super.sources(where);
        }
        var host = where.flatMap(source -> source.child("host"))
                .flatMap(element -> element.attribute("name"))
                .filter(name -> !name.isEmpty() && !name.startsWith("-"))
                .orElseThrow(
                        () -> StorageErrors.of(ErrorCode.INVALID_ARG, "hostname must be specified for netfs sources"));
        var listed = tools.run(
                "looking for exports of host '" + host + "'",
                "nfs-common",
                List.of("showmount", "--no-headers", "--exports", host));
        var sources = Element.of("sources");
        for (var line : listed.lines().toList()) {
            sources = sources.plus(Element.of("source")
                    .plus(Element.of("host", "name", host))
                    .plus(Element.of("dir", "path", line.split("\\s", 2)[0]))
                    .plus(Element.of("format", "type", "nfs")));
        }
        return sources;
    }

    @Override
    public void build(PoolDefinition definition, Set<BuildOption> options) {
        Folders.make(definition);
        if (network || options.isEmpty()) {
            return;
        }
        var device = source(definition);
        var format = definition.sourceFormat().orElse(AUTO);
        if (format.equals(AUTO)) {
            throw StorageErrors.of(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    "pool '" + definition.name() + "' names no file system to make on '" + device
                            + "': give <format type='ext4'/>");
        }
        if (options.contains(BuildOption.NO_OVERWRITE)) {
            requireBlank(device, format);
        } else {
            new DeviceSignature(tools).clear(device); // some of those that make file systems ask otherwise
        }
        tools.change(
                "making a file system on '" + device + "'",
                "e2fsprogs, or xfsprogs or dosfstools for theirs",
                List.of("mkfs." + format, device));
    }

    private void requireBlank(String device, String format) {
        new DeviceSignature(tools).requireBlank(device, format);
        if (holdsSomething(device)) {
            throw StorageErrors.of(
                    ErrorCode.OPERATION_INVALID,
                    "device '" + device + "' holds data already: build with overwrite if that may go");
        }
    }

    /** Whether the beginning of a device holds anything but zeroes. */
    private static boolean holdsSomething(String device) {
        try (var file = Files.newInputStream(Path.of(device))) {
            for (byte octet : file.readNBytes(1 << 20)) {
                if (octet != 0) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw StorageErrors.failed("cannot read '" + device + "'", e);
        }
    }

    @Override
    public void delete(PoolDefinition definition, boolean zeroed) {
        var folder = Folders.of(definition);
        try {
            Files.delete(folder);
        } catch (IOException e) {
            throw StorageErrors.failed("failed to remove pool '" + folder + "'", e);
        }
    }

    @Override
    public LivePool start(PoolDefinition definition) {
        var folder = Folders.of(definition);
        if (!Files.isDirectory(folder)) {
            throw StorageErrors.system(Errno.ENOENT, "cannot open directory '" + folder + "'");
        }
        if (!mounted(folder)) {
            mount(definition, folder);
        }
        return pool(folder);
    }

    private void mount(PoolDefinition definition, Path folder) {
        var source = source(definition);
        var command = new ArrayList<>(List.of("mount"));
        var format = definition.sourceFormat().orElse(AUTO);
        if (!format.equals(AUTO)) {
            command.addAll(List.of("-t", format));
        } else if (network) {
            command.addAll(List.of("-t", "nfs"));
        }
        var options = new ArrayList<>(List.of("nodev", "nosuid", "noexec"));
        definition
                .source()
                .child("protocol")
                .flatMap(protocol -> protocol.attribute("ver"))
                .ifPresent(version -> options.add("nfsvers=" + version));
        for (var option : definition
                .root()
                .child("fs:mount_opts")
                .map(list -> list.children("fs:option"))
                .orElse(List.of())) {
            options.add(option.attribute("name", ""));
        }
        command.addAll(List.of("-o", String.join(",", options), "--", source, folder.toString()));
        requireProgram(definition, format);
        tools.run("mounting '" + source + "' on '" + folder + "'", "mount", command);
    }

    /** What {@code mount} would call; it says less clearly what is missing. */
    private void requireProgram(PoolDefinition definition, String format) {
        if (network) {
            var what = "starting pool '" + definition.name() + "'";
            switch (format) {
                case "cifs" -> HostTools.require(what, "cifs-utils", "mount.cifs");
                case "glusterfs" -> HostTools.require(what, "glusterfs-client", "mount.glusterfs");
                default -> HostTools.require(what, "nfs-common", "mount.nfs");
            }
        }
    }

    private LivePool pool(Path folder) {
        return new FolderPool(
                folder,
                () -> tools.run("unmounting '" + folder + "'", "mount", List.of("umount", "--", folder.toString())));
    }

    @Override
    public Optional<LivePool> find(PoolDefinition definition) {
        var folder = Folders.of(definition);
        return mounted(folder) ? Optional.of(pool(folder)) : Optional.empty();
    }

    private static boolean mounted(Path folder) {
        try (var lines = Files.lines(MOUNTS)) {
            var real = Files.exists(folder) ? folder.toRealPath().toString() : folder.toString();
            return lines.map(line -> line.split(" ", -1))
                    .anyMatch(fields -> fields.length > POINT_FIELD
                            && plain(fields[POINT_FIELD]).equals(real));
        } catch (IOException e) {
            throw StorageErrors.failed("cannot read " + MOUNTS, e);
        }
    }

    /** A name of the table without the octal numbers that stand for blanks. */
    private static String plain(String field) {
        return field.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }
}
