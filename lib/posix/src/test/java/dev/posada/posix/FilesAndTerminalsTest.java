package dev.posada.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FilesAndTerminalsTest {
    @TempDir
    Path folder;

    @Test
    void holesAndDataAreFound() throws IOException {
        var file = folder.resolve("sparse");
        long megabyte = 1 << 20;
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(4096), 0);
            channel.write(ByteBuffer.allocate(4096), megabyte);
        }
        try (var opened = Descriptor.open(file, OpenFlag.READ)) {
            assertThat(PosixFiles.nextData(opened, 0)).hasValue(0);
            assertThat(PosixFiles.nextHole(opened, 0)).hasValue(4096);
            assertThat(PosixFiles.nextData(opened, 4096)).hasValue(megabyte);
            assertThat(PosixFiles.nextHole(opened, megabyte)).hasValue(megabyte + 4096);
            assertThat(PosixFiles.nextData(opened, megabyte + 4096)).isEmpty();
        }
    }

    @Test
    void directoryCanBeFlushed() throws IOException {
        Files.createFile(folder.resolve("new"));
        PosixFiles.flushDirectory(folder);
        assertThatThrownBy(() -> PosixFiles.flushDirectory(folder.resolve("none")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void wholeFileLockKeepsOthersOut() throws IOException {
        var file = Files.createFile(folder.resolve("lock"));
        try (var ours = Descriptor.open(file, OpenFlag.READ_WRITE);
                var theirs = Descriptor.open(file, OpenFlag.READ_WRITE)) {
            assertThat(FileLocks.tryLock(ours, FileLocks.Kind.EXCLUSIVE)).isTrue();
            assertThat(FileLocks.tryLock(theirs, FileLocks.Kind.SHARED)).isFalse();
            // A lock of the process would be lost here.
            Descriptor.open(file, OpenFlag.READ).close();
            assertThat(FileLocks.tryLock(theirs, FileLocks.Kind.SHARED)).isFalse();
            FileLocks.unlock(ours);
            assertThat(FileLocks.tryLock(theirs, FileLocks.Kind.SHARED)).isTrue();
            assertThat(FileLocks.tryLock(ours, FileLocks.Kind.SHARED)).isTrue();
        }
    }

    @Test
    void rangeLockKeepsOthersOutOfTheRange() throws IOException {
        var file = Files.createFile(folder.resolve("lock"));
        try (var ours = Descriptor.open(file, OpenFlag.READ_WRITE);
                var theirs = Descriptor.open(file, OpenFlag.READ_WRITE)) {
            assertThat(FileLocks.tryLockRange(ours, 100, 1, FileLocks.Kind.EXCLUSIVE))
                    .isTrue();
            assertThat(FileLocks.tryLockRange(theirs, 100, 1, FileLocks.Kind.SHARED))
                    .isFalse();
            assertThat(FileLocks.tryLockRange(theirs, 0, 0, FileLocks.Kind.SHARED))
                    .isFalse();
            assertThat(FileLocks.tryLockRange(theirs, 101, 1, FileLocks.Kind.EXCLUSIVE))
                    .isTrue();
            FileLocks.unlockRange(ours, 100, 1);
            assertThat(FileLocks.tryLockRange(theirs, 100, 1, FileLocks.Kind.EXCLUSIVE))
                    .isTrue();
        }
    }

    @Test
    void terminalHasASize() {
        try (var pty = PseudoTerminal.open();
                var terminal = pty.openTerminal()) {
            Terminal.resize(pty.controller(), new Terminal.Size(132, 43));
            assertThat(Terminal.size(terminal)).isEqualTo(new Terminal.Size(132, 43));
        }
    }

    @Test
    void rawModeEndsAsItBegan() throws IOException {
        try (var poller = new Poller();
                var pty = PseudoTerminal.open();
                var controller = new DescriptorChannel(pty.controller(), poller);
                var terminal = pty.openTerminal()) {
            Terminal.makeRaw(terminal).close();
            controller.write(ByteBuffer.wrap("x".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
            var echo = ByteBuffer.allocate(10);
            assertThat(controller.read(echo)).as("echo is on again").isEqualTo(1);
        }
    }

    @Test
    void onlyTerminalsAreTerminals() throws IOException {
        try (var file = Descriptor.open(Files.createFile(folder.resolve("f")), OpenFlag.READ)) {
            assertThat(Terminal.isTerminal(file)).isFalse();
            assertThatThrownBy(() -> Terminal.makeRaw(file)).hasMessageContaining("ENOTTY");
        }
    }

    @Test
    void fifoHasExactlyItsMode() throws IOException {
        var fifo = folder.resolve("fifo");
        PosixFiles.makeFifo(fifo, 0622);
        assertThat(Files.getAttribute(fifo, "unix:mode")).isEqualTo(0010622);
    }

    @Test
    void systemConstantsAreSensible() {
        assertThat(SystemConfiguration.clockTicksPerSecond()).isEqualTo(100);
        assertThat(SystemConfiguration.pageSizeBytes()).isIn(4096L, 16384L, 65536L);
    }

    @Test
    void identitiesAgreeWithTheKernelsView() throws IOException {
        var status = Files.readString(Path.of("/proc/self/status"));
        assertThat(status)
                .containsPattern("Uid:\\s+" + CurrentProcess.uid() + "\\s+" + CurrentProcess.effectiveUid() + "\\s");
        assertThat(status)
                .containsPattern("Gid:\\s+" + CurrentProcess.gid() + "\\s+" + CurrentProcess.effectiveGid() + "\\s");
        assertThat(CurrentProcess.pid()).isEqualTo((int) ProcessHandle.current().pid());
    }
}
