package dev.posada.doctor;

import dev.posada.posix.Kvm;
import dev.posada.posix.PosixException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whether guests run on the processor itself, and what the kernel gives them. */
final class KvmChecks implements Check {
    private static final List<String> MODULES = List.of("/lib/modules/", "/usr/lib/modules/");

    private static final String HARDWARE = "for hardware virtualization";
    private static final String IOMMU = "for device assignment IOMMU support";
    private static final String SECURE = "for secure guest support";

    @Override
    public void look(Host host, Report report) {
        var flags = cpuFlags(host);
        var virtual = hasVirtualization(host, flags);
        if (virtual) {
            report.pass(Topic.QEMU, HARDWARE, "");
            device(host, report);
            nested(host, report);
        } else {
            report.fail(
                    Topic.QEMU,
                    HARDWARE,
                    "the processor shows neither vmx nor svm; guests are emulated, many times slower",
                    "Turn virtualization (VT-x, AMD-V, SVM) on in the firmware; in a virtual machine, have its host pass"
                            + " it on (cpu mode='host-passthrough', kvm nested=1).");
        }
        plainDevices(host, report);
        iommu(host, report, flags);
        secureGuests(host, report, flags);
    }

    private static Set<String> cpuFlags(Host host) {
        var flags = new HashSet<String>();
        host.text("/proc/cpuinfo").orElse("").lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0 && (line.startsWith("flags") || line.startsWith("Features") || line.startsWith("features"))) {
                flags.addAll(Arrays.asList(line.substring(colon + 1).strip().split(" +", -1)));
            }
        });
        return flags;
    }

    private static boolean hasVirtualization(Host host, Set<String> flags) {
        return switch (host.architecture()) {
            case "x86_64", "i386" -> flags.contains("vmx") || flags.contains("svm");
            case "s390x" -> flags.contains("sie");
            // Elsewhere the processor does not tell; the kernel offers the device when it can.
            default -> host.exists("/dev/kvm");
        };
    }

    private static void device(Host host, Report report) {
        var exists = "if device /dev/kvm exists";
        if (!host.exists("/dev/kvm")) {
            report.fail(
                    Topic.QEMU,
                    exists,
                    "no such device",
                    "Load the module: modprobe kvm_intel or modprobe kvm_amd; if that fails, turn virtualization on in"
                            + " the firmware.");
            return;
        }
        report.pass(Topic.QEMU, exists, "");
        var accessible = "if device /dev/kvm is accessible";
        var kvm = host.at("/dev/kvm");
        if (!Files.isReadable(kvm) || !Files.isWritable(kvm)) {
            report.fail(
                    Topic.QEMU,
                    accessible,
                    "permission denied",
                    "Join the device's group and log in again: usermod -a -G kvm "
                            + System.getProperty("user.name", "USER") + ".");
            return;
        }
        report.pass(Topic.QEMU, accessible, "");
        var usable = "if device /dev/kvm makes virtual machines";
        try {
            report.pass(Topic.QEMU, usable, "interface version " + Kvm.tryOut(kvm));
        } catch (PosixException e) {
            report.fail(
                    Topic.QEMU,
                    usable,
                    String.valueOf(e.getMessage()),
                    "Another hypervisor may hold the processor (VirtualBox, VMware): stop it, and look into dmesg for"
                            + " what kvm says.");
        }
    }

    private static void nested(Host host, Report report) {
        var what = "for nested virtualization";
        for (var module : new String[] {"kvm_intel", "kvm_amd"}) {
            var value = host.text("/sys/module/" + module + "/parameters/nested");
            if (value.isPresent()) {
                if (value.get().equals("Y") || value.get().equals("1")) {
                    report.pass(Topic.QEMU, what, module);
                } else {
                    report.warn(
                            Topic.QEMU,
                            what,
                            "guests cannot run guests of their own on the processor",
                            "If they should: echo options " + module + " nested=1 >/etc/modprobe.d/kvm.conf, and load"
                                    + " the module anew.");
                }
            }
        }
    }

    private static void plainDevices(Host host, Report report) {
        var vhost = "if device /dev/vhost-net exists";
        if (host.exists("/dev/vhost-net")) {
            report.pass(Topic.QEMU, vhost, "");
        } else {
            report.warn(
                    Topic.QEMU,
                    vhost,
                    "virtio network cards work through QEMU instead, and slower",
                    hasModule(host, "vhost_net")
                            ? "modprobe vhost_net; to have it at each start: echo vhost_net"
                                    + " >/etc/modules-load.d/vhost_net.conf."
                            : "This kernel has no module vhost_net: guests do without, or the host gets another kernel.");
        }
        var tun = "if device /dev/net/tun exists";
        if (host.exists("/dev/net/tun")) {
            report.pass(Topic.QEMU, tun, "");
        } else {
            report.fail(
                    Topic.QEMU,
                    tun,
                    "guests can have no network cards on bridges and virtual networks",
                    "modprobe tun; in a container, have the device passed in (--device /dev/net/tun).");
        }
    }

    /** Whether the running kernel's modules have this one. */
    private static boolean hasModule(Host host, String name) {
        var release = host.text("/proc/sys/kernel/osrelease");
        return release.isEmpty()
                || release.filter(running -> MODULES.stream()
                                .anyMatch(folder -> host.exists(
                                                folder + running + "/kernel/drivers/vhost/" + name + ".ko")
                                        || host.exists(folder + running + "/kernel/drivers/vhost/" + name + ".ko.xz")
                                        || host.exists(folder + running + "/kernel/drivers/vhost/" + name + ".ko.zst")))
                        .isPresent();
    }

    private static void iommu(Host host, Report report, Set<String> flags) {
        if (!flags.contains("vmx") && !flags.contains("svm")) {
            report.warn(
                    Topic.QEMU,
                    IOMMU,
                    "Unknown if this platform has IOMMU support",
                    "Only needed to give guests devices of the host (hostdev).");
            return;
        }
        var table = flags.contains("vmx") ? "DMAR" : "IVRS";
        if (!host.exists("/sys/firmware/acpi/tables/" + table)) {
            report.warn(
                    Topic.QEMU,
                    IOMMU,
                    "the firmware describes none: there is no ACPI table " + table,
                    "Turn VT-d or AMD-Vi on in the firmware, if guests are to have devices of the host.");
            return;
        }
        report.pass(Topic.QEMU, IOMMU, "");
        var enabled = "if IOMMU is enabled by kernel";
        if (host.names("/sys/kernel/iommu_groups").isEmpty()) {
            report.warn(
                    Topic.QEMU,
                    enabled,
                    "it is off",
                    "Add " + (flags.contains("vmx") ? "intel_iommu=on" : "amd_iommu=on")
                            + " to the kernel's command line (GRUB_CMDLINE_LINUX, update-grub) and start again.");
        } else {
            report.pass(Topic.QEMU, enabled, "");
        }
    }

    private static void secureGuests(Host host, Report report, Set<String> flags) {
        var sev = host.text("/sys/module/kvm_amd/parameters/sev");
        if (host.exists("/sys/firmware/uv")) {
            report.pass(Topic.QEMU, SECURE, "IBM Secure Execution");
        } else if (sev.filter(value -> value.equals("1") || value.equals("Y")).isPresent()) {
            report.pass(Topic.QEMU, SECURE, "AMD SEV");
        } else if (flags.contains("sev")) {
            report.warn(
                    Topic.QEMU,
                    SECURE,
                    "AMD SEV is there but off in the kernel",
                    "Add mem_encrypt=on kvm_amd.sev=1 to the kernel's command line and start again.");
        } else {
            report.warn(
                    Topic.QEMU,
                    SECURE,
                    "Unknown if this platform has Secure Guest support",
                    "Only needed for guests whose memory the host must not read (launchSecurity).");
        }
    }
}
