package dev.posada.generator;

/** Thrown when an interface file does not follow the notation or contradicts itself; says where. */
final class InterfaceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InterfaceException(String file, int line, String detail) {
        super(file + ":" + line + ": " + detail);
    }
}
