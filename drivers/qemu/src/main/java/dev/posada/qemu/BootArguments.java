package dev.posada.qemu;

import java.util.ArrayList;
import java.util.Map;

/** What the guest boots: order and menu, or a kernel from the host. */
final class BootArguments {
    private static final int MENU_TIMEOUT_MAX = 65_535;

    private BootArguments() {}

    static void add(Assembly assembly) {
        var os = assembly.domain().child("os").orElseThrow();
        boolean devicesSay = assembly.live().devices().stream()
                .anyMatch(device -> device.child("boot").isPresent());
        var kinds = new ArrayList<String>();
        for (var boot : os.children("boot")) {
            boot.word("dev", Map.of("hd", "hd", "cdrom", "cdrom", "fd", "fd", "network", "network"))
                    .ifPresent(kinds::add);
        }
        if (!devicesSay) {
            assembly.bootFrom(kinds);
        }
        var parts = new ArrayList<String>();
        var bios = os.child("bios");
        var menu = os.child("bootmenu");
        menu.flatMap(part -> part.flag("enable")).ifPresent(on -> parts.add("menu=" + Assembly.onOff(on)));
        bios.flatMap(part -> part.number("rebootTimeout")).ifPresent(millis -> parts.add("reboot-timeout=" + millis));
        menu.flatMap(part -> part.number("timeout")).ifPresent(millis -> {
            if (millis < 0 || millis > MENU_TIMEOUT_MAX) {
                throw menu.get().unsupported("timeout");
            }
            parts.add("splash-time=" + millis);
        });
        parts.add("strict=on");
        assembly.add("-boot", String.join(",", parts));
        if (bios.flatMap(part -> part.flag("useserial")).orElse(false)) {
            assembly.add("-device", "{\"driver\":\"sga\"}");
        }
        os.childText("kernel").filter(text -> !text.isEmpty()).ifPresent(path -> assembly.add("-kernel", path));
        os.childText("initrd").filter(text -> !text.isEmpty()).ifPresent(path -> assembly.add("-initrd", path));
        os.childText("cmdline").filter(text -> !text.isEmpty()).ifPresent(text -> assembly.add("-append", text));
        os.childText("dtb").filter(text -> !text.isEmpty()).ifPresent(path -> assembly.add("-dtb", path));
        addAcpiTable(assembly, os);
    }

    private static void addAcpiTable(Assembly assembly, Part os) {
        os.child("acpi")
                .ifPresent(acpi -> acpi.children("table").forEach(table -> {
                    if (!table.has("type", "slic")) {
                        throw table.unsupported("type");
                    }
                    assembly.add("-acpitable", "sig=SLIC,file=" + Assembly.escaped(table.text()));
                }));
    }
}
