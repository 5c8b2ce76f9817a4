package dev.posada.doctor;

import java.nio.file.Path;
import java.util.ArrayList;

/** QEMU itself, and what goes with it: firmware, TPMs, memory pages. */
final class EmulatorChecks implements Check {
    private static final String PREFIX = "qemu-system-";

    /** More emulators than QEMU has targets. */
    private static final int EMULATORS = 64;

    private static final String DESCRIPTORS = "/usr/share/qemu/firmware";

    @Override
    public void look(Host host, Report report) {
        emulators(host, report);
        firmware(host, report);
        tpm(host, report);
        pages(host, report);
    }

    private static void emulators(Host host, Report report) {
        var own = host.architecture();
        boolean found = false;
        var names = host.names("/usr/bin").stream()
                .filter(name -> name.startsWith(PREFIX))
                .limit(EMULATORS)
                .toList();
        for (var name : names) {
            var architecture = name.substring(PREFIX.length());
            var what = "for QEMU of " + architecture;
            var version = host.run(host.at("/usr/bin/" + name), "--version");
            if (version.isPresent() && version.get().status() == 0) {
                report.pass(Topic.QEMU, what, version(version.get().firstLine()));
                found |= architecture.equals(own);
            } else {
                report.warn(
                        Topic.QEMU,
                        what,
                        name + " does not run",
                        "See what it says: " + name + " --version; install its package again.");
            }
        }
        if (!found) {
            report.fail(
                    Topic.QEMU,
                    "for QEMU of " + own,
                    "not installed",
                    "Install it: apt install qemu-system-" + (own.equals("x86_64") ? "x86" : "arm")
                            + ", or dnf install qemu-kvm.");
        }
    }

    /** From {@code QEMU emulator version 7.2.22 (Debian …)} the number. */
    private static String version(String line) {
        int at = line.indexOf("version ");
        return at < 0 ? line : line.substring(at + "version ".length()).split("[ ,]", 2)[0];
    }

    private static void firmware(Host host, Report report) {
        var what = "for UEFI firmware";
        var broken = new ArrayList<String>();
        int good = 0;
        for (var folder : new String[] {DESCRIPTORS, "/etc/qemu/firmware"}) {
            for (var name : host.names(folder)) {
                if (name.endsWith(".json")) {
                    if (filesExist(host, host.text(folder + "/" + name).orElse(""))) {
                        good++;
                    } else {
                        broken.add(name);
                    }
                }
            }
        }
        if (!broken.isEmpty()) {
            report.warn(
                    Topic.QEMU,
                    what,
                    "descriptors of files that are not there: " + String.join(", ", broken),
                    "Install the firmware they belong to, or remove them.");
        } else if (good == 0) {
            report.warn(
                    Topic.QEMU,
                    what,
                    "no descriptors in " + DESCRIPTORS,
                    "Guests with <os firmware='efi'> need it: apt install ovmf, or dnf install edk2-ovmf.");
        } else {
            report.pass(Topic.QEMU, what, good + " descriptors");
        }
    }

    /** Whether the files that a descriptor names are there. */
    private static boolean filesExist(Host host, String descriptor) {
        var mark = "\"filename\"";
        for (int at = descriptor.indexOf(mark); at >= 0; at = descriptor.indexOf(mark, at + 1)) {
            int begin = descriptor.indexOf('"', at + mark.length()) + 1;
            int end = descriptor.indexOf('"', begin);
            if (begin == 0 || end < 0) {
                return false;
            }
            var path = descriptor.substring(begin, end);
            if (!path.startsWith("/") || !host.exists(path)) {
                return false;
            }
        }
        return !descriptor.isEmpty();
    }

    private static void tpm(Host host, Report report) {
        var what = "for emulated TPMs (swtpm)";
        var program = host.program("swtpm");
        if (program.isPresent() && host.program("swtpm_setup").isPresent()) {
            report.pass(Topic.QEMU, what, version(host, program.get()));
        } else {
            report.warn(
                    Topic.QEMU,
                    what,
                    program.isPresent() ? "swtpm_setup is missing" : "not installed",
                    "Guests with <tpm> need it, Windows 11 among them: apt install swtpm swtpm-tools.");
        }
    }

    private static String version(Host host, Path program) {
        return host.run(program, "--version")
                .map(Host.Outcome::firstLine)
                .map(EmulatorChecks::version)
                .orElse("");
    }

    private static void pages(Host host, Report report) {
        var what = "for huge pages";
        var reserved = new ArrayList<String>();
        for (var size : host.names("/sys/kernel/mm/hugepages")) {
            var count = host.text("/sys/kernel/mm/hugepages/" + size + "/nr_hugepages")
                    .orElse("0");
            if (!count.equals("0")) {
                reserved.add(count + " of " + size.replace("hugepages-", ""));
            }
        }
        report.pass(Topic.QEMU, what, reserved.isEmpty() ? "none reserved" : String.join(", ", reserved));
    }
}
