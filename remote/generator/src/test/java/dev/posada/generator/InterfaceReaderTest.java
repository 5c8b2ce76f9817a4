package dev.posada.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.generator.InterfaceFile.Condition;
import dev.posada.generator.InterfaceFile.Descriptors;
import dev.posada.generator.InterfaceFile.EventKey;
import dev.posada.generator.InterfaceFile.Field;
import dev.posada.generator.InterfaceFile.Kind;
import dev.posada.generator.InterfaceFile.Procedure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InterfaceReaderTest {

    @Test
    void procedureIsReadWithAllItsTraits() {
        Procedure procedure = only("""
                program inn 0x10 1
                const ROOMS_MAX 7
                group rooms "Rooms."
                duplex 4 room_open : virRoomOpen high readonly unless="flags has 9" origin=domain fds=both sparse=1
                    in  name string, uuid uuid?,
                        beds uint[]<ROOMS_MAX>
                    out key opaque<16>, door chars[4]
                """);

        assertThat(procedure.kind()).isEqualTo(Kind.DUPLEX);
        assertThat(procedure.number()).isEqualTo(4);
        assertThat(procedure.traits().apiName()).contains("virRoomOpen");
        assertThat(procedure.traits().highPriority()).isTrue();
        assertThat(procedure.traits().readOnlyAllowed()).isTrue();
        assertThat(procedure.traits().refusedIf()).contains(new Condition("flags", true, 9));
        assertThat(procedure.traits().origin()).isEqualTo("domain");
        assertThat(procedure.traits().descriptors()).isEqualTo(Descriptors.BOTH);
        assertThat(procedure.traits().sparseFlag()).hasValue(1);
        assertThat(procedure.args().orElseThrow().name()).isEqualTo("room_open_args");
        assertThat(procedure.args().orElseThrow().fields())
                .containsExactly(
                        new Field("name", new WireType.Text()),
                        new Field("uuid", new WireType.Maybe(WireType.Scalar.UUID)),
                        new Field("beds", new WireType.Many(WireType.Scalar.UINT, "ROOMS_MAX")));
        assertThat(procedure.ret().orElseThrow().fields())
                .containsExactly(
                        new Field("key", new WireType.Bytes("16")), new Field("door", new WireType.Octets("4", true)));
    }

    @Test
    void eventNamesItsClassAndNumber() {
        Procedure procedure = only("""
                program inn 0x10 1
                group rooms "Rooms."
                event 5 room_left : class=storage-pool event=3 callback
                    msg callback_id int
                """);

        assertThat(procedure.traits().event()).contains(new EventKey("storage-pool", 3, true));
        assertThat(procedure.msg()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "    stray line",
                "program other 1 1",
                "const ONLY_A_NAME",
                "group unquoted",
                "call 1 outside_of_a_group",
                "group g \"d\"\ncall x not_a_number",
                "group g \"d\"\ncall 1 f\n    sideways a int",
                "group g \"d\"\ncall 1 f\n    in  a",
                "group g \"d\"\ncall 1 f : unless=\"whenever\"",
                "struct s\n    a In-Valid",
            })
    void mistakesAreReportedWithFileAndLine(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(InterfaceException.class)
                .hasMessageMatching("(?s)inn:\\d+: .+");
    }

    private static Procedure only(String text) {
        return read(text).groups().getFirst().procedures().getFirst();
    }

    private static InterfaceFile read(String text) {
        return InterfaceReader.read("inn", text.lines().toList());
    }
}
