package dev.posada.qemu;

import dev.posada.qmp.Json;
import java.util.Map;

/** Folders of the host that the guest mounts, over 9p. */
final class FilesystemArguments {
    private FilesystemArguments() {}

    static void add(Assembly assembly) {
        for (var filesystem : assembly.devices("filesystem")) {
            add(assembly, filesystem);
        }
    }

    private static void add(Assembly assembly, Part filesystem) {
        if (!filesystem.attribute("type", "mount").equals("mount")) {
            throw filesystem.unsupported("type");
        }
        filesystem.child("driver").ifPresent(driver -> {
            if (!driver.attribute("type", "path").equals("path")) {
                throw filesystem.refused("driver type='" + Refusal.shown(driver.attribute("type", ""))
                        + "' needs a daemon of its own, which is not supported yet: leave <driver> out for 9p");
            }
        });
        var alias = Assembly.alias(filesystem);
        var options = new StringBuilder("local,security_model=");
        options.append(filesystem
                .word("accessmode", Map.of("passthrough", "passthrough", "mapped", "mapped", "squash", "none"))
                .orElse("passthrough"));
        filesystem
                .word("multidevs", Map.of("remap", "remap", "forbid", "forbid", "warn", "warn", "default", ""))
                .filter(word -> !word.isEmpty())
                .ifPresent(word -> options.append(",multidevs=").append(word));
        for (var mode : new String[] {"fmode", "dmode"}) {
            filesystem.attribute(mode).ifPresent(digits -> {
                if (!digits.matches("[0-7]{1,4}")) {
                    throw filesystem.unsupported(mode);
                }
                options.append(',').append(mode).append("=0").append(digits.replaceFirst("^0+(?=.)", ""));
            });
        }
        var source = filesystem.child("source").orElseThrow(() -> filesystem.refused("it needs a <source dir='…'/>"));
        options.append(",id=fsdev-")
                .append(alias)
                .append(",path=")
                .append(Assembly.escaped(source.attribute("dir", "")));
        if (filesystem.child("readonly").isPresent()) {
            options.append(",readonly=on");
        }
        assembly.add("-fsdev", options.toString());
        var target = filesystem.child("target").orElseThrow(() -> filesystem.refused("it needs a <target dir='…'/>"));
        var device = Json.object()
                .with("driver", assembly.virtioDevice("virtio-9p", filesystem))
                .with("id", alias)
                .with("fsdev", "fsdev-" + alias)
                .with("mount_tag", target.attribute("dir", ""));
        device = Assembly.virtio(device, filesystem.child("driver"));
        assembly.device(assembly.addressed(device, filesystem));
    }
}
