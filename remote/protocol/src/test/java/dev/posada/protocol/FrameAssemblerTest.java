package dev.posada.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class FrameAssemblerTest {

    private final FrameAssembler assembler = new FrameAssembler();

    @Test
    void messagesComeOutAsTheyWentInWhateverThePieces() {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int round = 0; round < 200; round++) {
            List<ByteBuffer> sent = new ArrayList<>();
            var flow = ByteBuffer.allocate(1 << 20);
            for (int i = random.nextInt(1, 6); i > 0; i--) {
                byte[] data = new byte[random.nextInt(4) == 0 ? random.nextInt(100_000) : random.nextInt(40)];
                random.nextBytes(data);
                sent.add(ByteBuffer.wrap(data));
                flow.put(Frame.encodeData(dataHeader(i), ByteBuffer.wrap(data)));
            }
            flow.flip();
            boolean exact = random.nextBoolean();

            List<ByteBuffer> received = new ArrayList<>();
            while (flow.hasRemaining()) {
                feed(flow, exact ? assembler.missingBytes() : random.nextInt(1, 9_000));
                for (Optional<Frame> frame = assembler.next(); frame.isPresent(); frame = assembler.next()) {
                    received.add(frame.get().payload());
                }
            }

            assertThat(received).as("seed %d", seed).isEqualTo(sent);
            assertThat(assembler.midMessage()).as("seed %d", seed).isFalse();
        }
    }

    @Test
    void lengthOutOfBoundsEndsTheConnection() {
        for (int length : new int[] {0, 27, WireLimits.MAX_MESSAGE_BYTES + 1, -1}) {
            var fresh = new FrameAssembler();
            fresh.space().putInt(length);

            assertThatThrownBy(fresh::next)
                    .isInstanceOf(FramingException.class)
                    .hasMessageContaining(Integer.toUnsignedString(length));
        }
    }

    @Test
    void announcedBytesCostNothingUntilTheyArrive() {
        assembler.space().putInt(WireLimits.MAX_MESSAGE_BYTES);

        assertThat(assembler.next()).isEmpty();
        assertThat(assembler.space().capacity()).isLessThan(10_000);
        assertThat(assembler.missingBytes()).isEqualTo(WireLimits.MAX_MESSAGE_BYTES - 4);
    }

    @Test
    void headerKeepsNumbersThatMeanNothing() {
        var header = new MessageHeader(1, 2, 3, 99, -1, 98);
        feed(Frame.encode(header, NoPayload.INSTANCE), Integer.MAX_VALUE);

        Frame frame = assembler.next().orElseThrow();

        assertThat(frame.header()).isEqualTo(header);
        assertThat(frame.header().type()).isEmpty();
        assertThat(frame.header().status()).isEmpty();
        assertThat(frame.header().knownProcedure()).isEmpty();
    }

    @Test
    void headerFindsItsProcedure() {
        MessageHeader header =
                MessageHeader.of(QemuProcedure.DOMAIN_MONITOR_COMMAND, MessageType.CALL, 5, MessageStatus.OK);

        assertThat(header.knownProcedure()).contains(QemuProcedure.DOMAIN_MONITOR_COMMAND);
        assertThat(header.answer(MessageType.REPLY, MessageStatus.ERROR))
                .isEqualTo(MessageHeader.of(
                        QemuProcedure.DOMAIN_MONITOR_COMMAND, MessageType.REPLY, 5, MessageStatus.ERROR));
    }

    private void feed(ByteBuffer flow, int most) {
        ByteBuffer space = assembler.space();
        int count = Math.min(most, Math.min(space.remaining(), flow.remaining()));
        space.put(flow.slice(flow.position(), count));
        flow.position(flow.position() + count);
    }

    private static MessageHeader dataHeader(int serial) {
        return MessageHeader.of(RemoteProcedure.STORAGE_VOL_UPLOAD, MessageType.STREAM, serial, MessageStatus.CONTINUE);
    }
}
