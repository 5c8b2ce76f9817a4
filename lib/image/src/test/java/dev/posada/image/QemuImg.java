package dev.posada.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The judge: QEMU's own tools. */
final class QemuImg {
    private QemuImg() {}

    /** What a command answered. */
    record Answer(int status, String text) {}

    /** Runs {@code qemu-img} and demands success; its standard output. */
    static String run(Object... words) {
        var answer = command("qemu-img", words);
        if (answer.status() != 0) {
            throw new AssertionError("qemu-img " + List.of(words) + " answered " + answer);
        }
        return answer.text();
    }

    /** Runs {@code qemu-io} commands on an image. */
    static String io(Path image, String format, List<String> commands) {
        var words = new ArrayList<Object>(List.of("-f", format));
        for (var command : commands) {
            words.add("-c");
            words.add(command);
        }
        words.add(image);
        var answer = command("qemu-io", words.toArray());
        if (answer.status() != 0
                || answer.text().contains("failed")
                || answer.text().contains("error")) {
            throw new AssertionError("qemu-io " + commands + " answered " + answer);
        }
        return answer.text();
    }

    static Answer command(String program, Object... words) {
        var line = new ArrayList<>(List.of(program));
        for (var word : words) {
            line.add(word.toString());
        }
        try {
            var output = Files.createTempFile("qemu", ".out");
            try {
                var process = new ProcessBuilder(line)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
                if (!process.waitFor(2, TimeUnit.MINUTES)) {
                    process.destroyForcibly();
                    throw new AssertionError(line + " does not end");
                }
                return new Answer(process.exitValue(), Files.readString(output));
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new AssertionError(line.toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
