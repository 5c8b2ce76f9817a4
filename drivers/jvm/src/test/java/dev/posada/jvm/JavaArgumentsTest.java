package dev.posada.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.jvm.JavaProgram.Entry;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Command lines of {@code java}, taken apart. */
class JavaArgumentsTest {
    private static final Path HERE = Path.of("/srv/app");

    @Test
    void aJarAndItsArguments() {
        var java = parse("/usr/bin/java", "-Xmx1g", "-Da=b", "-Dempty", "-jar", "lib/app.jar", "-v", "x y")
                .orElseThrow();
        assertThat(java.entry()).isEqualTo(new Entry.Jar(Path.of("/srv/app/lib/app.jar")));
        assertThat(java.options()).containsExactly("-Xmx1g");
        assertThat(java.properties()).containsEntry("a", "b").containsEntry("empty", "");
        assertThat(java.arguments()).containsExactly("-v", "x y");
    }

    @Test
    void aClassAndItsPath() {
        var java = parse(
                        "java",
                        "-cp",
                        "a.jar:/b/*:",
                        "--add-opens",
                        "java.base/java.lang=ALL-UNNAMED",
                        "org.Main",
                        "-cp")
                .orElseThrow();
        assertThat(java.entry()).isEqualTo(new Entry.MainClass("org.Main"));
        assertThat(java.classPath()).containsExactly(Path.of("/srv/app/a.jar"), Path.of("/b/*"), HERE);
        assertThat(java.options()).containsExactly("--add-opens=java.base/java.lang=ALL-UNNAMED");
        assertThat(java.arguments()).containsExactly("-cp");
    }

    @Test
    void aModule() {
        var java = parse("java", "--module-path=mods", "-m", "web/org.Main", "8080")
                .orElseThrow();
        assertThat(java.entry()).isEqualTo(new Entry.Module("web", Optional.of("org.Main")));
        assertThat(java.modulePath()).containsExactly(Path.of("/srv/app/mods"));
        assertThat(java.arguments()).containsExactly("8080");
        assertThat(parse("java", "--module=web").orElseThrow().entry())
                .isEqualTo(new Entry.Module("web", Optional.empty()));
    }

    @Test
    void aSourceFile() {
        var java = parse("java", "--source", "25", "Hello.java", "you").orElseThrow();
        assertThat(java.entry()).isInstanceOf(Entry.Module.class);
        assertThat(java.options()).containsExactly("--source=25");
        assertThat(java.arguments()).containsExactly("Hello.java", "you");
    }

    @Test
    void whatCannotBeTakenApartIsLeft() {
        assertThat(parse("java", "@options", "Main")).isEmpty();
        assertThat(parse("java", "-jar")).isEmpty();
        assertThat(parse("java", "-cp")).isEmpty();
        assertThat(parse("java")).isEmpty();
        assertThat(parse()).isEmpty();
    }

    private static Optional<JavaArguments> parse(String... line) {
        return JavaArguments.parse(List.of(line), HERE);
    }
}
