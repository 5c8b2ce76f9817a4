package dev.posada.generator;

import dev.posada.generator.InterfaceFile.Kind;
import dev.posada.generator.InterfaceFile.Procedure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The program: reads a folder of interface files and brings the folder of generated sources and the layout up to date.
 *
 * <p>A file whose content would not change is left untouched, so an unchanged interface costs the compiler nothing;
 * a generated file that no longer has a source is deleted.
 */
public final class Generator {

    private static final String SUFFIX = ".posada";
    private static final String PACKAGE_PATH = "dev/posada/protocol";

    private Generator() {}

    /**
     * Runs the generator.
     *
     * @param args the folder with interface files, the folder for sources, the file for the layout
     * @throws IOException when a file cannot be read or written
     */
    public static void main(String[] args) throws IOException {
        if (args.length != 3) {
            throw new IllegalArgumentException("expected: INTERFACE-DIR SOURCE-DIR LAYOUT-FILE");
        }
        Catalog catalog = read(Path.of(args[0]));
        Path sources = Path.of(args[1]).resolve(PACKAGE_PATH);
        var wanted = new HashMap<Path, String>();
        for (JavaFile file : generate(catalog)) {
            if (wanted.put(sources.resolve(file.name() + ".java"), file.text()) != null) {
                throw new IllegalStateException("two declarations make a class " + file.name());
            }
        }
        removeStale(sources, wanted);
        wanted.forEach(Generator::writeIfChanged);
        writeIfChanged(Path.of(args[2]), LayoutText.of(catalog));
    }

    /** Reads all interface files of a folder; the shared one comes first, the others by name. */
    static Catalog read(Path folder) throws IOException {
        var files = new ArrayList<InterfaceFile>();
        try (Stream<Path> paths = Files.list(folder)) {
            for (Path path : paths.filter(path -> path.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList()) {
                String name = path.getFileName().toString();
                files.add(InterfaceReader.read(
                        name.substring(0, name.length() - SUFFIX.length()), Files.readAllLines(path)));
            }
        }
        files.sort((a, b) ->
                Boolean.compare(b.name().equals(Catalog.SHARED), a.name().equals(Catalog.SHARED)));
        return new Catalog(files);
    }

    /** Everything generated from the interface, in no particular order. */
    static List<JavaFile> generate(Catalog catalog) {
        var files = new ArrayList<JavaFile>();
        var programs = new ProgramSources(catalog);
        files.add(programs.programs());
        for (InterfaceFile file : catalog.files()) {
            addTypes(catalog, file, files);
            if (file.program().isPresent()) {
                files.add(programs.procedures(file));
                files.addAll(new CallSources(catalog, file).write());
            }
            if (hasEvents(file)) {
                files.add(programs.events(file));
            }
        }
        return files;
    }

    private static void addTypes(Catalog catalog, InterfaceFile file, List<JavaFile> files) {
        var types = new TypeSources(catalog, file);
        types.limits().ifPresent(files::add);
        file.enums().forEach(type -> files.add(types.enumeration(type)));
        file.unions().forEach(type -> files.add(types.union(type)));
        var structs = new StructSource(catalog, file);
        file.structs()
                .forEach(struct ->
                        files.add(structs.write(struct, "Structure {@code " + struct.name() + "}.", "XdrMessage")));
        Catalog.procedures(file).forEach(procedure -> {
            String subject = subject(file, procedure);
            procedure
                    .args()
                    .ifPresent(args -> files.add(structs.write(args, "What " + subject + " is given.", "XdrMessage")));
            procedure
                    .ret()
                    .ifPresent(ret -> files.add(structs.write(ret, "What " + subject + " returns.", "XdrMessage")));
            procedure
                    .msg()
                    .ifPresent(msg -> files.add(
                            structs.write(msg, "What " + subject + " carries.", Catalog.javaPrefix(file) + "Event")));
        });
    }

    private static String subject(InterfaceFile file, Procedure procedure) {
        String api = procedure
                .traits()
                .apiName()
                .map(name -> " ({@code " + name + "})")
                .orElse("");
        return "procedure " + procedure.number() + " of " + file.name() + api;
    }

    private static boolean hasEvents(InterfaceFile file) {
        return Catalog.procedures(file).anyMatch(procedure -> procedure.kind() == Kind.EVENT);
    }

    private static void removeStale(Path folder, Map<Path, String> wanted) throws IOException {
        Files.createDirectories(folder);
        try (Stream<Path> paths = Files.list(folder)) {
            for (Path path : paths.filter(path -> !wanted.containsKey(path)).toList()) {
                Files.delete(path);
            }
        }
    }

    private static void writeIfChanged(Path path, String text) {
        try {
            if (!Files.exists(path) || !Files.readString(path).equals(text)) {
                Files.createDirectories(path.toAbsolutePath().getParent());
                Files.writeString(path, text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write generated file " + path, e);
        }
    }
}
