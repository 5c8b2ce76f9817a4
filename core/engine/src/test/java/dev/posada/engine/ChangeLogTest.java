package dev.posada.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a failing host may take away from the files, the log gives back. */
class ChangeLogTest {
    @TempDir
    Path etc;

    private DurableDirectory folder;

    @BeforeEach
    void folder() {
        folder = new DurableDirectory(etc);
    }

    @Test
    void whatWasAppendedIsReadInOrder() throws IOException {
        var log = new ChangeLog(folder);
        assertThat(log.append("a.xml", Optional.of("<a/>"))).isTrue();
        assertThat(log.append("b.xml", Optional.of("<ü/>"))).isTrue();
        assertThat(log.append("a.xml", Optional.empty())).isTrue();
        var read = new ChangeLog(folder).read();
        assertThat(read).extracting(ChangeLog.Change::file).containsExactly("a.xml", "b.xml", "a.xml");
        assertThat(read)
                .extracting(ChangeLog.Change::content)
                .containsExactly(Optional.of("<a/>"), Optional.of("<ü/>"), Optional.empty());
    }

    @Test
    void aFileThatNeverReachedTheDiskIsWrittenAgain() throws IOException {
        new ChangeLog(folder).append("lost.xml", Optional.of("<lost/>"));
        replay();
        assertThat(etc.resolve("lost.xml")).hasContent("<lost/>");
        assertThat(new ChangeLog(folder).read()).isEmpty();
    }

    @Test
    void aFileThatFellBackToAnOlderContentIsWrittenAgain() throws IOException {
        var log = new ChangeLog(folder);
        log.append("a.xml", Optional.of("<a v='1'/>"));
        log.append("a.xml", Optional.of("<a v='2'/>"));
        Files.writeString(etc.resolve("a.xml"), "<a v='1'/>");
        replay();
        assertThat(etc.resolve("a.xml")).hasContent("<a v='2'/>");
    }

    @Test
    void aTornFileIsWrittenAgainAtEveryLength() throws IOException {
        var whole = "<domain><name>torn</name></domain>";
        for (int length = 0; length < whole.length(); length++) {
            new ChangeLog(folder).append("torn.xml", Optional.of(whole));
            Files.writeString(etc.resolve("torn.xml"), whole.substring(0, length));
            replay();
            assertThat(etc.resolve("torn.xml")).hasContent(whole);
        }
    }

    @Test
    void aFileThatCameBackIsRemovedAgain() throws IOException {
        var log = new ChangeLog(folder);
        log.append("gone.xml", Optional.of("<gone/>"));
        log.append("gone.xml", Optional.empty());
        Files.writeString(etc.resolve("gone.xml"), "<gone/>");
        replay();
        assertThat(etc.resolve("gone.xml")).doesNotExist();
    }

    @Test
    void whatAHandChangedSinceStays() throws IOException {
        new ChangeLog(folder).append("a.xml", Optional.of("<a/>"));
        var file = Files.writeString(etc.resolve("a.xml"), "<a by='hand'/>");
        Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis() + 60_000));
        replay();
        assertThat(file).hasContent("<a by='hand'/>");
    }

    @Test
    void aLogTornAnywhereGivesBackWhatStandsBeforeTheTear() throws IOException {
        var random = new Random(20261123);
        for (int round = 0; round < 40; round++) {
            var log = new ChangeLog(folder);
            for (int number = 0; number < 10; number++) {
                log.append("f" + number, Optional.of("<f>" + "x".repeat(random.nextInt(6000)) + "</f>"));
            }
            var before = new ChangeLog(folder).read();
            int block = random.nextInt(20);
            try (var file = new RandomAccessFile(etc.resolve(".changes-0").toFile(), "rw")) {
                file.seek((long) block * ChangeLog.BLOCK_BYTES + random.nextInt(200));
                file.write(random.nextInt());
            }
            var after = new ChangeLog(folder).read();
            assertThat(before.subList(0, after.size()))
                    .as("seed 20261123, round " + round)
                    .isEqualTo(after);
            log.close();
        }
    }

    @Test
    void manyChangesFitByTurns() throws Exception {
        var log = new ChangeLog(folder);
        int logged = 0;
        for (int number = 0; number < 3000; number++) {
            var file = "f" + number % 300 + ".xml";
            var content = "<f n='" + number + "'/>";
            logged += log.append(file, Optional.of(content)) ? 1 : 0;
            folder.put(file, content);
        }
        assertThat(logged).isGreaterThan(500);
        var changes = new ChangeLog(folder).read();
        assertThat(changes).isNotEmpty();
        for (int index = 1; index < changes.size(); index++) {
            assertThat(changes.get(index).sequence())
                    .isEqualTo(changes.get(index - 1).sequence() + 1);
        }
        log.close();
        assertThat(etc.resolve(".changes-0")).doesNotExist();
        assertThat(log.append("late", Optional.of(""))).isFalse();
    }

    @Test
    void changesMadeTogetherAreAllThere() throws Exception {
        var log = new ChangeLog(folder);
        var tasks = new ArrayList<FutureTask<Boolean>>();
        for (int number = 0; number < 100; number++) {
            var file = "f" + number;
            var task = new FutureTask<>(() -> log.append(file, Optional.of("<f/>")));
            tasks.add(task);
            Thread.ofVirtual().start(task);
        }
        for (var task : tasks) {
            assertThat(task.get()).isTrue();
        }
        assertThat(new ChangeLog(folder).read()).hasSize(100);
    }

    @Test
    void aLongChangeGoesTheSlowWay() throws IOException {
        assertThat(new ChangeLog(folder).append("long", Optional.of("x".repeat(ChangeLog.RECORD_MAX))))
                .isFalse();
    }

    private void replay() throws IOException {
        var log = new ChangeLog(folder);
        new ChangeReplay(folder, log).run();
        log.awaitSettled();
    }
}
