package dev.posada.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UnixSocketsTest {
    @TempDir
    Path folder;

    @Test
    void listenerHasExactlyTheModeWhateverTheUmask() throws IOException {
        for (int mode : new int[] {0600, 0660, 0777, 0100}) {
            var path = folder.resolve("s" + Integer.toOctalString(mode));
            try (var listener = UnixSockets.listen(path, mode, 5)) {
                assertThat(listener.isOpen()).isTrue();
                assertThat((Integer) Files.getAttribute(path, "unix:mode") & 0777)
                        .isEqualTo(mode);
            }
        }
    }

    @Test
    void listenerAcceptsConnections() throws IOException {
        var path = folder.resolve("s");
        try (var listener = UnixSockets.listen(path, 0600, 5);
                var channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            assertThat(listener.isOpen()).isTrue();
            assertThat(channel.isConnected()).isTrue();
        }
    }

    @Test
    void pathLongerThanASocketAddressWorks() throws IOException {
        var deep = folder;
        while (deep.toString().length() < 200) {
            deep = Files.createDirectory(deep.resolve("a-rather-long-name-of-a-folder"));
        }
        var path = deep.resolve("monitor.sock");
        try (var listener = UnixSockets.listen(path, 0600, 5);
                var channel = UnixSockets.connect(path)) {
            assertThat(listener.isOpen()).isTrue();
            assertThat(channel.isConnected()).isTrue();
            assertThat(Files.getAttribute(path, "unix:mode")).isEqualTo(0140600);
        }
    }

    @Test
    void existingPathIsNotTakenOver() throws IOException {
        var path = Files.createFile(folder.resolve("taken"));
        assertThatThrownBy(() -> UnixSockets.listen(path, 0600, 5)).isInstanceOfSatisfying(PosixException.class, e -> {
            assertThat(e.symbol()).isEqualTo("EADDRINUSE");
            assertThat(e.object()).isEqualTo(path.toString());
        });
        assertThat(path).isRegularFile();
    }

    @Test
    void modeAndOwnerOfAFileCanBeSet() throws IOException {
        var file = Files.createFile(folder.resolve("f"));
        PosixFiles.changeOwner(file, CurrentProcess.effectiveUid(), PosixFiles.UNCHANGED);
        PosixFiles.changeMode(file, 04711);
        assertThat((Integer) Files.getAttribute(file, "unix:mode") & 07777).isEqualTo(04711);
        try (var opened = Descriptor.open(file, OpenFlag.READ)) {
            PosixFiles.changeMode(opened, 0640);
            PosixFiles.changeOwner(opened, PosixFiles.UNCHANGED, CurrentProcess.effectiveGid());
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
    }
}
