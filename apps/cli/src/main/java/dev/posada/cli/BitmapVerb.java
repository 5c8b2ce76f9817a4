package dev.posada.cli;

import dev.posada.image.BitmapAction;
import dev.posada.image.Format;
import dev.posada.image.ImageException;
import dev.posada.image.Images;
import dev.posada.image.OpenOptions;
import dev.posada.image.Qcow2Images;
import dev.posada.terminal.Console;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Adds persistent bitmaps to an image, changes and removes them. */
final class BitmapVerb implements Verb {
    @Override
    public String synopsis() {
        return "(--merge SOURCE | --add | --remove | --clear | --enable | --disable)... [-b SOURCE_FILE [-F FORMAT]]"
                + " [-g GRANULARITY] [-f FORMAT] FILE BITMAP";
    }

    @Override
    public Options options() {
        return new Options()
                .values("-f", "-b/--source-file", "-F/--source-format", "-g/--granularity", "--merge")
                .flags("--add", "--remove", "--clear", "--enable", "--disable");
    }

    @Override
    public int run(Words words, Console console) {
        var rest = words.rest();
        if (rest.size() != 2) {
            throw new UsageException("Expecting filename and bitmap name");
        }
        var actions = actions(words);
        if (actions.isEmpty()) {
            throw new UsageException("Need at least one of --add, --remove, --clear, --enable, --disable, or --merge");
        }
        if (words.has("-g") && !words.has("--add")) {
            throw new UsageException("granularity only supported with --add");
        }
        if (words.has("-F") && !words.has("-b")) {
            throw new UsageException("-F only supported with -b");
        }
        if (words.has("-b") && !words.has("--merge")) {
            throw new UsageException("Merge bitmap source file only supported with --merge");
        }
        var path = Words.path(rest.getFirst());
        requireBitmaps(path, words.format("-f"));
        words.value("-b").map(Words::path).ifPresent(file -> requireBitmaps(file, words.format("-F")));
        Qcow2Images.changeBitmap(path, OpenOptions.WRITING.withFormat(Format.QCOW2), rest.get(1), actions);
        return 0;
    }

    private static void requireBitmaps(Path path, Optional<Format> declared) {
        var format = declared.orElseGet(() -> Images.probe(path));
        if (format != Format.QCOW2) {
            throw new ImageException(
                    ImageException.Kind.UNSUPPORTED,
                    path + ": an image of the format " + format + " has no persistent bitmaps");
        }
    }

    private static List<BitmapAction> actions(Words words) {
        var granularity = words.value("-g")
                .map(text -> OptionalLong.of(Sizes.parse(text, "granularity")))
                .orElse(OptionalLong.empty());
        var file = words.value("-b").map(Words::path);
        var actions = new ArrayList<BitmapAction>();
        for (var each : words.given()) {
            switch (each.option()) {
                case "--add" -> actions.add(new BitmapAction.Add(granularity));
                case "--remove" -> actions.add(new BitmapAction.Remove());
                case "--clear" -> actions.add(new BitmapAction.Clear());
                case "--enable" -> actions.add(new BitmapAction.Enable());
                case "--disable" -> actions.add(new BitmapAction.Disable());
                case "--merge" -> actions.add(new BitmapAction.Merge(each.value(), file));
                default -> {}
            }
        }
        return actions;
    }
}
