package dev.posada.cli;

import dev.posada.image.Format;
import dev.posada.image.ImageException;
import dev.posada.image.Images;
import dev.posada.image.OpenOptions;
import dev.posada.image.Qcow2Images;
import dev.posada.terminal.Console;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Lists, takes, applies and deletes the snapshots inside an image. */
final class SnapshotVerb implements Verb {
    private final InstantSource clock = InstantSource.system();

    @Override
    public String synopsis() {
        return "[-q] [-U] [-l | -a SNAPSHOT | -c SNAPSHOT | -d SNAPSHOT] FILE";
    }

    @Override
    public Options options() {
        return new Options().values("-f", "-a", "-c", "-d").flags("-l", "-q", "-U/--force-share");
    }

    @Override
    public int run(Words words, Console console) {
        var path = Words.path(words.rest(1, "FILE").getFirst());
        long actions =
                List.of("-l", "-a", "-c", "-d").stream().filter(words::has).count();
        if (actions > 1) {
            throw new UsageException("Cannot mix '-l', '-a', '-c', '-d'");
        }
        var format = words.format("-f").orElseGet(() -> Images.probe(path));
        if (actions == 0 || words.has("-l")) {
            var snapshots = Images.describe(path, Optional.of(format)).snapshots();
            if (!snapshots.isEmpty()) {
                SnapshotTable.print(snapshots, console.out());
            }
            return 0;
        }
        if (format != Format.QCOW2) {
            throw new ImageException(
                    ImageException.Kind.UNSUPPORTED, "an image of the format " + format + " has no snapshots");
        }
        change(path, words);
        return 0;
    }

    private void change(Path path, Words words) {
        var options = OpenOptions.WRITING.withFormat(Format.QCOW2);
        words.value("-c").ifPresent(name -> Qcow2Images.createSnapshot(path, options, name, clock.instant()));
        words.value("-a").ifPresent(name -> Qcow2Images.applySnapshot(path, options, name));
        words.value("-d").ifPresent(name -> Qcow2Images.deleteSnapshot(path, options, name));
    }
}
