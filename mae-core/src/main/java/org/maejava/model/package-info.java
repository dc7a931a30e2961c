/**
 * The masked autoencoder: patches, masks, encoder, decoder, target, and the classifier on the
 * encoder.
 */
@NullMarked
package org.maejava.model;

import org.jspecify.annotations.NullMarked;
