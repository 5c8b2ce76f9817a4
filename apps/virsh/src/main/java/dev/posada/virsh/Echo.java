package dev.posada.virsh;

import java.util.ArrayList;
import java.util.List;

/** {@code echo}: what a line was read as. */
final class Echo {
    private Echo() {}

    static Command command() {
        return Command.named("echo")
                .summary("print the words that follow")
                .description("Prints the words that follow, maybe quoted: shows how a line is read.")
                .options(
                        Option.flag("shell", "quote for a shell"),
                        Option.flag("xml", "quote for XML"),
                        Option.flag("split", "begin a line at each ','; ',,' stands for one"),
                        Option.flag("err", "print to standard error"),
                        Option.alias("str", "string"),
                        Option.alias("hi", "string=hello"),
                        Option.rest("string", "words").orEmpty())
                .offline()
                .action(Echo::run);
    }

    private static void run(Call call) {
        call.exclusive("shell", "xml", "split");
        var words = new ArrayList<String>();
        for (var word : call.all("string")) {
            if (call.has("split")) {
                words.addAll(split(word));
            } else if (call.has("shell")) {
                words.add(shell(word));
            } else {
                words.add(call.has("xml") ? xml(word) : word);
            }
        }
        var text = String.join(call.has("split") ? "\n" : " ", words);
        if (call.has("err")) {
            call.complain(text);
        } else {
            call.print(text);
        }
    }

    private static List<String> split(String word) {
        var parts = new ArrayList<String>();
        for (var part : word.replace(",,", "\0").split(",", -1)) {
            parts.add(part.replace('\0', ','));
        }
        return parts;
    }

    private static String shell(String word) {
        boolean plain = !word.isEmpty();
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            plain &= c < 128 && (Character.isLetterOrDigit(c) || "_-./:,+=@%".indexOf(c) >= 0);
        }
        return plain ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    private static String xml(String word) {
        return word.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&apos;");
    }
}
