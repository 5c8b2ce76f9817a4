package dev.posada.qemu;

import dev.posada.qmp.Json;
import java.nio.file.Path;

/** The trusted platform module: the host's own, or one that a program beside QEMU emulates. */
final class TpmArguments {
    private TpmArguments() {}

    static void add(Assembly assembly) {
        for (var tpm : assembly.devices("tpm")) {
            add(assembly, tpm);
        }
    }

    private static void add(Assembly assembly, Part tpm) {
        var alias = Assembly.alias(tpm);
        var backend = tpm.child("backend").orElseThrow(() -> tpm.refused("it needs a <backend>"));
        switch (backend.attribute("type", "")) {
            case "emulator" -> addEmulator(assembly, backend, alias);
            case "passthrough" -> {
                var path = backend.child("device")
                        .map(device -> device.attribute("path", ""))
                        .orElse("/dev/tpm0");
                assembly.add("-tpmdev", "passthrough,id=tpm-" + alias + ",path=" + Assembly.escaped(path));
            }
            case "external" -> {
                var source = backend.child("source").orElseThrow(() -> backend.refused("it needs a <source>"));
                if (!source.has("type", "unix")
                        || !source.attribute("mode", "connect").equals("connect")) {
                    throw source.refused("only type='unix' mode='connect' is supported");
                }
                addSocket(assembly, alias, Path.of(source.attribute("path", "")));
            }
            default -> throw backend.unsupported("type");
        }
        var named = tpm.attribute("model", "tpm-tis");
        // Where there is no ISA bus it is a part of the board's own.
        var model = named.equals("tpm-tis") && !assembly.board().isPc() ? "tpm-tis-device" : named;
        assembly.need(model, tpm);
        assembly.device(assembly.addressed(
                Json.object()
                        .with("driver", model)
                        .with("tpmdev", "tpm-" + alias)
                        .with("id", alias),
                tpm));
    }

    private static void addEmulator(Assembly assembly, Part backend, String alias) {
        var facts = assembly.facts();
        var socket = facts.instanceDirectory().resolve(alias + ".sock");
        backend.flag("persistent_state");
        var version = backend.attribute("version", "2.0");
        if (!version.equals("1.2") && !version.equals("2.0")) {
            throw backend.unsupported("version");
        }
        var state = facts.swtpmDirectory()
                .resolve(assembly.live().uuid().toString())
                .resolve(version.equals("1.2") ? "tpm1.2" : "tpm2");
        assembly.tpms.add(new LaunchPlan.TpmEmulator(
                alias,
                version,
                socket,
                state,
                facts.logDirectory().resolve(assembly.live().name() + "-swtpm.log")));
        addSocket(assembly, alias, socket);
    }

    private static void addSocket(Assembly assembly, String alias, Path socket) {
        assembly.add("-chardev", "socket,id=chrtpm,path=" + Assembly.escaped(socket.toString()));
        assembly.add("-tpmdev", "emulator,id=tpm-" + alias + ",chardev=chrtpm");
    }
}
