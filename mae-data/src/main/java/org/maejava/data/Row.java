package org.maejava.data;

import java.util.function.Function;
import org.tensorflow.ndarray.Shape;

/**
 * What a batch holds for each image besides its pixels.
 *
 * @param name of the tensor, one of {@link org.maejava.train.Batch}'s
 * @param shape for one image
 * @param values for the image at a place; equal places give equal values
 */
record Row(String name, Shape shape, Function<Place, float[]> values) {}
