package dev.posada.qemu;

import dev.posada.qmp.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the guest reads about its machine: SMBIOS tables, firmware configuration, generation id. */
final class SystemInfoArguments {
    private static final Map<String, String> BIOS =
            Map.of("vendor", "vendor", "version", "version", "date", "date", "release", "release");
    private static final Map<String, String> SYSTEM = Map.of(
            "manufacturer", "manufacturer",
            "product", "product",
            "version", "version",
            "serial", "serial",
            "uuid", "uuid",
            "sku", "sku",
            "family", "family");
    private static final Map<String, String> BASE_BOARD = Map.of(
            "manufacturer", "manufacturer",
            "product", "product",
            "version", "version",
            "serial", "serial",
            "asset", "asset",
            "location", "location");
    private static final Map<String, String> CHASSIS = Map.of(
            "manufacturer", "manufacturer", "version", "version", "serial", "serial", "asset", "asset", "sku", "sku");

    private SystemInfoArguments() {}

    static void add(Assembly assembly) {
        var domain = assembly.domain();
        assembly.add("-uuid", assembly.live().uuid().toString());
        domain.child("genid")
                .ifPresent(id -> assembly.device(Json.object()
                        .with("driver", "vmgenid")
                        .with("guid", id.text())
                        .with("id", "vmgenid0")));
        var mode = domain.child("os")
                .flatMap(os -> os.child("smbios"))
                .map(smbios -> smbios.attribute("mode", "emulate"))
                .orElse("emulate");
        boolean shown = switch (mode) {
            case "emulate" -> false;
            case "sysinfo" -> true;
            default ->
                throw Refusal.unsupported("<os><smbios mode='" + Refusal.shown(mode)
                        + "'/> is not supported by this driver: use 'emulate' or 'sysinfo'");
        };
        for (var info : domain.children("sysinfo")) {
            switch (info.attribute("type", "")) {
                case "smbios" -> {
                    if (shown) {
                        addTables(assembly, info);
                    } else {
                        info.take();
                    }
                }
                case "fwcfg" -> addFirmwareConfiguration(assembly, info);
                default -> throw info.unsupported("type");
            }
        }
    }

    private static void addTables(Assembly assembly, Part info) {
        info.child("bios").ifPresent(table -> addTable(assembly, 0, table, BIOS));
        info.child("system").ifPresent(table -> addTable(assembly, 1, table, SYSTEM));
        info.children("baseBoard").forEach(table -> addTable(assembly, 2, table, BASE_BOARD));
        info.child("chassis").ifPresent(table -> addTable(assembly, 3, table, CHASSIS));
        info.child("oemStrings").ifPresent(table -> {
            var parts = new ArrayList<>(List.of("type=11"));
            table.children("entry").forEach(entry -> parts.add("value=" + Assembly.escaped(entry.text())));
            assembly.add("-smbios", String.join(",", parts));
        });
    }

    private static void addTable(Assembly assembly, int type, Part table, Map<String, String> names) {
        var parts = new ArrayList<>(List.of("type=" + type));
        for (var entry : table.children("entry")) {
            var name = entry.word("name", names).orElseThrow(() -> entry.unsupported("name"));
            parts.add(name + "=" + Assembly.escaped(entry.text()));
        }
        assembly.add("-smbios", String.join(",", parts));
    }

    private static void addFirmwareConfiguration(Assembly assembly, Part info) {
        for (var entry : info.children("entry")) {
            var name = "name=" + Assembly.escaped(entry.attribute("name", ""));
            var file = entry.attribute("file");
            assembly.add(
                    "-fw_cfg",
                    name
                            + (file.isPresent()
                                    ? ",file=" + Assembly.escaped(file.get())
                                    : ",string=" + Assembly.escaped(entry.text())));
        }
    }
}
