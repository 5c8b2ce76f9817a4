package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Our virsh and libvirt's say the same about whole domains; and what only ours says where that is better. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VirshDomainsTest {
    /** The number of a monitor's command, and how long a job took. */
    private static final Pattern CHANGING = Pattern.compile("(qmp|posada|libvirt)-\\d+|[\\d.]+ +(ms|[KM]?i?B)");

    @TempDir
    static Path folder;

    private Daemon daemon;

    @BeforeAll
    void startDaemon() throws IOException {
        Programs.need("virsh", "qemu-system-x86_64");
        daemon = Daemon.start(folder.resolve("root"));
        Files.createDirectory(folder.resolve("pool"));
        Files.write(folder.resolve("pool/a.img"), new byte[1 << 20]);
        Files.write(folder.resolve("b.img"), new byte[1 << 20]);
        Files.writeString(folder.resolve("small.xml"), resource("small.xml"));
        daemon.virsh("define", folder.resolve("small.xml").toString()).succeeded();
        daemon.virsh(
                        "pool-create-as",
                        "pool",
                        "dir",
                        "--target",
                        folder.resolve("pool").toString())
                .succeeded();
    }

    @AfterAll
    void stopDaemon() {
        if (daemon != null) {
            daemon.close();
        }
    }

    @Test
    void eachLineSaysWhatLibvirtsSays() throws IOException {
        var differing = new ArrayList<String>();
        for (var line : resource("domain-lines.txt").lines().toList()) {
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("!")) {
                Programs.run("virsh", "-c", daemon.uri(), line.substring(1));
                continue;
            }
            int at = line.indexOf(" @@ ");
            var before =
                    at < 0 ? List.<String>of() : List.of(line.substring(0, at).split(" ; "));
            var command = at < 0 ? line : line.substring(at + " @@ ".length());
            var theirs = Programs.run(() -> prepare(before), "virsh", "-c", daemon.uri(), command);
            prepare(before);
            var ours = OurVirsh.run(List.of("-c", daemon.uri(), command));
            if (!said(theirs).equals(said(ours))) {
                differing.add(command + "\n-" + said(theirs) + "\n+" + said(ours));
            }
        }
        assertThat(String.join("\n", differing)).isEmpty();
    }

    private void prepare(List<String> lines) {
        lines.forEach(line -> Programs.run("virsh", "-c", daemon.uri(), line));
    }

    private static String said(Outcome outcome) {
        return CHANGING.matcher(outcome.status() + "\n" + outcome.out() + outcome.err())
                .replaceAll("…");
    }

    @Test
    void listingsAreJsonToo() {
        assertThat(OurVirsh.run(List.of("-c", daemon.uri(), "--output", "json", "domuuid", "small"))
                        .succeeded()
                        .out()
                        .strip())
                .isEqualTo("{\n    \"uuid\": \"6695eb01-f6a4-8304-79aa-97f2502e1901\"\n}");
        for (var line : List.of(
                "list --all --name --uuid", "net-list --all --name", "pool-list --all --uuid", "event --list")) {
            assertThat(OurVirsh.run(List.of("-c", daemon.uri(), "--output", "json", line))
                            .succeeded()
                            .out()
                            .strip())
                    .as(line)
                    .startsWith("[")
                    .endsWith("]");
        }
    }

    @Test
    void anExpressionThatIsNoneIsAnError() {
        assertThat(OurVirsh.run(List.of("-c", daemon.uri(), "dumpxml", "small", "--xpath", "//["))
                        .refused()
                        .err())
                .contains("Incorrect xpath '//['");
    }

    @Test
    void anEditorsChangeIsDefined() {
        assertThat(edited("true").succeeded().out()).isEqualTo("Domain 'small' XML configuration not changed.\n\n");
        assertThat(edited("sed -i s,32768,32764,").succeeded().out())
                .isEqualTo("Domain 'small' XML configuration edited.\n\n");
        assertThat(daemon.virsh("dumpxml", "small", "--inactive").succeeded().out())
                .contains(">32764<");
        assertThat(edited("sed -i s,32764,32768,").succeeded().err()).isEmpty();
    }

    @Test
    void whatADaemonRefusesIsNoSuccess() {
        assertThat(edited("sed -i s,32768,many,").refused().err()).startsWith("error: Failed.\nerror: ");
        assertThat(edited("false").refused().err()).contains("unexpected exit status 1");
    }

    private Outcome edited(String editor) {
        return Programs.run(
                "env",
                "VISUAL=" + editor,
                Checkout.root().resolve("bin/virsh").toString(),
                "-c",
                daemon.uri(),
                "edit",
                "small");
    }

    @Test
    void aRefusedDocumentCanBeEditedAgain() throws Exception {
        Programs.need("script");
        var line = "VISUAL='sed -i s,32768,many,' " + Checkout.root().resolve("bin/virsh") + " -c '" + daemon.uri()
                + "' edit small";
        try (var talk = new PtyConversation(line)) {
            talk.expect("Failed. Try again? [y,n,i,f,?]:");
            talk.type("?");
            talk.expect("y - ");
            talk.type("i");
            talk.expect("Failed. Try again? [y,n,f,?]:");
            talk.type("n");
            assertThat(talk.end()).isNotZero();
        }
    }

    private static String resource(String name) throws IOException {
        try (var in = VirshDomainsTest.class.getResourceAsStream("virsh/" + name)) {
            return new String(java.util.Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8)
                    .replace("@FOLDER@", folder.toString());
        }
    }
}
