/**
 * The wire protocol: messages, their framing and their limits, for servers and clients alike.
 *
 * <p>Most of this package is generated from the interface files in {@code src/main/interface}: a record per structure,
 * a table of procedures per program, and per group of procedures an interface of calls ({@link
 * dev.posada.protocol.DomainLookupCalls}, implemented by a server) and a stub ({@link
 * dev.posada.protocol.DomainLookupStub}, used by a client). Arguments, results and events of a procedure are named
 * after it: {@code RemoteDomainGetInfoArgs}, {@code RemoteDomainGetInfoRet}, {@code RemoteDomainEventLifecycleMsg}.
 *
 * <p>Unsigned integers are held in Java's signed types of the same width, with all their bits; where a value above the
 * signed range matters, use {@link java.lang.Integer#toUnsignedLong} and its relatives.
 *
 * {@snippet :
 * RemoteService<Session> service = RemoteService.<Session>unsupported().withDomainLookup(lookups);
 * XdrMessage reply = RemoteDispatcher.dispatch(procedure, arguments, service, session, readOnly);
 *
 * var stubs = new RemoteStubs<>(channel);
 * String type = stubs.connect().connectGetType().type();
 * }
 */
@NullMarked
package dev.posada.protocol;

import org.jspecify.annotations.NullMarked;
