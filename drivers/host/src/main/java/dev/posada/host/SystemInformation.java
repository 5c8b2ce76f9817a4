package dev.posada.host;

import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the firmware says about the machine, as the kernel shows it. */
final class SystemInformation {
    private static final String FOLDER = "sys/class/dmi/id/";

    /** Parts of the answer, and for each entry the file it comes from. */
    private static final Map<String, List<Map.Entry<String, String>>> PARTS = Map.of(
            "bios",
            List.of(
                    Map.entry("vendor", "bios_vendor"),
                    Map.entry("version", "bios_version"),
                    Map.entry("date", "bios_date"),
                    Map.entry("release", "bios_release")),
            "system",
            List.of(
                    Map.entry("manufacturer", "sys_vendor"),
                    Map.entry("product", "product_name"),
                    Map.entry("version", "product_version"),
                    Map.entry("serial", "product_serial"),
                    Map.entry("uuid", "product_uuid"),
                    Map.entry("sku", "product_sku"),
                    Map.entry("family", "product_family")),
            "baseBoard",
            List.of(
                    Map.entry("manufacturer", "board_vendor"),
                    Map.entry("product", "board_name"),
                    Map.entry("version", "board_version"),
                    Map.entry("serial", "board_serial"),
                    Map.entry("asset", "board_asset_tag")),
            "chassis",
            List.of(
                    Map.entry("manufacturer", "chassis_vendor"),
                    Map.entry("version", "chassis_version"),
                    Map.entry("serial", "chassis_serial"),
                    Map.entry("asset", "chassis_asset_tag")));

    private static final List<String> ORDER = List.of("bios", "system", "baseBoard", "chassis");

    private SystemInformation() {}

    /** The {@code <sysinfo>} element; nothing where the kernel shows no firmware tables. */
    static Optional<Element> of(HostFiles files) {
        var parts = new ArrayList<Element>();
        for (var name : ORDER) {
            var entries = new ArrayList<Element>();
            for (var entry : PARTS.getOrDefault(name, List.of())) {
                files.value(FOLDER + entry.getValue())
                        .filter(text -> !text.isBlank())
                        .ifPresent(text ->
                                entries.add(Element.text("entry", text.strip()).with("name", entry.getKey())));
            }
            if (!entries.isEmpty()) {
                parts.add(Element.of(name).withContent(entries));
            }
        }
        return parts.isEmpty()
                ? Optional.empty()
                : Optional.of(Element.of("sysinfo", "type", "smbios").withContent(parts));
    }
}
