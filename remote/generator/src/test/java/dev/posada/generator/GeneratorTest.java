package dev.posada.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratorTest {

    private static final FileTime LONG_AGO = FileTime.from(Instant.EPOCH);

    @TempDir
    private Path folder;

    @BeforeEach
    void writeInterface() throws IOException {
        Files.createDirectory(folder.resolve("in"));
        Files.writeString(folder.resolve("in/net.posada"), """
                struct guest_ref
                    name string
                    id int
                """);
        Files.writeString(folder.resolve("in/inn.posada"), INN);
    }

    private static final String INN = """
            program inn 0x10 1
            const GUESTS_MAX 7
            group desk "The front desk."
            call 1 guest_list : virGuestList high readonly origin=domain
                out guests guest_ref[]<GUESTS_MAX>
            """;

    @Test
    void everyDeclarationBecomesAFile() throws IOException {
        generate();

        assertThat(names())
                .contains(
                        "GuestRef.java",
                        "InnGuestListRet.java",
                        "InnLimits.java",
                        "InnProcedure.java",
                        "DeskCalls.java",
                        "DeskStub.java",
                        "InnDispatcher.java");
        // A name and an id take at least 8 bytes, which bounds how many guests a short message can announce.
        assertThat(Files.readString(out("InnGuestListRet.java"))).contains("in.count(InnLimits.GUESTS_MAX, 8)");
        assertThat(Files.readString(folder.resolve("layout.txt")))
                .contains("guests array<7> of guest_ref", "1 call guest_list args=- ret=guest_list_ret");
    }

    @Test
    void whatDoesNotChangeIsNotWrittenAgain() throws IOException {
        generate();
        Files.setLastModifiedTime(out("GuestRef.java"), LONG_AGO);
        Files.setLastModifiedTime(out("InnLimits.java"), LONG_AGO);

        Files.writeString(folder.resolve("in/inn.posada"), INN.replace("GUESTS_MAX 7", "GUESTS_MAX 8"));
        generate();

        assertThat(Files.getLastModifiedTime(out("GuestRef.java"))).isEqualTo(LONG_AGO);
        assertThat(Files.getLastModifiedTime(out("InnLimits.java"))).isNotEqualTo(LONG_AGO);
    }

    @Test
    void whatHasNoSourceAnyMoreIsDeleted() throws IOException {
        generate();
        Files.writeString(folder.resolve("in/inn.posada"), INN.replace("guest_list", "visitor_list"));

        generate();

        assertThat(names()).contains("InnVisitorListRet.java").doesNotContain("InnGuestListRet.java");
    }

    @Test
    void unknownNamesAreRefused() throws IOException {
        Files.writeString(folder.resolve("in/inn.posada"), INN.replace("guest_ref", "stranger"));
        assertThatThrownBy(this::generate).hasMessageContaining("unknown type stranger");

        Files.writeString(folder.resolve("in/inn.posada"), INN.replace("<GUESTS_MAX>", "<BEDS_MAX>"));
        assertThatThrownBy(this::generate).hasMessageContaining("unknown limit BEDS_MAX");
    }

    private void generate() throws IOException {
        Generator.main(new String[] {
            folder.resolve("in").toString(),
            folder.resolve("out").toString(),
            folder.resolve("layout.txt").toString()
        });
    }

    private Path out(String name) {
        return folder.resolve("out/dev/posada/protocol").resolve(name);
    }

    private Stream<String> names() throws IOException {
        try (Stream<Path> files = Files.list(out("."))) {
            return files.map(path -> path.getFileName().toString()).toList().stream();
        }
    }
}
