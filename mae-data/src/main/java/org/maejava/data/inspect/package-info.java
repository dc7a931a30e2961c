/** Whole data sets gone through image by image: what is in them, and the same images as shards. */
@NullMarked
package org.maejava.data.inspect;

import org.jspecify.annotations.NullMarked;
