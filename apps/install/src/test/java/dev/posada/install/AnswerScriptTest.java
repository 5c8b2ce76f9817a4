package dev.posada.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.osinfo.InstallScript;
import dev.posada.osinfo.Media;
import dev.posada.osinfo.Os;
import dev.posada.osinfo.OsDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The database's scripts, made by libosinfo and by us. */
final class AnswerScriptTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "http://debian.org/debian/11, os, initrd",
        "http://debian.org/debian/11, media, initrd",
        "http://ubuntu.com/ubuntu/18.04, media, initrd",
        "http://fedoraproject.org/fedora/35, os, initrd",
        "http://fedoraproject.org/fedora/35, media, initrd",
        "http://centos.org/centos/7.0, os, initrd",
        "http://redhat.com/rhel/8.0, media, initrd",
        "http://opensuse.org/opensuse/15.3, os, initrd",
        "http://microsoft.com/win/10, media, cdrom"
    })
    void theAnswersAreLibosinfos(String system, String from, String injection) throws Exception {
        OsDatabase systems = OsDatabase.open();
        Optional<Os> os = systems.find(system);
        assumeTrue(os.isPresent() && !os.get().installScripts().isEmpty(), system + " is not in the database");
        String theirs = judge(system, from, injection);
        Optional<Media> media = from.equals("media") ? os.get().media().stream().findFirst() : Optional.empty();

        var ours = new StringBuilder();
        for (InstallScript script : os.get().installScripts()) {
            var answers = new AnswerScript(script, os.get(), media, injection, settings(), systems);
            ours.append("==")
                    .append(script.id())
                    .append('\n')
                    // Scripts for Windows have no words for a kernel, and rules of none print all there is to know.
                    .append(injection.equals("cdrom") ? "" : answers.commandLine())
                    .append('\n')
                    .append(answers.answers())
                    .append('\n');
        }

        assertThat(plain(ours.toString())).isEqualTo(plain(theirs));
    }

    @Test
    void aScriptCanReadNoFile() {
        var script = script("<xsl:value-of select=\"document('file:///etc/passwd')\"/>");

        assertThatThrownBy(script::answers).isInstanceOf(InstallException.class);
    }

    @Test
    void aScriptCanCallNoProgram() {
        var script = script("<xsl:value-of select=\"rt:exec(rt:getRuntime(), 'true')\""
                + " xmlns:rt=\"http://xml.apache.org/xalan/java/java.lang.Runtime\"/>");

        assertThatThrownBy(script::answers).isInstanceOf(InstallException.class);
    }

    private AnswerScript script(String content) {
        var script = new InstallScript(
                "http://example.org/script",
                "jeos",
                "",
                "unix",
                "answers",
                List.of("initrd"),
                false,
                false,
                List.of(),
                "<xsl:stylesheet xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\" version=\"1.0\"><xsl:output"
                        + " method=\"text\"/><xsl:template match=\"/\">" + content
                        + "</xsl:template></xsl:stylesheet>");
        OsDatabase systems = OsDatabase.open();
        Optional<Os> os = systems.find("linux2022");
        assumeTrue(os.isPresent(), "osinfo-db is not installed");
        return new AnswerScript(script, os.get(), Optional.empty(), "initrd", settings(), systems);
    }

    /** Without what two makers of XML may write in two ways: first line, spaces between elements, order in a tag. */
    private static String plain(String text) {
        String narrow = text.replaceAll("<\\?xml[^>]*\\?>\\s*", "")
                .replaceAll(">\\s+<", "><")
                .replaceAll("(?m)\\s+$", "")
                .replaceAll("\\s*/>", "/>")
                .strip();
        return Pattern.compile("<([\\w:-]+)((?: [\\w:-]+=\"[^\"]*\")+)")
                .matcher(narrow)
                .replaceAll(tag -> Matcher.quoteReplacement("<" + tag.group(1)
                        + Pattern.compile(" [\\w:-]+=\"[^\"]*\"")
                                .matcher(tag.group(2))
                                .results()
                                .map(MatchResult::group)
                                .sorted()
                                .collect(Collectors.joining())));
    }

    private static SequencedMap<String, String> settings() {
        SequencedMap<String, String> settings = new LinkedHashMap<>();
        settings.put("user-login", "tester");
        settings.put("user-realname", "Tester");
        settings.put("user-password", "first");
        settings.put("admin-password", "second");
        settings.put("target-disk", "/dev/vda");
        settings.put("hardware-arch", "x86_64");
        settings.put("hostname", "inner");
        settings.put("l10n-timezone", "Europe/Berlin");
        settings.put("l10n-language", "de_DE");
        settings.put("l10n-keyboard", "de_DE");
        settings.put("reg-product-key", "AAAA-BBBB");
        return settings;
    }

    private String judge(String... words) throws IOException, InterruptedException {
        Path python = Path.of("/usr/bin/python3");
        assumeTrue(Files.isExecutable(python));
        Path script = folder.resolve("judge.py");
        try (var in = AnswerScriptTest.class.getResourceAsStream("scripts.py")) {
            Files.write(script, in.readAllBytes());
        }
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        var command = new java.util.ArrayList<>(List.of(python.toString(), script.toString()));
        command.addAll(List.of(words));
        Process judge = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        assertThat(judge.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assumeTrue(judge.exitValue() == 0, Files.readString(err));
        return Files.readString(out);
    }
}
