package dev.posada.cli;

import dev.posada.image.CreateRequest;
import dev.posada.image.Format;
import dev.posada.image.Images;
import dev.posada.terminal.Console;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** Makes an empty image. */
final class CreateVerb implements Verb {
    @Override
    public String synopsis() {
        return "[-f FORMAT] [-b BACKING -F BACKING_FORMAT] [-o OPTIONS] [-q] FILE [SIZE]";
    }

    @Override
    public Options options() {
        return new Options().values("-f", "-b", "-F").values("-o").flags("-q", "-u");
    }

    @Override
    public int run(Words words, Console console) {
        var rest = words.rest();
        if (rest.isEmpty() || rest.size() > 2) {
            throw new UsageException("Expecting image file name" + (rest.isEmpty() ? "" : " and size, no more"));
        }
        var path = Words.path(rest.getFirst());
        var options = new FormatOptions(words.values("-o"));
        var size = options.takeSize();
        if (rest.size() == 2) {
            size = OptionalLong.of(Sizes.parse(rest.get(1), "image size"));
        }
        var request = options.request(
                words.format("-f").orElse(Format.RAW), size.orElse(0), words.value("-b"), words.format("-F"));
        if (size.isEmpty()) {
            request = request.withSize(sizeOfBacking(request, path));
        }
        Images.create(path, request);
        if (!words.has("-q")) {
            console.out().println(said(rest.getFirst(), request));
        }
        return 0;
    }

    private static long sizeOfBacking(CreateRequest request, Path path) {
        var name = request.backing().orElseThrow(() -> new UsageException("Image creation needs a size parameter"));
        var folder = Optional.ofNullable(path.toAbsolutePath().getParent());
        var file = folder.map(parent -> parent.resolve(Words.path(name))).orElseGet(() -> Words.path(name));
        return Images.describe(file, request.backingFormat()).virtualBytes();
    }

    private static String said(String name, CreateRequest request) {
        var text = new StringBuilder("Formatting '" + name + "', fmt=" + request.format() + " size=" + request.size());
        request.backing().ifPresent(file -> text.append(" backing_file=").append(file));
        request.backingFormat().ifPresent(format -> text.append(" backing_fmt=").append(format));
        request.options()
                .forEach(
                        (key, value) -> text.append(' ').append(key).append('=').append(value));
        return text.toString();
    }
}
