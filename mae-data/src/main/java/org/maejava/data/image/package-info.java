/** One image from bytes to the network's input: decode, cut out, resample, normalise. */
package org.maejava.data.image;
