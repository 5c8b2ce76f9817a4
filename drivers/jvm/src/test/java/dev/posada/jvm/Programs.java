package dev.posada.jvm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;

/** Definitions of domains that run {@link Guest}, and the jar it is in. */
final class Programs {
    /** The JDK the tests run on. */
    static final Path JDK = Path.of(System.getProperty("java.home"));

    private Programs() {}

    /** Packs the program into a jar, once per folder. */
    static Path jar(Path folder) {
        var jar = folder.resolve("guest.jar");
        if (Files.exists(jar)) {
            return jar;
        }
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Guest.class.getName());
        var entry = Guest.class.getName().replace('.', '/') + ".class";
        try (var bytes = Guest.class.getClassLoader().getResourceAsStream(entry);
                var packed = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            packed.putNextEntry(new JarEntry(entry));
            packed.write(java.util.Objects.requireNonNull(bytes).readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return jar;
    }

    /** A small domain whose program does what the arguments say. */
    static String xml(String name, Path jar, String... arguments) {
        return xml(name, jar, List.of(arguments), "");
    }

    /** The same with more elements of the root. */
    static String xml(String name, Path jar, List<String> arguments, String more) {
        return """
                <domain type='jvm'>
                  <name>%s</name>
                  <memory unit='MiB'>%d</memory>
                  <vcpu>1</vcpu>
                  <os>
                    <type>exe</type>
                    %s
                    <inituser>root</inituser>
                  </os>
                  %s
                  <devices><console type='pty'/></devices>
                  <jvm:java xmlns:jvm='https://posada.dev/jvm/1.0' jdk='%s' jar='%s'>
                    <jvm:option value='-XX:TieredStopAtLevel=1'/>
                    <jvm:option value='-XX:+UseSerialGC'/>
                    <jvm:option value='-Xshare:auto'/>
                  </jvm:java>
                </domain>
                """.formatted(
                        name,
                        96,
                        arguments.stream()
                                .map(argument -> "<initarg>" + argument + "</initarg>")
                                .collect(Collectors.joining()),
                        more,
                        JDK,
                        jar);
    }
}
