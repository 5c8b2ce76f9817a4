package dev.posada.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InitrdArchiveTest {
    @TempDir
    private Path folder;

    @Test
    void cpioUnpacksWhatWasAppended() throws Exception {
        Path initrd = Files.writeString(folder.resolve("initrd"), "whatever was there before");
        Path script = Files.writeString(folder.resolve("script"), "#!/bin/sh\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        SequencedMap<String, Path> files = new LinkedHashMap<>();
        files.put("preseed.cfg", Files.writeString(folder.resolve("answers"), "d-i locale"));
        files.put("script", script);
        files.put("empty", Files.writeString(folder.resolve("empty"), ""));

        InitrdArchive.append(initrd, files);

        byte[] all = Files.readAllBytes(initrd);
        assertThat(new String(all, 0, 25, java.nio.charset.StandardCharsets.US_ASCII))
                .isEqualTo("whatever was there before");
        Path archive = folder.resolve("archive");
        try (var in = new GZIPInputStream(new java.io.ByteArrayInputStream(all, 25, all.length - 25))) {
            Files.copy(in, archive);
        }
        Path out = Files.createDirectory(folder.resolve("out"));
        cpio(archive, out);
        assertThat(out.resolve("preseed.cfg")).hasContent("d-i locale");
        assertThat(out.resolve("script")).isExecutable().hasContent("#!/bin/sh\n");
        assertThat(out.resolve("empty")).isEmptyFile();
    }

    @Test
    void withoutFilesNothingChanges() throws IOException {
        Path initrd = Files.writeString(folder.resolve("initrd"), "same");

        InitrdArchive.append(initrd, new LinkedHashMap<>());

        assertThat(initrd).hasContent("same");
    }

    @Test
    void aFileThatIsMissingIsNamed() throws IOException {
        Path initrd = Files.writeString(folder.resolve("initrd"), "same");
        var files = new LinkedHashMap<>(Map.of("none", folder.resolve("none")));

        assertThatThrownBy(() -> InitrdArchive.append(initrd, files))
                .isInstanceOf(InstallException.class)
                .hasMessageStartingWith("Failed to inject files into initrd: ")
                .hasMessageContaining("none");
    }

    private static void cpio(Path archive, Path out) throws IOException, InterruptedException {
        Process cpio;
        try {
            cpio = new ProcessBuilder("cpio", "-i", "--quiet", "--no-absolute-filenames")
                    .directory(out.toFile())
                    .redirectInput(archive.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException missing) {
            assumeTrue(false, missing.getMessage());
            return;
        }
        assertThat(cpio.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(cpio.exitValue()).isZero();
    }
}
