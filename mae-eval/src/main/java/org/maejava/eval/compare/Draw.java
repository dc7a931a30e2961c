package org.maejava.eval.compare;

import org.maejava.data.spec.ImageSet;

/**
 * The images of a cell or of a trial: the same for every candidate.
 *
 * @param images whose training half is what may be learned from, drawn, and whose evaluation half
 *     is what is judged on: the evaluation images, or labels held out of the cell's
 * @param seed of everything that a candidate draws
 */
public record Draw(ImageSet images, long seed) {}
