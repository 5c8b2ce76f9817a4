package dev.posada.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WireErrorsTest {

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void everyCodeSurvivesTheJourneyWithAndWithoutDetail(ErrorCode code) {
        for (String detail : new String[] {"", "what happened: 100%s"}) {
            var failure = new PosadaException(code, ErrorOrigin.QEMU, detail);

            PosadaException arrived = WireErrors.decode(WireErrors.encode(failure));

            assertThat(arrived.code()).isEqualTo(code);
            assertThat(arrived.origin()).isEqualTo(ErrorOrigin.QEMU);
            assertThat(arrived.getMessage()).isEqualTo(failure.getMessage());
        }
    }

    @Test
    void systemErrorsCarryTheirNumber() {
        var failure = PosadaException.system(ErrorOrigin.STREAMS, 28, "cannot write: No space left on device");

        MessageError error = WireErrors.encode(failure);

        assertThat(error.int1()).isEqualTo(28);
        assertThat(error.str1()).isEqualTo("%s");
        assertThat(WireErrors.decode(error).systemError()).isEqualTo(28);
    }

    @Test
    void messageWinsOverADetailThatDoesNotFitIt() {
        // Invalid arguments found by libvirt's public layer put the function's name into str1.
        var error = new MessageError(
                8, 20, "invalid argument: bad value", 2, null, "virDomainX", "value", null, 0, 0, null);

        assertThat(WireErrors.decode(error)).hasMessage("invalid argument: bad value");
    }

    @Test
    void wordsThatStandAloneArriveAlone() {
        var failure = PosadaException.said(ErrorCode.INVALID_ARG, ErrorOrigin.QEMU, "unsupported flags (0x8)");

        MessageError error = WireErrors.encode(failure);

        assertThat(error.message()).isEqualTo("unsupported flags (0x8)");
        assertThat(WireErrors.decode(error))
                .hasMessage("unsupported flags (0x8)")
                .returns(ErrorCode.INVALID_ARG, PosadaException::code);
    }

    @Test
    void codesOfNewerPeersKeepTheirMessage() {
        var error = new MessageError(999, 998, "something new: x", 2, null, "%s", null, null, -1, -1, null);

        PosadaException arrived = WireErrors.decode(error);

        assertThat(arrived.code()).isEqualTo(ErrorCode.INTERNAL_ERROR);
        assertThat(arrived.origin()).isEqualTo(ErrorOrigin.NONE);
        assertThat(arrived).hasMessageContaining("something new: x");
    }
}
