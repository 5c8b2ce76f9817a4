package dev.posada.qemu;

import dev.posada.model.Element;
import java.nio.file.Path;

/** Completes {@code <os>}: what kind of file a loader is, and where a loader in flash keeps its variables. */
final class FirmwareDefaults {
    private FirmwareDefaults() {}

    /**
     * @param nvramDirectory folder for variable stores without a path of their own
     */
    static void complete(Draft draft, Path nvramDirectory) {
        var os = draft.child("os").orElseThrow();
        var loader = os.child("loader").filter(element -> !element.text().isEmpty());
        if (loader.isPresent()) {
            var changed = loader.get();
            if (changed.attribute("type").isEmpty()) {
                changed = changed.with("type", changed.has("readonly", "yes") ? "pflash" : "rom");
            }
            os = os.withChild(changed);
            if (changed.has("type", "pflash") && changed.has("readonly", "yes") && !changed.has("stateless", "yes")) {
                os = withVariables(
                        os,
                        nvramDirectory.resolve(draft.root().childText("name").orElse("") + "_VARS.fd"));
            }
            draft.put(os);
        }
        boolean saysOnSerial =
                os.child("bios").map(bios -> bios.has("useserial", "yes")).orElse(false);
        if (saysOnSerial && !draft.has("serial") && !draft.has("console")) {
            throw Refusal.xml(os, "need at least one serial port to use BIOS serial output");
        }
    }

    private static Element withVariables(Element os, Path store) {
        var nvram = os.child("nvram");
        if (nvram.isPresent()) {
            boolean named =
                    !nvram.get().text().isEmpty() || nvram.get().child("source").isPresent();
            return named ? os : os.withChild(nvram.get().withText(store.toString()));
        }
        return Draft.withBehind(os, "loader", Element.text("nvram", store.toString()));
    }
}
