package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.posix.PosixException;
import dev.posada.posix.UnixSockets;
import dev.posada.process.Child;
import dev.posada.process.ChildCommand;
import dev.posada.process.Children;
import dev.posada.process.Executables;
import dev.posada.process.LogFile;
import dev.posada.process.ProcessException;
import dev.posada.process.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The emulator of a TPM that runs beside QEMU: {@code swtpm}. It gets the listening socket of its control channel as an
 * open descriptor, so QEMU can connect before it is ready, and ends by itself when QEMU hangs up.
 */
final class TpmProcess {
    private static final String PROGRAM = "swtpm";
    private static final String SETUP = "swtpm_setup";
    private static final int CONTROL_DESCRIPTOR = 3;
    private static final int CONTROL_MODE = 0600;

    /** Making keys takes its time. */
    private static final Duration SETUP_PATIENCE = Duration.ofMinutes(2);

    private static final int SETUP_OUTPUT_BYTES_MAX = 1 << 20;

    private final Children children;
    private final Tools tools;
    private final RunAs runAs;

    TpmProcess(Children children, Tools tools, RunAs runAs) {
        this.children = children;
        this.tools = tools;
        this.runAs = runAs;
    }

    /**
     * Starts an emulator, after making its state when it has none.
     *
     * @throws PosadaException {@code CONFIG_UNSUPPORTED} when it is not installed, {@code INTERNAL_ERROR} when it does not
     *     start
     */
    Child start(DomainDefinition definition, LaunchPlan.TpmEmulator tpm) {
        var program = find(PROGRAM);
        boolean fresh = !Files.exists(tpm.state());
        Folders.make(tpm.state());
        runAs.own(tpm.state());
        if (fresh) {
            try {
                setUp(definition, tpm);
            } catch (PosadaException e) {
                // Half a state would be taken for a whole one next time.
                Folders.removeAll(tpm.state());
                throw e;
            }
        }
        var argv = new ArrayList<String>(List.of(
                program.toString(),
                "socket",
                "--ctrl",
                "type=unixio,fd=" + CONTROL_DESCRIPTOR,
                "--tpmstate",
                "dir=" + tpm.state() + ",mode=0600",
                "--terminate"));
        if (isVersion2(tpm)) {
            argv.add("--tpm2");
        }
        Folders.remove(tpm.socket());
        try (var socket = UnixSockets.listen(tpm.socket(), CONTROL_MODE, 1)) {
            runAs.own(tpm.socket());
            var wrapped = runAs.wrapped(argv);
            return children.start(ChildCommand.of(Path.of(wrapped.getFirst()), wrapped.subList(1, wrapped.size()))
                    .withDescriptor(CONTROL_DESCRIPTOR, socket)
                    .withLog(log(tpm)));
        } catch (PosixException | ProcessException e) {
            throw new PosadaException(
                    ErrorCode.INTERNAL_ERROR,
                    ErrorOrigin.TPM,
                    "cannot start the TPM emulator of domain '" + definition.name() + "': " + e.getMessage(),
                    e);
        }
    }

    private static LogFile log(LaunchPlan.TpmEmulator tpm) {
        try {
            Files.createDirectories(tpm.log().toAbsolutePath().getParent());
        } catch (IOException e) {
            throw new PosadaException(
                    ErrorCode.INTERNAL_ERROR, ErrorOrigin.TPM, "cannot make the folder of " + tpm.log(), e);
        }
        return new LogFile(tpm.log());
    }

    /** Gives a new TPM its keys and certificates, as its maker would. */
    private void setUp(DomainDefinition definition, LaunchPlan.TpmEmulator tpm) {
        var program = Executables.find(SETUP);
        if (program.isEmpty()) {
            // It works without: nobody can then prove where it was made.
            return;
        }
        var argv = new ArrayList<String>(List.of(
                program.get().toString(),
                "--tpm-state",
                tpm.state().toString(),
                "--vmid",
                definition.name() + ":" + definition.uuid(),
                "--createek",
                "--create-ek-cert",
                "--create-platform-cert",
                "--lock-nvram",
                "--not-overwrite"));
        if (isVersion2(tpm)) {
            argv.add("--tpm2");
        }
        try {
            var result =
                    tools.run(Tools.Call.of(runAs.wrapped(argv)).withLimits(SETUP_PATIENCE, SETUP_OUTPUT_BYTES_MAX));
            if (!result.success()) {
                throw new PosadaException(
                        ErrorCode.INTERNAL_ERROR,
                        ErrorOrigin.TPM,
                        "Could not run '" + program.get() + "' for domain '" + definition.name() + "': "
                                + lastLine(result.output() + "\n" + result.errors()));
            }
        } catch (ProcessException e) {
            throw new PosadaException(
                    ErrorCode.INTERNAL_ERROR, ErrorOrigin.TPM, "Could not run '" + program.get() + "'", e);
        }
    }

    private static boolean isVersion2(LaunchPlan.TpmEmulator tpm) {
        return !tpm.version().equals("1.2");
    }

    private static String lastLine(String text) {
        return text.lines()
                .filter(line -> !line.isBlank())
                .reduce((_, last) -> last)
                .orElse("it does not say why");
    }

    private static Path find(String program) {
        return Executables.find(program)
                .orElseThrow(() -> new PosadaException(
                        ErrorCode.CONFIG_UNSUPPORTED,
                        ErrorOrigin.TPM,
                        "an emulated TPM needs the program '" + program + "'; install the package swtpm"));
    }
}
