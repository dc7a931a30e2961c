/** Whole data sets gone through image by image: what is in them, and the same images as shards. */
package org.maejava.data.inspect;
