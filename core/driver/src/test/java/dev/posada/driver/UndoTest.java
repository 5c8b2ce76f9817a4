package dev.posada.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class UndoTest {
    private final ArrayList<String> undone = new ArrayList<>();

    @Test
    void stepsAreTakenBackInReverse() {
        try (var undo = new Undo()) {
            undo.add(() -> undone.add("first"));
            undo.add(() -> undone.add("second"));
        }
        assertThat(undone).containsExactly("second", "first");
    }

    @Test
    void whatIsDoneStaysDone() {
        try (var undo = new Undo()) {
            undo.add(() -> undone.add("first"));
            undo.done();
        }
        assertThat(undone).isEmpty();
    }

    @Test
    void aStepThatFailsKeepsNoOtherFromBeingTakenBack() {
        assertThatThrownBy(() -> {
                    try (var undo = new Undo()) {
                        undo.add(() -> undone.add("first"));
                        undo.add(() -> {
                            throw new IllegalStateException("stuck");
                        });
                        undo.add(() -> undone.add("third"));
                        throw new IllegalStateException("the reason");
                    }
                })
                .hasMessage("the reason");
        assertThat(undone).containsExactly("third", "first");
    }
}
