/**
 * The masked autoencoder: patches, masks, encoder, decoder, target, and the classifier on the
 * encoder.
 */
package org.maejava.model;
