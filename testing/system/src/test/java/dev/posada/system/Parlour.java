package dev.posada.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** A Java program for guests: what it does is its first argument. */
final class Parlour {
    private static final int MIB = 1 << 20;

    private Parlour() {}

    public static void main(String[] words) throws IOException {
        switch (words[0]) {
            case "talk" -> talk();
            case "fail" -> System.exit(1);
            case "eat" -> eat();
            case "hoard" -> hoard();
            case "spin" -> spin();
            case "window" -> window();
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    /** Answers each line that is typed. */
    private static void talk() throws IOException {
        System.out.println("the parlour is open");
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println("heard " + line.length() + " letters: " + line.toUpperCase(java.util.Locale.ROOT));
        }
    }

    /** Takes more of the heap than there is. */
    private static void eat() {
        var eaten = new ArrayList<byte[]>();
        while (eaten.size() < Integer.MAX_VALUE) {
            eaten.add(new byte[MIB]);
        }
    }

    /** Takes memory beside the heap until somebody ends it. */
    private static void hoard() {
        while (true) {
            Arena.global().allocate(MIB).fill((byte) 1);
        }
    }

    private static void spin() {
        long turns = 0;
        while (true) {
            turns++;
            if (turns == 0) {
                System.out.println("once around");
            }
        }
    }

    /** Says again and again how large its terminal is. */
    private static void window() throws IOException {
        try {
            new ProcessBuilder("/bin/sh", "-c", KindsHost.WINDOW_LOOK)
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Packs it into a jar that anybody may read. */
    static Path jar(Path file) throws IOException {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Parlour.class.getName());
        var entry = Parlour.class.getName().replace('.', '/') + ".class";
        try (var jar = new JarOutputStream(Files.newOutputStream(file), manifest);
                var code = Parlour.class.getResourceAsStream("Parlour.class")) {
            jar.putNextEntry(new JarEntry(entry));
            code.transferTo(jar);
        }
        return file;
    }
}
