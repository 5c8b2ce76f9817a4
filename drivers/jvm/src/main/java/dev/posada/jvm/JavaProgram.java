package dev.posada.jvm;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/**
 * The Java program a definition speaks of.
 *
 * @param jdk its JDK, when the definition names one
 * @param entry what runs
 * @param classPath folders and jars
 * @param modulePath folders and jars
 * @param properties system properties by name
 * @param options options of the JVM, as given
 * @param arguments what the program is given
 * @param environment its variables besides those every program has
 * @param directory where it runs
 * @param user whom it runs as, when the definition says
 * @param group which group it runs in, when the definition says
 */
record JavaProgram(
        Optional<Path> jdk,
        Entry entry,
        List<Path> classPath,
        List<Path> modulePath,
        SequencedMap<String, String> properties,
        List<String> options,
        List<String> arguments,
        SequencedMap<String, String> environment,
        Path directory,
        Optional<String> user,
        Optional<String> group) {
    /** The element of this driver's own namespace that says what runs. */
    static final String ELEMENT = "jvm:java";

    private static final Pattern CLASS_NAME = Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_$.]*");
    private static final Pattern MODULE_NAME = Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_$.]*");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** What runs: a jar, a class, or a module's class. */
    sealed interface Entry {
        record Jar(Path path) implements Entry {}

        record MainClass(String name) implements Entry {}

        /**
         * A class of a module.
         *
         * @param main empty for the module's own main class
         */
        record Module(String name, Optional<String> main) implements Entry {}
    }

    JavaProgram {
        classPath = List.copyOf(classPath);
        modulePath = List.copyOf(modulePath);
        options = List.copyOf(options);
        arguments = List.copyOf(arguments);
    }

    /**
     * Reads a definition.
     *
     * @throws dev.posada.model.PosadaException {@code XML_ERROR} for what contradicts itself or is malformed
     */
    static JavaProgram of(DomainDefinition definition) {
        var os = definition.root().child("os").orElse(Element.of("os"));
        var java = definition.root().child(ELEMENT).orElse(Element.of(ELEMENT));
        return new JavaProgram(
                java.attribute("jdk").map(path -> absolute(java, path, "the JDK")),
                entry(os, java),
                entries(java, "jvm:classpath"),
                entries(java, "jvm:modulepath"),
                named(java, "jvm:property", JavaProgram::propertyName),
                values(java),
                os.children("initarg").stream().map(Element::text).toList(),
                environment(os),
                os.childText("initdir")
                        .filter(text -> !text.isEmpty())
                        .map(path -> absolute(os, path, "<initdir>"))
                        .orElse(Path.of("/")),
                os.childText("inituser").filter(text -> !text.isEmpty()),
                os.childText("initgroup").filter(text -> !text.isEmpty()));
    }

    /** The files that must be there before a start, each with what it is to the program. */
    Map<Path, String> neededFiles() {
        var files = new LinkedHashMap<Path, String>();
        if (entry instanceof Entry.Jar(Path jar)) {
            files.put(jar, "the jar");
        }
        modulePath.forEach(path -> files.put(path, "the entry of the module path"));
        classPath.stream()
                .filter(path -> !path.endsWith("*"))
                .forEach(path -> files.put(path, "the entry of the class path"));
        return files;
    }

    private static Entry entry(Element os, Element java) {
        var init = os.childText("init").filter(text -> !text.isEmpty());
        var jar = java.attribute("jar");
        var main = java.attribute("main");
        var module = java.attribute("module");
        if (jar.isPresent() && (main.isPresent() || module.isPresent())) {
            throw Refusal.xml(
                    java, "<jvm:java> runs either a jar or a class of the class or module path: give jar, or main");
        }
        if (init.isPresent() && (main.isPresent() || module.isPresent())) {
            throw Refusal.xml(os, "<init> names a jar, and <jvm:java> a class: give one of them");
        }
        if (init.isPresent() && jar.isPresent() && !init.equals(jar)) {
            throw Refusal.xml(os, "<init> and <jvm:java jar='…'> name different jars: give one of them");
        }
        if (jar.isPresent() || init.isPresent()) {
            return new Entry.Jar(absolute(java, jar.or(() -> init).get(), "the jar"));
        }
        main.ifPresent(name -> check(java, name, CLASS_NAME, "a class"));
        if (module.isPresent()) {
            check(java, module.get(), MODULE_NAME, "a module");
            return new Entry.Module(module.get(), main);
        }
        return new Entry.MainClass(main.orElseThrow(() -> Refusal.xml(
                os,
                "nothing to run: give <jvm:java jar='/path/to.jar'/> or <jvm:java main='package.Class'/> (xmlns:jvm='"
                        + "https://posada.dev/jvm/1.0'), or <os><init>/path/to.jar</init></os>")));
    }

    private static void check(Element where, String name, Pattern form, String what) {
        if (!form.matcher(name).matches()) {
            throw Refusal.xml(where, "'" + Refusal.shown(name) + "' is not the name of " + what);
        }
    }

    private static Path absolute(Element where, String path, String what) {
        if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
            throw Refusal.xml(where, what + " '" + Refusal.shown(path) + "' is not an absolute path");
        }
        return Path.of(path);
    }

    private static List<Path> entries(Element java, String list) {
        var paths = new ArrayList<Path>();
        for (var one : java.children(list)) {
            for (var entry : one.children("jvm:entry")) {
                var path = absolute(entry, entry.attribute("path", ""), "the entry of <" + list + ">");
                if (path.toString().indexOf(':') >= 0) {
                    throw Refusal.xml(entry, "a path with a colon cannot be an entry of <" + list + ">: " + path);
                }
                paths.add(path);
            }
        }
        return paths;
    }

    private static List<String> values(Element java) {
        var options = new ArrayList<String>();
        for (var option : java.children("jvm:option")) {
            var value = option.attribute("value", "");
            if (!value.startsWith("-") || value.indexOf('\0') >= 0) {
                throw Refusal.xml(
                        option, "<jvm:option value='" + Refusal.shown(value) + "'> is no option: they begin with -");
            }
            options.add(value);
        }
        return options;
    }

    private static void propertyName(Element where, String name) {
        if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
            throw Refusal.xml(where, "'" + Refusal.shown(name) + "' is not the name of a system property");
        }
    }

    private static SequencedMap<String, String> environment(Element os) {
        var variables = new LinkedHashMap<String, String>();
        for (var variable : os.children("initenv")) {
            var name = variable.attribute("name", "");
            check(variable, name, VARIABLE, "an environment variable that a shell can hand on");
            variables.put(name, variable.text());
        }
        return variables;
    }

    private interface NameCheck {
        void check(Element where, String name);
    }

    private static SequencedMap<String, String> named(Element java, String child, NameCheck check) {
        var values = new LinkedHashMap<String, String>();
        for (var one : java.children(child)) {
            var name = one.attribute("name", "");
            check.check(one, name);
            values.put(name, one.attribute("value", ""));
        }
        return values;
    }
}
