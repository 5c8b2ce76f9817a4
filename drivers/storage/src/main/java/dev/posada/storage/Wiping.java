package dev.posada.storage;

import dev.posada.driver.VolumeEntry;
import dev.posada.driver.WipeAlgorithm;
import dev.posada.model.ErrorCode;
import dev.posada.model.VolumeType;
import dev.posada.posix.PosixException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Overwrites what volumes hold. Holes hold nothing and stay. Each pass is on the disk before the next begins, since passes
 * that meet in memory would be one.
 *
 * <p>The algorithms are those of the tool scrub(1), which libvirt runs: what the authors of each prescribe, as far as it
 * concerns what is written.
 */
final class Wiping {
    private static final int CHUNK_BYTES = 3 << 18; // a multiple of three, the length of the longest pattern

    /** What one pass writes: a pattern over and over, or, when there is none, random bytes. */
    private record Pass(Optional<int[]> pattern) {
        static final Pass RANDOM = new Pass(Optional.empty());

        static Pass of(int... pattern) {
            return new Pass(Optional.of(pattern));
        }
    }

    private Wiping() {}

    /**
     * Overwrites a volume.
     *
     * @throws dev.posada.model.PosadaException {@code RESOURCE_BUSY} when a guest uses it
     */
    static void wipe(VolumeEntry volume, WipeAlgorithm algorithm) {
        var path = Path.of(volume.path());
        if (volume.type() != VolumeType.FILE && volume.type() != VolumeType.BLOCK) {
            throw StorageErrors.of(ErrorCode.NO_SUPPORT, "volume '" + path + "' holds no bytes that could be wiped");
        }
        var passes = passes(algorithm);
        try (var _ = GuestLock.take(path);
                var file = VolumeFile.open(path, true)) {
            for (var pass : passes) {
                overwrite(file, pass);
                file.channel().force(true);
            }
        } catch (IOException e) {
            throw StorageErrors.failed("Failed to wipe volume '" + path + "'", e);
        } catch (PosixException e) {
            throw StorageErrors.failed("Failed to wipe volume '" + path + "'", e);
        }
    }

    private static List<Pass> passes(WipeAlgorithm algorithm) {
        return switch (algorithm) {
            case ZERO -> List.of(Pass.of(0));
            case RANDOM -> List.of(Pass.RANDOM);
            case NNSA -> List.of(Pass.RANDOM, Pass.RANDOM, Pass.of(0));
            case DOD -> List.of(Pass.RANDOM, Pass.of(0), Pass.of(0xff));
            case BSI ->
                List.of(
                        Pass.of(0xff),
                        Pass.of(0xfe),
                        Pass.of(0xfd),
                        Pass.of(0xfb),
                        Pass.of(0xf7),
                        Pass.of(0xef),
                        Pass.of(0xdf),
                        Pass.of(0xbf),
                        Pass.of(0x7f));
            case GUTMANN -> gutmann();
            case SCHNEIER ->
                List.of(Pass.of(0), Pass.of(0xff), Pass.RANDOM, Pass.RANDOM, Pass.RANDOM, Pass.RANDOM, Pass.RANDOM);
            case PFITZNER7 -> random(7);
            case PFITZNER33 -> random(33);
            case TRIM -> throw StorageErrors.of(ErrorCode.ARGUMENT_UNSUPPORTED, "'trim' algorithm not supported");
        };
    }

    private static List<Pass> random(int times) {
        return Collections.nCopies(times, Pass.RANDOM);
    }

    private static List<Pass> gutmann() {
        var passes = new ArrayList<>(random(4));
        passes.add(Pass.of(0x55));
        passes.add(Pass.of(0xaa));
        passes.addAll(turns(0x92, 0x49, 0x24));
        for (int digit = 0; digit <= 0xf; digit++) {
            passes.add(Pass.of(digit << 4 | digit));
        }
        passes.addAll(turns(0x92, 0x49, 0x24));
        passes.addAll(turns(0x6d, 0xb6, 0xdb));
        passes.addAll(random(4));
        return passes;
    }

    private static List<Pass> turns(int first, int second, int third) {
        return List.of(Pass.of(first, second, third), Pass.of(second, third, first), Pass.of(third, first, second));
    }

    private static void overwrite(VolumeFile file, Pass pass) throws IOException {
        var chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
        var random = new SplittableRandom(new SecureRandom().nextLong());
        pass.pattern().ifPresent(pattern -> fill(chunk, pattern));
        long length = file.length();
        long position = 0;
        while (position < length) {
            var data = file.nextData(position);
            if (data.isEmpty()) {
                return;
            }
            position = data.getAsLong();
            long end = Math.min(length, file.nextHole(position).orElse(length));
            while (position < end) {
                if (pass.pattern().isEmpty()) {
                    fill(chunk, random);
                }
                chunk.clear().limit((int) Math.min(CHUNK_BYTES, end - position));
                position += file.channel().write(chunk, position);
            }
        }
    }

    private static void fill(ByteBuffer chunk, int[] pattern) {
        for (int at = 0; at < CHUNK_BYTES; at++) {
            chunk.put(at, (byte) pattern[at % pattern.length]);
        }
    }

    private static void fill(ByteBuffer chunk, SplittableRandom random) {
        for (int at = 0; at < CHUNK_BYTES; at += Long.BYTES) {
            chunk.putLong(at, random.nextLong());
        }
    }
}
