package dev.posada.qemu;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a command line depends on besides the definition and the emulator.
 *
 * @param id the instance's number, from 1
 * @param privileged whether this is the system's daemon
 * @param vhostNet whether the kernel can move the packets of guests' network cards ({@code /dev/vhost-net})
 * @param instanceDirectory the instance's own folder: QEMU's home, sockets without a path of their own
 * @param channelDirectory folder for the sockets of channels without a path of their own
 * @param nvramDirectory folder for variable stores without a path of their own
 * @param swtpmDirectory folder for the lasting state of emulated TPMs
 * @param logDirectory folder for logs of helpers
 * @param monitorDescriptor the number, inside QEMU, of the listening socket for its monitor
 * @param graphicsPorts a free port for each of {@link GraphicsPorts#wanted}, in that order
 * @param vncListen where VNC listens when the definition does not say
 * @param spiceListen where SPICE listens when the definition does not say
 * @param vncPassword the password of VNC displays that have none of their own
 * @param spicePassword the password of SPICE displays that have none of their own
 * @param firmware the firmware that is installed, best first
 * @param now the time of the start: a clock that keeps its own offset begins from it
 * @param fileGroups how many open files of clients there are under each name; one for a name that is not there
 */
record LaunchFacts(
        int id,
        boolean privileged,
        boolean vhostNet,
        Path instanceDirectory,
        Path channelDirectory,
        Path nvramDirectory,
        Path swtpmDirectory,
        Path logDirectory,
        int monitorDescriptor,
        List<Integer> graphicsPorts,
        String vncListen,
        String spiceListen,
        Optional<String> vncPassword,
        Optional<String> spicePassword,
        List<Firmware> firmware,
        Instant now,
        Map<String, Integer> fileGroups) {
    LaunchFacts {
        graphicsPorts = List.copyOf(graphicsPorts);
        firmware = List.copyOf(firmware);
        fileGroups = Map.copyOf(fileGroups);
    }
}
