package dev.posada.install;

import dev.posada.model.Element;
import dev.posada.xml.Documents;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What a domain of one kind can be, from its capabilities document. */
final class DomainCapabilities {
    private static final Set<String> SECURITY_FEATURES = Set.of("spec-ctrl", "ssbd", "ibpb", "virt-ssbd", "md-clear");

    /** How the files of UEFI are called, by architecture; the first pattern that any file matches wins. */
    private static final Map<String, List<String>> FIRMWARE = Map.of(
            "i686", List.of(".*edk2-i386-.*\\.fd.*", ".*ovmf-ia32.*"),
            "x86_64",
                    List.of(
                            ".*edk2-x86_64-.*\\.fd.*",
                            ".*OVMF_CODE\\.fd.*",
                            ".*ovmf-x64/OVMF.*\\.fd.*",
                            ".*ovmf-x86_64-.*",
                            ".*ovmf.*",
                            ".*OVMF.*"),
            "aarch64",
                    List.of(".*AAVMF_CODE\\.fd.*", ".*aarch64/QEMU_EFI.*", ".*aarch64.*", ".*edk2-aarch64-code\\.fd.*"),
            "armv7l", List.of(".*AAVMF32_CODE\\.fd.*", ".*arm/QEMU_EFI.*", ".*edk2-arm-code\\.fd.*"));

    private final Element document;
    private Optional<List<String>> securityFeatures = Optional.empty();

    DomainCapabilities(Element document) {
        this.document = document;
    }

    String architecture() {
        return document.childText("arch").orElse("");
    }

    String type() {
        return document.childText("domain").orElse("");
    }

    String machine() {
        return document.childText("machine").orElse("");
    }

    String emulator() {
        return document.childText("path").orElse("");
    }

    /** Whether there was a document at all. */
    boolean isKnown() {
        return !document.content().isEmpty();
    }

    private List<String> values(Optional<Element> block, String name) {
        return block.stream()
                .flatMap(element -> element.children("enum").stream())
                .filter(element -> element.has("name", name))
                .flatMap(element -> element.children("value").stream())
                .map(Element::text)
                .toList();
    }

    private boolean hasEnum(Optional<Element> block, String name) {
        return block.stream()
                .flatMap(element -> element.children("enum").stream())
                .anyMatch(element -> element.has("name", name));
    }

    private Optional<Element> device(String name) {
        return document.at("devices", name);
    }

    boolean supportsFirmwareEfi() {
        return values(document.child("os"), "firmware").contains("efi");
    }

    /**
     * The file of UEFI to use.
     *
     * @throws InstallException when there is none
     */
    String firmware(String architecture) {
        var loader = document.at("os", "loader");
        if (!values(loader, "readonly").contains("yes")) {
            throw new InstallException("Libvirt version does not support UEFI.");
        }
        if (!FIRMWARE.containsKey(architecture())) {
            throw new InstallException("Don't know how to setup UEFI for arch '" + architecture + "'");
        }
        var files = loader.stream()
                .flatMap(element -> element.children("value").stream())
                .map(Element::text)
                .toList();
        for (var pattern : FIRMWARE.get(architecture())) {
            var matcher = Pattern.compile(pattern).asMatchPredicate();
            var found = files.stream().filter(matcher).findFirst();
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw new InstallException("Did not find any UEFI binary path for arch '" + architecture + "'");
    }

    /** A manner of giving the guest its processor, such as {@code host-model}; empty when it cannot be had. */
    Optional<Element> mode(String name) {
        return document.child("cpu").stream()
                .flatMap(cpu -> cpu.children("mode").stream())
                .filter(mode -> mode.has("name", name))
                .findFirst();
    }

    private Optional<Element> supportedMode(String name) {
        return mode(name).filter(mode -> mode.has("supported", "yes"));
    }

    boolean supportsSafeHostModel() {
        return supportedMode("host-model")
                .flatMap(mode -> mode.child("model"))
                .filter(model -> model.has("fallback", "forbid"))
                .isPresent();
    }

    boolean supportsSafeHostPassthrough() {
        return values(supportedMode("host-passthrough"), "hostPassthroughMigratable")
                .contains("on");
    }

    /** The features by which the host's processor keeps guests apart, as far as it has them. */
    List<String> securityFeatures(Host host, Messages messages) {
        if (securityFeatures.isEmpty()) {
            var found = new ArrayList<String>();
            var mode = supportedMode("host-model");
            if (mode.isPresent()) {
                var cpu =
                        Element.of("cpu").withContent(mode.get().content()).plus(Element.text("arch", architecture()));
                try {
                    host.expandedProcessor(this, Documents.format(cpu)).children("feature").stream()
                            .map(feature -> feature.attribute("name", ""))
                            .filter(SECURITY_FEATURES::contains)
                            .forEach(found::add);
                } catch (dev.posada.model.PosadaException e) {
                    messages.warn("Failed to get expanded CPU XML: " + e.getMessage());
                }
            }
            securityFeatures = Optional.of(List.copyOf(found));
        }
        return securityFeatures.get();
    }

    boolean supportsEncryptedState() {
        return document.at("features", "sev")
                .filter(sev -> sev.has("supported", "yes"))
                .flatMap(sev -> sev.childText("maxESGuests"))
                .isPresent();
    }

    boolean supportsVideo(String model) {
        return values(device("video"), "modelType").contains(model);
    }

    boolean supportsQxl(Host host) {
        return hasEnum(device("video"), "modelType") ? supportsVideo("qxl") : supportsSpice(host);
    }

    boolean supportsSpice(Host host) {
        var graphics = device("graphics");
        if (graphics.filter(element -> element.has("supported", "yes")).isEmpty()) {
            return (host.isQemu() || host.isTest())
                    && host.capabilities()
                            .architecture()
                            .filter(arch -> arch.equals("i686") || arch.equals("x86_64"))
                            .isPresent();
        }
        return values(graphics, "type").contains("spice");
    }

    boolean knowsTpm() {
        return device("tpm").flatMap(tpm -> tpm.attribute("supported")).isPresent();
    }

    boolean supportsTpm(String model) {
        return values(device("tpm"), "model").contains(model);
    }

    boolean supportsTpmEmulator() {
        var models = values(device("tpm"), "model");
        // Libvirt says it has this one and refuses it when a guest is defined.
        boolean refused = architecture().equals("armv7l") && models.equals(List.of("tpm-tis"));
        return !refused
                && !models.isEmpty()
                && values(device("tpm"), "backendModel").contains("emulator");
    }
}
