package dev.posada.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.xdr.XdrException;
import dev.posada.xdr.XdrReader;
import dev.posada.xdr.XdrWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class DispatchTest {

    private static final DomainRef GUEST = new DomainRef("guest", new UUID(1, 2), -1);

    /** Answers two calls and notes who asked. */
    private static final class Lookups implements DomainLookupCalls<String> {
        private final List<String> seen = new ArrayList<>();

        @Override
        public RemoteDomainIsActiveRet domainIsActive(String context, RemoteDomainIsActiveArgs args) {
            seen.add(context + " asks for " + args.dom().name());
            return new RemoteDomainIsActiveRet(1);
        }

        @Override
        public RemoteDomainGetXmlDescRet domainGetXmlDesc(String context, RemoteDomainGetXmlDescArgs args) {
            return new RemoteDomainGetXmlDescRet("<domain/>");
        }
    }

    private final Lookups lookups = new Lookups();
    private final RemoteService<String> service =
            RemoteService.<String>unsupported().withDomainLookup(lookups);

    @Test
    void callReachesItsGroupWithContextAndArguments() {
        XdrMessage reply = dispatch(RemoteProcedure.DOMAIN_IS_ACTIVE, new RemoteDomainIsActiveArgs(GUEST), false);

        assertThat(reply).isEqualTo(new RemoteDomainIsActiveRet(1));
        assertThat(lookups.seen).containsExactly("someone asks for guest");
    }

    @Test
    void whatNobodyAnswersIsNotSupportedByTheDriver() {
        PosadaException refusal = refusal(RemoteProcedure.DOMAIN_SUSPEND, new RemoteDomainSuspendArgs(GUEST), false);

        assertThat(refusal.code()).isEqualTo(ErrorCode.NO_SUPPORT);
        assertThat(refusal.origin()).isEqualTo(ErrorOrigin.DOMAIN);
        assertThat(refusal).hasMessage("this function is not supported by the connection driver: virDomainSuspend");
    }

    @Test
    void readOnlyCallersMayNotChangeAnything() {
        PosadaException refusal = refusal(RemoteProcedure.DOMAIN_SUSPEND, new RemoteDomainSuspendArgs(GUEST), true);

        assertThat(refusal.code()).isEqualTo(ErrorCode.OPERATION_DENIED);
        assertThat(refusal).hasMessage("operation forbidden: read only access prevents virDomainSuspend");
    }

    @Test
    void readOnlyCallersMayNotSeeSecrets() {
        var plain = new RemoteDomainGetXmlDescArgs(GUEST, 2);
        var secure = new RemoteDomainGetXmlDescArgs(GUEST, 1);

        assertThat(dispatch(RemoteProcedure.DOMAIN_GET_XML_DESC, plain, true))
                .isEqualTo(new RemoteDomainGetXmlDescRet("<domain/>"));
        assertThat(dispatch(RemoteProcedure.DOMAIN_GET_XML_DESC, secure, false))
                .isEqualTo(new RemoteDomainGetXmlDescRet("<domain/>"));
        assertThat(refusal(RemoteProcedure.DOMAIN_GET_XML_DESC, secure, true).code())
                .isEqualTo(ErrorCode.OPERATION_DENIED);
    }

    @Test
    void randomArgumentsNeverEscapeAsAnythingButTheirErrors() {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        List<RemoteProcedure> calls = Arrays.stream(RemoteProcedure.values())
                .filter(procedure -> procedure.traits().kind().isCall())
                .toList();
        byte[] bytes = new byte[128];
        for (int round = 0; round < 20_000; round++) {
            RemoteProcedure procedure = calls.get(random.nextInt(calls.size()));
            random.nextBytes(bytes);
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] &= (byte) (random.nextInt(5) == 0 ? 0xff : 0);
            }
            try {
                RemoteDispatcher.dispatch(procedure, XdrReader.of(bytes), service, "fuzz", false);
            } catch (XdrException | PosadaException expected) {
                assertThat(expected).hasMessageMatching("(?s).+");
            } catch (RuntimeException other) {
                throw new AssertionError("seed " + seed + " " + procedure, other);
            }
        }
    }

    private XdrMessage dispatch(RemoteProcedure procedure, XdrMessage args, boolean readOnly) {
        var writer = new XdrWriter(1000);
        args.encode(writer);
        return RemoteDispatcher.dispatch(procedure, XdrReader.of(writer.toByteArray()), service, "someone", readOnly);
    }

    private PosadaException refusal(RemoteProcedure procedure, XdrMessage args, boolean readOnly) {
        return catchThrowableOfType(PosadaException.class, () -> dispatch(procedure, args, readOnly));
    }
}
