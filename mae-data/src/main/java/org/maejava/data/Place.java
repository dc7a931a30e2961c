package org.maejava.data;

/**
 * An example met in an epoch. Draws for it are addressed by (epoch, index), so that they belong to
 * the image and not to when, where or by whom it is read.
 *
 * @param example the image
 * @param epoch from 0
 * @param index of the example in its source, not in the epoch's order
 */
public record Place(Example example, int epoch, int index) {}
