package dev.posada.doctor;

import java.nio.file.Files;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The kernel's controllers that limit guests and count for them, of version 1 or 2, and whether we may use them. */
final class CgroupChecks implements Check {
    private static final String MOUNT = "/sys/fs/cgroup";
    private static final List<String> NEEDED = List.of("cpu", "cpuacct", "cpuset", "memory", "devices", "blkio");

    @Override
    public void look(Host host, Report report) {
        var unified = host.text(MOUNT + "/cgroup.controllers");
        var there = unified.isPresent() ? unifiedControllers(unified.get()) : separateControllers(host);
        for (var controller : NEEDED) {
            var what = "for cgroup '" + controller + "' controller support";
            if (there.contains(controller)) {
                report.pass(Topic.QEMU, what, "");
            } else {
                report.warn(
                        Topic.QEMU,
                        what,
                        "limits and figures of " + controller + " are not available",
                        unified.isPresent()
                                ? "Have it delegated: echo +" + controller.replace("blkio", "io")
                                        + " >/sys/fs/cgroup/cgroup.subtree_control, or Delegate=yes in the service."
                                : "Enable it in the kernel (cgroup_enable=" + controller
                                        + ") and mount it below /sys/fs/cgroup.");
            }
        }
        delegation(host, report, unified.isPresent());
    }

    /** What version 2 knows by other names, or does by itself. */
    private static Set<String> unifiedControllers(String controllers) {
        var there = new HashSet<>(Arrays.asList(controllers.split(" +", -1)));
        if (there.contains("cpu")) {
            there.add("cpuacct");
        }
        if (there.contains("io")) {
            there.add("blkio");
        }
        there.add("devices");
        return there;
    }

    private static Set<String> separateControllers(Host host) {
        var there = new HashSet<String>();
        for (var line : host.text("/proc/mounts").orElse("").split("\n", -1)) {
            var fields = line.split(" ", -1);
            if (fields.length > 3 && fields[2].equals("cgroup")) {
                there.addAll(Arrays.asList(fields[3].split(",", -1)));
            }
        }
        return there;
    }

    private static void delegation(Host host, Report report, boolean unified) {
        var what = "if groups of processes can be made";
        var own = ownGroup(host, unified);
        if (host.isThisOne() ? Files.isWritable(host.at(own)) : host.exists(own)) {
            report.pass(Topic.QEMU, what, unified ? "cgroup version 2" : "cgroup version 1");
        } else {
            report.warn(
                    Topic.QEMU,
                    what,
                    own + " cannot be written",
                    "Run the daemon as a service with Delegate=yes, or as root; without it, guests have no limits.");
        }
    }

    private static String ownGroup(Host host, boolean unified) {
        if (!unified) {
            return MOUNT + "/cpu";
        }
        for (var line : host.text("/proc/self/cgroup").orElse("").split("\n", -1)) {
            if (line.startsWith("0::/")) {
                return line.equals("0::/") ? MOUNT : MOUNT + line.substring("0::".length());
            }
        }
        return MOUNT;
    }
}
