package dev.posada.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LayoutTest {

    /** The just-in-time compiler never compiles a method of more bytecode than this (HugeMethodLimit). */
    private static final int HUGE_METHOD_BYTES = 8_000;

    private static final int MAX_GROUP = 60;

    /** A changed line breaks every peer there is; an added one is an addition to the protocol. */
    @Test
    void wireLayoutIsTheOneCheckedIn() throws IOException {
        Golden.compare("layout.txt", Files.readString(Path.of("target/layout/layout.txt")));
    }

    @Test
    void everyProcedureIsFoundByItsNumber() {
        for (Program program : Program.values()) {
            assertThat(Program.of(program.number())).contains(program);
        }
        for (RemoteProcedure procedure : RemoteProcedure.values()) {
            assertThat(RemoteProcedure.of(procedure.number())).contains(procedure);
        }
        assertThat(RemoteProcedure.values()).hasSize(456);
        assertThat(List.of(-1, 0, 457, Integer.MAX_VALUE, Integer.MIN_VALUE))
                .allSatisfy(number -> assertThat(RemoteProcedure.of(number)).isEmpty());
    }

    @Test
    void groupsStaySmall() {
        for (RemoteProcedure.Group group : RemoteProcedure.Group.values()) {
            long calls = Arrays.stream(RemoteProcedure.values())
                    .filter(procedure -> procedure.group() == group
                            && procedure.traits().kind().isCall())
                    .count();
            assertThat(calls).as("calls in %s", group).isBetween(1L, (long) MAX_GROUP);
        }
    }

    @Test
    void everyMethodThatRunsOftenCanBeCompiled() throws IOException {
        var huge = new ArrayList<String>();
        try (Stream<Path> files = Files.walk(Path.of("target/classes"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".class")).toList()) {
                ClassModel model = ClassFile.of().parse(file);
                for (MethodModel method : model.methods()) {
                    int bytes = method.code()
                            .map(code -> ((CodeAttribute) code).codeLength())
                            .orElse(0);
                    if (bytes > HUGE_METHOD_BYTES && !method.methodName().equalsString("<clinit>")) {
                        huge.add(file.getFileName() + " " + method.methodName().stringValue() + " " + bytes);
                    }
                }
            }
        }
        assertThat(huge).isEmpty();
    }
}
