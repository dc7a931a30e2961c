/**
 * Layers: a constructor asks {@link org.maejava.nn.Params} for parameters, {@code apply} writes the
 * mathematics into the graph. There is no build phase and no training flag.
 */
@NullMarked
package org.maejava.nn;

import org.jspecify.annotations.NullMarked;
