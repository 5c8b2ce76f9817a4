package dev.posada.clone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {

    @Test
    void valuesStandBehindBlanksEqualsAndLetters() {
        var options = parse("--original=a -n b -fone --file two -f=three -qd --mac RANDOM");

        assertThat(options.original()).contains("a");
        assertThat(options.name()).contains("b");
        assertThat(options.files()).containsExactly("one", "two", "three");
        assertThat(options.macs()).containsExactly("RANDOM");
        assertThat(options.quiet()).isTrue();
        assertThat(options.debug()).isTrue();
    }

    @Test
    void longOptionsMayBeShortened() {
        assertThat(parse("--auto --print --skip vda").printXml()).isTrue();
        assertThat(parse("--na x").name()).contains("x");
    }

    @Test
    void lastValueOfASingleOptionCounts() {
        assertThat(parse("-o a -o b").original()).contains("b");
    }

    @Test
    void anEmptyNameIsNone() {
        assertThat(parse("-o a --name=").name()).isEmpty();
    }

    @Test
    void helpEndsTheReading() {
        assertThat(parse("--help --nonsense").flags()).containsExactly("help");
    }

    @Test
    void oldForceTurnsChecksOffUnlessTheyAreNamed() {
        assertThat(parse("--force").wantedChecks().states()).containsEntry("all", false);
        assertThat(parse("--force --check path_exists=off").wantedChecks().states())
                .containsOnlyKeys("path_exists");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            -o                     | argument -o/--original: expected one argument
            --check --print-xml    | argument --check: expected one argument
            --linked=yes           | argument --linked: ignored explicit argument 'yes'
            -qx                    | argument -q/--quiet: ignored explicit argument 'x'
            -o a b --bad -x        | unrecognized arguments: b --bad -x
            --original a -- -o     | unrecognized arguments: -o
            --pr                   | ambiguous option: --pr could match --preserve-data, --print-xml, --prompt
            """)
    void mistakesAreToldAsPythonsParserTellsThem(String words, String complaint) {
        assertThatThrownBy(() -> parse(words))
                .isInstanceOf(UsageException.class)
                .hasMessage(complaint);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            foo=off              | Unknown --check options: ['foo']
            foo=on,all=off,bar   | Unknown --check options: ['foo', 'bar']
            all=maybe            | all must be 'yes' or 'no'
            """)
    void unknownChecksAreRefused(String check, String complaint) {
        assertThatThrownBy(() -> Checks.parse(List.of(check))).hasMessage(complaint);
    }

    private static CloneOptions parse(String words) {
        return CommandLine.parse(List.of(words.split(" ")));
    }
}
