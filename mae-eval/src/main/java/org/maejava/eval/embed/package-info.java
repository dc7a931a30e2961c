/**
 * Whole data sets through an exported model: features and classes of every image in files, and the
 * images that are most alike.
 */
@NullMarked
package org.maejava.eval.embed;

import org.jspecify.annotations.NullMarked;
