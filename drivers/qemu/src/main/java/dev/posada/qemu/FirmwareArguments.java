package dev.posada.qemu;

import dev.posada.qmp.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The firmware: a file in place of the emulator's own, or flash with code and variables. */
final class FirmwareArguments {
    private static final String CODE_NODE = "libvirt-pflash0-format";
    private static final String VARIABLES_NODE = "libvirt-pflash1-format";

    private FirmwareArguments() {}

    private static Optional<Part> flash(Assembly assembly) {
        return assembly.domain()
                .child("os")
                .flatMap(os -> os.child("loader"))
                .filter(loader -> loader.has("type", "pflash"));
    }

    /** The block nodes behind the flash, which must be there before the machine. */
    static void addNodes(Assembly assembly) {
        var os = assembly.domain().child("os").orElseThrow();
        var loader = flash(assembly);
        if (loader.isEmpty()) {
            os.child("nvram").ifPresent(nvram -> {
                throw nvram.refused("a variable store needs a loader in flash: <loader readonly='yes' type='pflash'>");
            });
            return;
        }
        boolean readOnly = loader.get().flag("readonly").orElse(false);
        loader.get().flag("stateless");
        node(assembly, "libvirt-pflash0", loader.get().text(), readOnly);
        os.child("nvram").ifPresent(nvram -> {
            var store = storePath(nvram);
            node(assembly, "libvirt-pflash1", store.toString(), false);
            assembly.nvram = Optional.of(
                    new LaunchPlan.Nvram(store, nvram.attribute("template").map(Path::of)));
        });
    }

    private static Path storePath(Part nvram) {
        if (nvram.has("type", "file") || nvram.attribute("type").isEmpty()) {
            var source = nvram.child("source");
            return Path.of(source.isPresent() ? source.get().attribute("file", "") : nvram.text());
        }
        throw nvram.unsupported("type");
    }

    private static void node(Assembly assembly, String name, String file, boolean readOnly) {
        assembly.blockNode(Json.object()
                .with("driver", "file")
                .with("filename", file)
                .with("node-name", name + "-storage")
                .with("auto-read-only", true)
                .with("discard", "unmap"));
        assembly.blockNode(Json.object()
                .with("node-name", name + "-format")
                .with("read-only", readOnly)
                .with("driver", "raw")
                .with("file", name + "-storage"));
    }

    static void addToMachine(Assembly assembly, List<String> parts) {
        if (flash(assembly).isPresent()) {
            parts.add("pflash0=" + CODE_NODE);
            if (assembly.nvram.isPresent()) {
                parts.add("pflash1=" + VARIABLES_NODE);
            }
        }
    }

    /** What comes behind the processor. */
    static void add(Assembly assembly) {
        var loader = assembly.domain().child("os").flatMap(os -> os.child("loader"));
        if (loader.isEmpty()) {
            return;
        }
        boolean secure = loader.get().flag("secure").orElse(false);
        switch (loader.get().attribute("type", "rom")) {
            case "pflash" -> {
                if (secure) {
                    assembly.add("-global", "driver=cfi.pflash01,property=secure,value=on");
                }
            }
            case "rom" -> {
                loader.get().ignore("readonly");
                assembly.add("-bios", loader.get().text());
            }
            default -> throw loader.get().unsupported("type");
        }
    }
}
