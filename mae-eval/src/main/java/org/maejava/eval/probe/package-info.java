/** What frozen features are worth: classifiers that need no training of the network. */
@NullMarked
package org.maejava.eval.probe;

import org.jspecify.annotations.NullMarked;
