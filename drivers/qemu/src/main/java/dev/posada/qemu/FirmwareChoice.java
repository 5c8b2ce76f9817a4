package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.nio.file.Path;
import java.util.Optional;

/** Chooses a firmware for a definition that asks for a kind ({@code <os firmware='efi'>}), and says so in the live one. */
final class FirmwareChoice {
    private FirmwareChoice() {}

    /**
     * The definition with a loader and a variable store in place of the kind asked for; unchanged when it names its
     * loader, or none.
     *
     * @throws dev.posada.model.PosadaException {@code OPERATION_FAILED} when nothing installed fits
     */
    static DomainDefinition settle(DomainDefinition definition, LaunchFacts facts) {
        var os = definition.root().child("os").orElseGet(() -> Element.of("os"));
        var kind = os.attribute("firmware", "");
        if (kind.isEmpty()) {
            return withTemplate(definition, os, facts);
        }
        if (kind.equals("bios")) {
            // The emulator's own firmware is one.
            return definition.withChild(os.without("firmware"));
        }
        var chosen = facts.firmware().stream()
                .filter(firmware -> firmware.uefi()
                        && firmware.fits(definition.architecture(), definition.machine())
                        && fits(firmware, definition, os))
                .findFirst()
                .orElseThrow(() -> Refusal.noFirmware(kind, definition.architecture()));
        var loader = Element.of("loader", "readonly", "yes");
        boolean secure = chosen.features().contains("requires-smm");
        if (secure) {
            loader = loader.with("secure", "yes");
        }
        loader = loader.with("type", "pflash").withText(chosen.executable().toString());
        var changed =
                os.without("firmware").withoutChildren(child -> child.name().equals("firmware"));
        changed = changed.child("loader").isPresent()
                ? changed.withChild(loader)
                : Draft.withBehind(changed, "type", loader);
        var template = chosen.template();
        if (template.isPresent()) {
            changed = withStore(changed, store(definition, os, facts), template.get());
        }
        var settled = definition.withChild(changed);
        return secure ? withSmm(settled) : settled;
    }

    private static boolean fits(Firmware firmware, DomainDefinition definition, Element os) {
        boolean secureLoader =
                os.child("loader").map(loader -> loader.has("secure", "yes")).orElse(false);
        if (secureLoader && !firmware.features().contains("secure-boot")) {
            return false;
        }
        boolean noSecureLoader =
                os.child("loader").map(loader -> loader.has("secure", "no")).orElse(false);
        if (noSecureLoader && firmware.features().contains("requires-smm")) {
            return false;
        }
        boolean noSmm = definition
                .root()
                .at("features", "smm")
                .map(smm -> smm.has("state", "off"))
                .orElse(false);
        if (noSmm && firmware.features().contains("requires-smm")) {
            return false;
        }
        return os.child("firmware").stream()
                .flatMap(wanted -> wanted.children("feature").stream())
                .allMatch(feature ->
                        firmware.features().contains(feature.attribute("name", "")) == feature.has("enabled", "yes"));
    }

    /** Where the variables will be kept of a domain that asks for a kind of firmware, and names no file for them. */
    static Optional<Path> store(DomainDefinition definition, Path nvramDirectory) {
        return definition
                .root()
                .child("os")
                .filter(os -> os.has("firmware", "efi"))
                .map(_ -> nvramDirectory.resolve(definition.name() + "_VARS.fd"));
    }

    private static Path store(DomainDefinition definition, Element os, LaunchFacts facts) {
        return os.childText("nvram")
                .filter(path -> !path.isEmpty())
                .map(Path::of)
                .orElseGet(() -> facts.nvramDirectory().resolve(definition.name() + "_VARS.fd"));
    }

    private static Element withStore(Element os, Path store, Path template) {
        var nvram = os.child("nvram").orElseGet(() -> Element.of("nvram"));
        if (nvram.child("source").isPresent()) {
            return os;
        }
        var named = nvram.attribute("template").isPresent() ? nvram : nvram.with("template", template.toString());
        var whole = named.withText(store.toString());
        return os.child("nvram").isPresent() ? os.withChild(whole) : Draft.withBehind(os, "loader", whole);
    }

    /** A loader that is named may still need to be told which template its variables begin with. */
    private static DomainDefinition withTemplate(DomainDefinition definition, Element os, LaunchFacts facts) {
        var loader =
                os.child("loader").filter(element -> element.has("type", "pflash") && !element.has("stateless", "yes"));
        if (loader.isEmpty()) {
            return definition;
        }
        var path = Path.of(loader.get().text());
        var template = facts.firmware().stream()
                .filter(firmware -> firmware.executable().equals(path))
                .flatMap(firmware -> firmware.template().stream())
                .findFirst();
        return template.isEmpty()
                ? definition
                : definition.withChild(withStore(os, store(definition, os, facts), template.get()));
    }

    private static DomainDefinition withSmm(DomainDefinition definition) {
        var features = definition.root().child("features").orElseGet(() -> Element.of("features"));
        var smm = features.child("smm").orElseGet(() -> Element.of("smm"));
        return definition.withChild(features.withChild(smm.with("state", "on")));
    }
}
