/** One image from bytes to the network's input: decode, cut out, resample, normalise. */
@NullMarked
package org.maejava.data.image;

import org.jspecify.annotations.NullMarked;
