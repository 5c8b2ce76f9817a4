package dev.posada.engine;

import dev.posada.model.SecretDefinition;
import dev.posada.model.SecretValue;
import java.util.Optional;

/**
 * A secret.
 *
 * @param definition what is known of it
 * @param value its value, once somebody gave it one
 */
record Secret(SecretDefinition definition, Optional<SecretValue> value) {}
