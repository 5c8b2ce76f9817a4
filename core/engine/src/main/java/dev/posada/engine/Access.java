package dev.posada.engine;

import dev.posada.model.Caller;
import dev.posada.model.ErrorOrigin;

/**
 * The rights of one caller on one connection; every public call begins by asking here.
 *
 * @param policy decides
 * @param caller who calls
 * @param origin where refusals say they come from
 */
record Access(AccessPolicy policy, Caller caller, ErrorOrigin origin) {
    void admit(Operation operation) {
        policy.admit(caller, operation, origin);
    }

    void query(String api) {
        admit(Operation.query(api));
    }

    void change(String api) {
        admit(Operation.change(api));
    }

    void secrets(String api) {
        policy.admitSecrets(caller, api, origin);
    }
}
