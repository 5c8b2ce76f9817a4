package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What virsh changes and asks while a machine is up, without a system in it. The answers and refusals are those libvirtd
 * 9.0 gave for the same machine.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LiveChangesTest {
    private static final long DISK_BYTES = 1 << 20;

    @TempDir
    static Path folder;

    private Daemon daemon;

    @BeforeAll
    void startMachine() throws IOException {
        Programs.need("virsh", "qemu-system-x86_64");
        daemon = Daemon.start(folder.resolve("root"));
        var image = folder.resolve("disk.img");
        try (var disk = new RandomAccessFile(image.toFile(), "rw")) {
            disk.setLength(DISK_BYTES);
        }
        var file = Files.writeString(folder.resolve("box.xml"), """
                <domain type='qemu'>
                  <name>box</name>
                  <memory unit='MiB'>32</memory>
                  <vcpu>1</vcpu>
                  <iothreads>2</iothreads>
                  <os><type arch='x86_64' machine='pc'>hvm</type></os>
                  <devices>
                    <disk type='file' device='disk'>
                      <driver name='qemu' type='raw' iothread='2'/>
                      <source file='%s'/>
                      <target dev='vda' bus='virtio'/>
                    </disk>
                    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
                  </devices>
                </domain>
                """.formatted(image));
        daemon.virsh("define", file.toString()).succeeded();
        daemon.virsh("start", "box", "--paused").succeeded();
    }

    @AfterAll
    void stopDaemon() {
        if (daemon != null) {
            daemon.close();
        }
    }

    @Test
    void ioThreadsComeAndGo() {
        said("iothreadadd", "box", "5");
        assertThat(said("dumpxml", "box")).contains("<iothreads>3</iothreads>").contains("<iothread id='5'/>");
        assertThat(said("domstats", "box", "--iothread"))
                .contains("iothread.count=3")
                .contains("iothread.5.poll-max-ns=32768");
        assertThat(refused("iothreadadd", "box", "5"))
                .endsWith("error: invalid argument: an IOThread is already using iothread_id '5'");
        said("iothreadset", "box", "5", "--poll-max-ns", "1000");
        assertThat(said("domstats", "box", "--iothread")).contains("iothread.5.poll-max-ns=1000");
        assertThat(refused("iothreadset", "box", "5", "--poll-max-ns", "1", "--config"))
                .endsWith("error: Operation not supported: configuring persistent polling values is not supported");
        said("iothreadpin", "box", "5", "0");
        assertThat(said("iothreadinfo", "box").lines().map(String::strip)).contains("5   0");
        assertThat(said("dumpxml", "box")).contains("<iothreadpin iothread='5' cpuset='0'/>");
        assertThat(refused("iothreadpin", "box", "9", "0")).contains("9 not found");
        assertThat(refused("iothreaddel", "box", "2"))
                .endsWith("error: invalid argument: cannot remove IOThread 2 since it is being used by disk 'vda'");
        said("iothreaddel", "box", "5");
        assertThat(refused("iothreaddel", "box", "5"))
                .endsWith("error: invalid argument: cannot find IOThread '5' in iothreadids list");
        assertThat(said("dumpxml", "box")).contains("<iothreads>2</iothreads>");

        said("iothreadadd", "box", "7", "--config");
        assertThat(said("dumpxml", "--inactive", "box")).contains("<iothread id='7'/>");
        said("iothreaddel", "box", "7", "--config");
        assertThat(said("dumpxml", "--inactive", "box")).doesNotContain("<iothread id='7'/>");
    }

    @Test
    void disksAreWatched() {
        assertThat(said("domblkerror", "box")).isEqualTo("No errors found");
        said("domblkthreshold", "box", "vda", "1000");
        assertThat(refused("domblkthreshold", "box", "vdz", "1000"))
                .endsWith("error: invalid argument: failed to find disk 'vdz'");
        said("blockjob", "box", "vda");
        assertThat(said("domblkinfo", "box", "vda")).contains("Capacity:       " + DISK_BYTES);
    }

    @Test
    void theDirtyRateIsMeasured() {
        assertThat(refused("domdirtyrate-calc", "box", "--seconds", "61"))
                .endsWith(
                        "error: unsupported configuration: seconds=61 is invalid, please choose value within [1, 60].");
        said("domdirtyrate-calc", "box", "--seconds", "1");
        Programs.await(
                "the rate is known",
                () -> said("domstats", "box", "--dirtyrate").contains("dirtyrate.megabytes_per_second=0"));
        assertThat(refused("domdirtyrate-calc", "box", "--seconds", "1", "--mode", "dirty-bitmap"))
                .contains("only page-sampling");
        assertThat(said("domstate", "box")).isEqualTo("paused");
    }

    @Test
    void memoryIsDumped() throws IOException {
        var file = folder.resolve("dump");
        said("dump", "box", file.toString(), "--memory-only");
        assertThat(start(file)).isEqualTo("\u007fELF");
        said("dump", "box", file.toString(), "--memory-only", "--format", "kdump-zlib");
        assertThat(start(file)).isEqualTo("make");
        said("dump", "box", file.toString());
        assertThat(start(file)).isEqualTo("QEVM");
        assertThat(said("domstate", "box", "--reason")).startsWith("paused");
        assertThat(refused("dump", "box", file.toString(), "--memory-only", "--live", "--crash"))
                .contains("'VIR_DUMP_CRASH' and 'VIR_DUMP_LIVE' are mutually exclusive");
        assertThat(refused("dump", "box", "/nowhere/dump", "--memory-only"))
                .endsWith("error: Failed to create file '/nowhere/dump': No such file or directory");
        assertThat(refused("dump", "box", file.toString(), "--memory-only", "--format", "win-dmp"))
                .contains("memory-only dump failed");
        assertThat(file).doesNotExist();
    }

    private static String start(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(4), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void aMachineCanBeMadeToCrashWithADump() throws IOException {
        var file = Files.writeString(folder.resolve("victim.xml"), """
                <domain type='qemu'>
                  <name>victim</name>
                  <memory unit='MiB'>32</memory>
                  <os><type arch='x86_64' machine='pc'>hvm</type></os>
                </domain>
                """);
        daemon.virsh("define", file.toString()).succeeded();
        said("start", "victim");
        var dump = folder.resolve("victim.core");
        said("dump", "victim", dump.toString(), "--memory-only", "--live");
        assertThat(said("domstate", "victim")).isEqualTo("running");
        said("dump", "victim", dump.toString(), "--memory-only", "--reset");
        assertThat(said("domstate", "victim", "--reason")).isEqualTo("running (unpaused)");
        said("dump", "victim", dump.toString(), "--memory-only", "--crash");
        assertThat(said("domstate", "victim", "--reason")).isEqualTo("shut off (crashed)");
        assertThat(dump).isNotEmptyFile();
    }

    @Test
    void theMonitorsOwnEventsAreTold() throws Exception {
        var heard = Programs.background(
                () -> daemon.virsh("qemu-monitor-event", "box", "--event", "^res", "--regex", "--no-case"));
        Programs.await("an event", () -> {
            said("resume", "box");
            said("suspend", "box");
            return heard.isDone();
        });
        assertThat(heard.get().succeeded().out()).contains("event RESUME at").contains("for domain 'box'");
        assertThat(refused("qemu-monitor-event", "box", "--event", "(", "--regex"))
                .contains("failed to parse regular expression '('");
    }

    @Test
    void theRunningMachineTellsWhomItRunsAs() {
        Programs.needRoot();
        assertThat(said("dumpxml", "box"))
                .contains("<partition>/machine</partition>")
                .contains("<seclabel type='dynamic' model='dac' relabel='yes'>")
                .contains("<label>+0:+0</label>");
        assertThat(said("dumpxml", "--inactive", "box")).doesNotContain("seclabel");
        // What every host adds by itself, and paths of this one, are no part of what another host is given.
        assertThat(said("dumpxml", "--migratable", "box"))
                .doesNotContain("seclabel")
                .doesNotContain("pci-root")
                .doesNotContain("keyboard")
                .doesNotContain("guest_agent.0'/>\n      <alias")
                .doesNotContain(folder.resolve("root").toString());
    }

    private String said(String... command) {
        return daemon.virsh(command).succeeded().out().strip();
    }

    private String refused(String... command) {
        return daemon.virsh(command).refused().err().strip();
    }
}
