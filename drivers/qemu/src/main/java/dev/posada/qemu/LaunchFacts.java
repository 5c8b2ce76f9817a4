package dev.posada.qemu;

import java.nio.file.Path;
import java.util.List;

/**
 * What a command line depends on besides the definition and the emulator.
 *
 * @param id the instance's number, from 1
 * @param privileged whether this is the system's daemon
 * @param instanceDirectory the instance's own folder: QEMU's home, sockets without a path of their own
 * @param channelDirectory folder for the sockets of channels without a path of their own
 * @param nvramDirectory folder for variable stores without a path of their own
 * @param swtpmDirectory folder for the lasting state of emulated TPMs
 * @param logDirectory folder for logs of helpers
 * @param monitorDescriptor the number, inside QEMU, of the listening socket for its monitor
 * @param graphicsPorts a free port for each of {@link GraphicsPorts#wanted}, in that order
 * @param vncListen where VNC listens when the definition does not say
 * @param spiceListen where SPICE listens when the definition does not say
 */
record LaunchFacts(
        int id,
        boolean privileged,
        Path instanceDirectory,
        Path channelDirectory,
        Path nvramDirectory,
        Path swtpmDirectory,
        Path logDirectory,
        int monitorDescriptor,
        List<Integer> graphicsPorts,
        String vncListen,
        String spiceListen) {
    LaunchFacts {
        graphicsPorts = List.copyOf(graphicsPorts);
    }
}
