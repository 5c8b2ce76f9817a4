package dev.posada.engine;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The program {@link KillTest} kills: defines, changes, renames and undefines domains for ever, and says on standard
 * output what it is about to do ({@code ?}) and what was acknowledged ({@code !}).
 */
final class DefineLoop {
    private DefineLoop() {}

    public static void main(String[] args) {
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        var from = Integer.parseInt(args[1]);
        try (var house = new House(Path.of(args[0]), new Theatre(), Duration.ofSeconds(20))) {
            for (int i = from; ; i++) {
                var name = "inn" + i;
                var other = "tavern" + i;
                say(out, "define", name, "1", () -> house.define(name));
                var domain = house.domains().byName(name).uuid();
                say(out, "define", name, "2", () -> {
                    var changed = house.domains().xml(domain, 0).replace("</name>", "</name><title>2</title>");
                    house.domains().define(changed, 0);
                });
                switch (i % 3) {
                    case 0 ->
                        say(out, "undefine", name, "0", () -> house.domains().undefine(domain, 0));
                    case 1 -> {
                        say(out, "autostart", name, "0", () -> house.domains().setAutostart(domain, true));
                        say(out, "rename", name, other, () -> house.domains().rename(domain, other, 0));
                    }
                    default -> {} // kept as it is
                }
            }
        }
    }

    private static void say(PrintStream out, String what, String name, String detail, Runnable act) {
        out.println("? " + what + " " + name + " " + detail);
        act.run();
        out.println("! " + what + " " + name + " " + detail);
    }
}
